package dev.headgate.pipeline.process.sampling;

import dev.headgate.config.Signal;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/// The counters of all samplers: the Collector's by policy, which have no label for the processor,
/// and our own by decision. The `otelcol_*` names get their `_total` taken off where they are
/// written.
///
/// **Threading:** any thread.
public final class SamplerMetrics {
  private final Counter tracesSampled;
  private final Counter logsSampled;
  private final Counter decisions;

  /// Registers the samplers' metrics.
  public SamplerMetrics(PrometheusRegistry registry) {
    tracesSampled = sampled(registry, "traces", "spans");
    logsSampled = sampled(registry, "logs", "log records");
    decisions =
        Counter.builder()
            .name("headgate_sampling_decisions_total")
            .help("Spans and log records a sampler decided about, by what it did and why.")
            .labelNames("processor", "signal", "decision")
            .register(registry);
  }

  private static Counter sampled(PrometheusRegistry registry, String signal, String items) {
    return Counter.builder()
        .name("otelcol_processor_probabilistic_sampler_count_" + signal + "_sampled_total")
        .help("Count of " + items + " that were sampled or not, by policy.")
        .labelNames("policy", "sampled")
        .register(registry);
  }

  /// The counters of one sampler and signal, all at 0 from now on.
  Bound bind(String processorId, Signal signal, String attributePolicy) {
    return new Bound(
        signal == Signal.LOGS ? logsSampled : tracesSampled,
        decisions,
        processorId,
        signal,
        attributePolicy);
  }

  /// The counters of one sampler and signal.
  static final class Bound {
    private final Map<Decision, CounterDataPoint> byDecision = new EnumMap<>(Decision.class);
    private final Map<Policy, CounterDataPoint> kept = new EnumMap<>(Policy.class);
    private final Map<Policy, CounterDataPoint> dropped = new EnumMap<>(Policy.class);

    private Bound(
        Counter sampled,
        Counter decisions,
        String processorId,
        Signal signal,
        String attributePolicy) {
      for (Decision decision : Decision.values()) {
        byDecision.put(
            decision, decisions.labelValues(processorId, signal.key(), decision.label()));
      }
      for (Policy policy : Policy.values()) {
        boolean named = policy == Policy.ATTRIBUTE && !attributePolicy.isEmpty();
        String label = named ? attributePolicy : policy.label();
        kept.put(policy, sampled.labelValues(label, "true"));
        dropped.put(policy, sampled.labelValues(label, "false"));
      }
    }

    /// Adds items by decision.
    void decided(Decision decision, long items) {
      Objects.requireNonNull(byDecision.get(decision)).inc(items);
    }

    /// Adds items by the source of their randomness.
    void sampled(Policy policy, boolean kept, long items) {
      Objects.requireNonNull((kept ? this.kept : dropped).get(policy)).inc(items);
    }
  }
}
