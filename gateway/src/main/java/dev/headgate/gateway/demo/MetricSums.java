package dev.headgate.gateway.demo;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.function.Predicate;

/// The gateway's own counters at one moment.
///
/// **Threading:** immutable.
final class MetricSums {
  private final MetricSnapshots snapshots;

  MetricSums(PrometheusRegistry registry) {
    snapshots = registry.scrape();
  }

  /// The sum of a counter over all label sets that match.
  ///
  /// @param name the name without `_total`
  long counter(String name, Predicate<Labels> matching) {
    double sum = 0;
    for (MetricSnapshot snapshot : snapshots) {
      if (snapshot instanceof CounterSnapshot counter
          && snapshot.getMetadata().getName().equals(name)) {
        for (CounterSnapshot.CounterDataPointSnapshot point : counter.getDataPoints()) {
          if (matching.test(point.getLabels())) {
            sum += point.getValue();
          }
        }
      }
    }
    return (long) sum;
  }

  long counter(String name) {
    return counter(name, _ -> true);
  }

  long counter(String name, String label, String value) {
    return counter(name, labels -> value.equals(labels.get(label)));
  }
}
