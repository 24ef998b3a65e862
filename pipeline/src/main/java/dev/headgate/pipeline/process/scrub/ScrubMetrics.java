package dev.headgate.pipeline.process.scrub;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

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
            .help("Texts in log bodies that a rule of a log scrubber matched, by its position.")
            .labelNames("processor", "rule")
            .register(registry);
  }

  /// One counter for each rule of a processor, all at 0 from now on.
  CounterDataPoint[] bind(String processorId, int rules) {
    CounterDataPoint[] points = new CounterDataPoint[rules];
    for (int rule = 0; rule < rules; rule++) {
      points[rule] = hits.labelValues(processorId, Integer.toString(rule));
    }
    return points;
  }
}
