package dev.headgate.bench;

import dev.headgate.config.CardinalityGuardConfig;
import dev.headgate.config.ComponentId;
import dev.headgate.config.GatewayConfig;
import dev.headgate.config.LogScrubberConfig;
import dev.headgate.config.ProcessorConfig;
import dev.headgate.config.RedactionConfig;
import dev.headgate.config.SamplerConfig;
import dev.headgate.config.load.ConfigException;
import dev.headgate.config.load.ConfigLoader;
import dev.headgate.config.load.DefaultPolicy;
import dev.headgate.gateway.cli.PipelineChecks;
import dev.headgate.pipeline.payload.SystemNanoClock;
import dev.headgate.pipeline.process.Processor;
import dev.headgate.pipeline.process.cardinality.CardinalityGuardProcessor;
import dev.headgate.pipeline.process.cardinality.GuardMetrics;
import dev.headgate.pipeline.process.cardinality.GuardState;
import dev.headgate.pipeline.process.redaction.RedactionMetrics;
import dev.headgate.pipeline.process.redaction.RedactionProcessor;
import dev.headgate.pipeline.process.sampling.SamplerMetrics;
import dev.headgate.pipeline.process.sampling.SamplerProcessor;
import dev.headgate.pipeline.process.scrub.LogScrubberProcessor;
import dev.headgate.pipeline.process.scrub.ScrubMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.Objects;

/// The processors of the default policy, made from its text.
final class DefaultChain {
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final GatewayConfig config;

  /// @param samplingPercentage `HEADGATE_SAMPLING_PERCENTAGE`
  DefaultChain(int samplingPercentage) {
    String percentage = Integer.toString(samplingPercentage);
    ConfigLoader loader =
        new ConfigLoader(
            name -> name.equals("HEADGATE_SAMPLING_PERCENTAGE") ? percentage : null,
            new PipelineChecks());
    try {
      config = loader.load(List.of(DefaultPolicy.source(_ -> null)), List.of()).config();
    } catch (ConfigException e) {
      throw new IllegalStateException("default policy: " + e.problems(), e);
    }
  }

  Processor redaction() {
    RedactionConfig redaction = processor("redaction", RedactionConfig.class);
    return new RedactionProcessor(
        ComponentId.parse("redaction"), redaction, new RedactionMetrics(registry));
  }

  Processor scrubber() {
    LogScrubberConfig scrubber = processor("log_scrubber", LogScrubberConfig.class);
    return new LogScrubberProcessor(
        ComponentId.parse("log_scrubber"), scrubber, new ScrubMetrics(registry));
  }

  Processor sampler() {
    SamplerConfig sampler = processor("probabilistic_sampler", SamplerConfig.class);
    return new SamplerProcessor("probabilistic_sampler", sampler, new SamplerMetrics(registry));
  }

  Processor guard() {
    CardinalityGuardConfig guard = processor("cardinality_guard", CardinalityGuardConfig.class);
    return new CardinalityGuardProcessor(
        "cardinality_guard",
        guard,
        new GuardState(guard.idleTimeout(), new SystemNanoClock()),
        new GuardMetrics(registry));
  }

  private <C extends ProcessorConfig> C processor(String id, Class<C> type) {
    return type.cast(Objects.requireNonNull(config.processors().get(ComponentId.parse(id)), id));
  }
}
