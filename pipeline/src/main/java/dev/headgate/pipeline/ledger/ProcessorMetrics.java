package dev.headgate.pipeline.ledger;

import dev.headgate.config.Signal;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/// How many items enter and leave each processor, under the Collector's names. As in the Collector
/// the pipelines of one signal that share a processor's id share its counters.
///
/// **Threading:** any thread.
public final class ProcessorMetrics {
  private final Counter incoming;
  private final Counter outgoing;

  /// Registers the processors' metrics.
  public ProcessorMetrics(PrometheusRegistry registry) {
    incoming =
        counter(registry, "incoming", "Number of items passed to the processor by its pipelines.");
    outgoing = counter(registry, "outgoing", "Number of items passed on by the processor.");
  }

  private static Counter counter(PrometheusRegistry registry, String what, String help) {
    return Counter.builder()
        .name("otelcol_processor_" + what + "_items_total")
        .help(help)
        .labelNames("processor", "otel_signal")
        .register(registry);
  }

  /// The counters of one processor and signal, at 0 from now on.
  public Bound bind(String processorId, Signal signal) {
    return new Bound(
        incoming.labelValues(processorId, signal.key()),
        outgoing.labelValues(processorId, signal.key()));
  }

  /// The counters of one processor and signal.
  public static final class Bound {
    private final CounterDataPoint incoming;
    private final CounterDataPoint outgoing;

    private Bound(CounterDataPoint incoming, CounterDataPoint outgoing) {
      this.incoming = incoming;
      this.outgoing = outgoing;
    }

    /// Books one payload.
    ///
    /// @param in items before the processor
    /// @param out items behind it
    public void passed(long in, long out) {
      incoming.inc(in);
      outgoing.inc(out);
    }
  }
}
