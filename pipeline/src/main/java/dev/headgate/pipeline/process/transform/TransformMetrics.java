package dev.headgate.pipeline.process.transform;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/// The counters of all transforms.
///
/// **Threading:** any thread.
public final class TransformMetrics {
  private final Counter errors;

  /// Registers the transforms' metrics.
  public TransformMetrics(PrometheusRegistry registry) {
    errors =
        Counter.builder()
            .name("headgate_transform_errors_total")
            .help("Statements and conditions that could not be executed on an item.")
            .labelNames("processor")
            .register(registry);
  }

  /// The counter of one transform, at 0 from now on.
  CounterDataPoint errors(String processorId) {
    return errors.labelValues(processorId);
  }
}
