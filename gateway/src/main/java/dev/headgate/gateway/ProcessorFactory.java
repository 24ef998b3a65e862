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
import dev.headgate.config.TransformConfig;
import dev.headgate.pipeline.log.RateLimitedLog;
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
import dev.headgate.pipeline.process.transform.TransformMetrics;
import dev.headgate.pipeline.process.transform.TransformProcessor;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// Makes processors: one a component id, because what a processor remembers belongs to its id. What
/// is remembered outlives the processor: the next one of that id goes on with it.
///
/// **Threading:** confined to the thread that assembles.
final class ProcessorFactory {
  private static final Duration LOG_INTERVAL = Duration.ofSeconds(10);

  private final NanoClock clock;
  private final RateLimitedLog log;
  private final RedactionMetrics redaction;
  private final ScrubMetrics scrubbing;
  private final SamplerMetrics sampling;
  private final FilterMetrics filtering;
  private final TransformMetrics transforming;
  private final GuardMetrics cardinality;
  private final Map<ComponentId, Memory> memories = new HashMap<>();

  /// What the cardinality guard of an id remembers.
  private record Memory(Duration idleTimeout, GuardState state) {}

  ProcessorFactory(PrometheusRegistry registry, NanoClock clock) {
    this.clock = clock;
    log = new RateLimitedLog(LoggerFactory.getLogger(Processor.class), clock, LOG_INTERVAL);
    redaction = new RedactionMetrics(registry);
    scrubbing = new ScrubMetrics(registry);
    sampling = new SamplerMetrics(registry);
    filtering = new FilterMetrics(registry);
    transforming = new TransformMetrics(registry);
    cardinality = new GuardMetrics(registry);
  }

  /// The processor of an id, or null when its configuration is for another part of the gateway: the
  /// byte budget (`memory_limiter`) or delivery (`batch`).
  @Nullable Processor processor(ComponentId id, ProcessorConfig config) {
    String component = id.toString();
    return switch (config) {
      case MemoryLimiterConfig _, BatchConfig _ -> null;
      case RedactionConfig redact -> new RedactionProcessor(id, redact, redaction);
      case LogScrubberConfig scrub -> new LogScrubberProcessor(id, scrub, scrubbing);
      case SamplerConfig sample -> new SamplerProcessor(component, sample, sampling);
      case FilterConfig filter -> new FilterProcessor(component, filter, filtering, log);
      case TransformConfig transform ->
          new TransformProcessor(component, transform, transforming, log);
      case AttributesConfig attributes -> new AttributesProcessor(attributes);
      case CardinalityGuardConfig guard ->
          new CardinalityGuardProcessor(
              component, guard, state(id, guard.idleTimeout()), cardinality);
    };
  }

  /// A guard whose idle timeout changed starts afresh: what it remembers is dated in parts of it.
  private GuardState state(ComponentId id, Duration idleTimeout) {
    Memory memory = memories.get(id);
    if (memory == null || !memory.idleTimeout().equals(idleTimeout)) {
      memory = new Memory(idleTimeout, new GuardState(idleTimeout, clock));
      memories.put(id, memory);
    }
    return memory.state();
  }

  /// Forgets what processors remember that a configuration does not name any more.
  void keepOnly(Set<ComponentId> ids) {
    memories.keySet().retainAll(ids);
    cardinality.keepOnly(ids.stream().map(ComponentId::toString).collect(Collectors.toSet()));
  }
}
