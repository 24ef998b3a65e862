package dev.headgate.gateway;

import dev.headgate.config.AttributesConfig;
import dev.headgate.config.BatchConfig;
import dev.headgate.config.CardinalityGuardConfig;
import dev.headgate.config.ComponentId;
import dev.headgate.config.FilterConfig;
import dev.headgate.config.LogScrubberConfig;
import dev.headgate.config.MemoryLimiterConfig;
import dev.headgate.config.ProcessorConfig;
import dev.headgate.config.RedactionConfig;
import dev.headgate.config.SamplerConfig;
import dev.headgate.pipeline.payload.NanoClock;
import dev.headgate.pipeline.process.Processor;
import dev.headgate.pipeline.process.attributes.AttributesProcessor;
import dev.headgate.pipeline.process.cardinality.CardinalityGuardProcessor;
import dev.headgate.pipeline.process.cardinality.GuardMetrics;
import dev.headgate.pipeline.process.cardinality.GuardState;
import dev.headgate.pipeline.process.filter.FilterMetrics;
import dev.headgate.pipeline.process.filter.FilterProcessor;
import dev.headgate.pipeline.process.redaction.RedactionMetrics;
import dev.headgate.pipeline.process.redaction.RedactionProcessor;
import dev.headgate.pipeline.process.sampling.SamplerMetrics;
import dev.headgate.pipeline.process.sampling.SamplerProcessor;
import dev.headgate.pipeline.process.scrub.LogScrubberProcessor;
import dev.headgate.pipeline.process.scrub.ScrubMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes processors: one a component id, because what a processor remembers belongs to its id.
///
/// **Threading:** confined to the thread that assembles.
final class ProcessorFactory {
  private final NanoClock clock;
  private final RedactionMetrics redaction;
  private final ScrubMetrics scrubbing;
  private final SamplerMetrics sampling;
  private final FilterMetrics filtering;
  private final GuardMetrics cardinality;
  private final Map<ComponentId, Processor> processors = new HashMap<>();

  ProcessorFactory(PrometheusRegistry registry, NanoClock clock) {
    this.clock = clock;
    redaction = new RedactionMetrics(registry);
    scrubbing = new ScrubMetrics(registry);
    sampling = new SamplerMetrics(registry);
    filtering = new FilterMetrics(registry);
    cardinality = new GuardMetrics(registry);
  }

  /// The processor of an id, or null when its configuration is for another part of the gateway: the
  /// byte budget (`memory_limiter`) or delivery (`batch`).
  @Nullable Processor processor(ComponentId id, ProcessorConfig config) {
    Processor known = processors.get(id);
    if (known != null) {
      return known;
    }
    Processor made = make(id, config);
    if (made != null) {
      processors.put(id, made);
    }
    return made;
  }

  private @Nullable Processor make(ComponentId component, ProcessorConfig config) {
    String id = component.toString();
    return switch (config) {
      case MemoryLimiterConfig _, BatchConfig _ -> null;
      case RedactionConfig redact -> new RedactionProcessor(component, redact, redaction);
      case LogScrubberConfig scrub -> new LogScrubberProcessor(component, scrub, scrubbing);
      case SamplerConfig sample -> new SamplerProcessor(id, sample, sampling);
      case FilterConfig filter -> new FilterProcessor(id, filter, filtering);
      case AttributesConfig attributes -> new AttributesProcessor(attributes);
      case CardinalityGuardConfig guard ->
          new CardinalityGuardProcessor(
              id, guard, new GuardState(guard.idleTimeout(), clock), cardinality);
    };
  }
}
