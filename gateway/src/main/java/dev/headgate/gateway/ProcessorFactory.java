package dev.headgate.gateway;

import dev.headgate.config.ComponentId;
import dev.headgate.config.ProcessorConfig;
import dev.headgate.pipeline.payload.NanoClock;
import dev.headgate.pipeline.process.Processor;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes processors: one a component id, because what a processor remembers belongs to its id.
///
/// **Threading:** confined to the thread that assembles.
final class ProcessorFactory {
  private final NanoClock clock;
  private final Map<ComponentId, Processor> processors = new HashMap<>();

  ProcessorFactory(PrometheusRegistry registry, NanoClock clock) {
    this.clock = clock;
  }

  /// The processor of an id, or null when its configuration is for another part of the gateway: the
  /// byte budget (`memory_limiter`) or delivery (`batch`).
  @Nullable Processor processor(ComponentId id, ProcessorConfig config) {
    Processor known = processors.get(id);
    if (known != null) {
      return known;
    }
    Processor made = make(id.toString(), config);
    if (made != null) {
      processors.put(id, made);
    }
    return made;
  }

  private @Nullable Processor make(String id, ProcessorConfig config) {
    return null;
  }
}
