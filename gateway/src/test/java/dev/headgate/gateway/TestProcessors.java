package dev.headgate.gateway;

import dev.headgate.config.GatewayConfig;
import dev.headgate.pipeline.payload.SystemNanoClock;
import dev.headgate.pipeline.process.Processor;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Map;
import java.util.TreeMap;

/// The processors of a configuration, made as the gateway makes them, for tests in other packages.
public final class TestProcessors {
  private TestProcessors() {}

  /// Each processor that handles payloads, by its id.
  public static Map<String, Processor> of(GatewayConfig config) {
    ProcessorFactory factory =
        new ProcessorFactory(new PrometheusRegistry(), new SystemNanoClock());
    Map<String, Processor> made = new TreeMap<>();
    config
        .processors()
        .forEach((id, processorConfig) -> {
          Processor processor = factory.processor(id, processorConfig);
          if (processor != null) {
            made.put(id.toString(), processor);
          }
        });
    return made;
  }
}
