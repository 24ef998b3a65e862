package dev.headgate.pipeline.process.scrub;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;

/// The hits of all log scrubbers.
///
/// **Threading:** any thread.
public final class ScrubMetrics {
  private final Counter hits;

  /// Registers the metric.
  public ScrubMetrics(PrometheusRegistry registry) {
    hits =
        Counter.builder()
            .name("headgate_scrub_hits_total")
            .help(
                "Texts in log bodies that a rule of a log scrubber matched, by its position, and"
                    + " secrets that a rule of a rule pack found, by its name.")
            .labelNames("processor", "rule")
            .register(registry);
  }

  /// One counter for each rule of a processor, all at 0 from now on.
  ///
  /// @param secretRules the names of the rules of the rule pack, none without one
  CounterDataPoint[] bind(String processorId, int rules, List<String> secretRules) {
    CounterDataPoint[] points = new CounterDataPoint[rules + secretRules.size()];
    for (int rule = 0; rule < rules; rule++) {
      points[rule] = hits.labelValues(processorId, Integer.toString(rule));
    }
    for (int i = 0; i < secretRules.size(); i++) {
      points[rules + i] = hits.labelValues(processorId, "secrets:" + secretRules.get(i));
    }
    return points;
  }
}
