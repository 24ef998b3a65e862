package dev.headgate.pipeline.process.sampling;

import dev.headgate.config.Signal;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

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
    private static final Decision[] DECISIONS = Decision.values();
    private static final Policy[] POLICIES = Policy.values();

    private final CounterDataPoint[] byDecision = new CounterDataPoint[DECISIONS.length];
    private final CounterDataPoint[] kept = new CounterDataPoint[POLICIES.length];
    private final CounterDataPoint[] dropped = new CounterDataPoint[POLICIES.length];

    private Bound(
        Counter sampled,
        Counter decisions,
        String processorId,
        Signal signal,
        String attributePolicy) {
      for (Decision decision : DECISIONS) {
        byDecision[decision.ordinal()] =
            decisions.labelValues(processorId, signal.key(), decision.label());
      }
      for (Policy policy : POLICIES) {
        boolean named = policy == Policy.ATTRIBUTE && !attributePolicy.isEmpty();
        String label = named ? attributePolicy : policy.label();
        kept[policy.ordinal()] = sampled.labelValues(label, "true");
        dropped[policy.ordinal()] = sampled.labelValues(label, "false");
      }
    }

    /// Adds what was decided about one payload.
    void add(Tally tally) {
      for (Decision decision : DECISIONS) {
        add(byDecision[decision.ordinal()], tally.of(decision));
      }
      for (Policy policy : POLICIES) {
        add(kept[policy.ordinal()], tally.of(policy, true));
        add(dropped[policy.ordinal()], tally.of(policy, false));
      }
    }

    private static void add(CounterDataPoint counter, long count) {
      if (count > 0) {
        counter.inc(count);
      }
    }
  }
}
