package dev.headgate.bench;

import dev.headgate.config.ComponentId;
import dev.headgate.config.LogScrubberConfig;
import dev.headgate.config.RedactionConfig;
import dev.headgate.config.RulePack;
import dev.headgate.pipeline.process.Processor;
import dev.headgate.pipeline.process.redaction.RedactionMetrics;
import dev.headgate.pipeline.process.redaction.RedactionProcessor;
import dev.headgate.pipeline.process.scrub.LogScrubberProcessor;
import dev.headgate.pipeline.process.scrub.ScrubMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;

/// Processors with the rule pack `secrets` and no other rule.
final class SecretChain {
  private static final List<RulePack> PACK = List.of(RulePack.SECRETS);

  private final PrometheusRegistry registry = new PrometheusRegistry();

  Processor scrubber() {
    return new LogScrubberProcessor(
        ComponentId.parse("log_scrubber"),
        new LogScrubberConfig(List.of(), PACK),
        new ScrubMetrics(registry));
  }

  Processor redaction() {
    RedactionConfig config =
        new RedactionConfig(
            new RedactionConfig.Keys(true, List.of(), List.of(), List.of(), List.of(), List.of()),
            new RedactionConfig.Values(List.of(), List.of(), false, PACK),
            RedactionConfig.Action.MASK,
            "[REDACTED]",
            null,
            null,
            null,
            RedactionConfig.KeyedTexts.NONE,
            RedactionConfig.Summary.SILENT,
            RedactionConfig.Mode.ENFORCE,
            RedactionConfig.Coverage.ALL);
    return new RedactionProcessor(
        ComponentId.parse("redaction"), config, new RedactionMetrics(registry));
  }
}
