package dev.headgate.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// The whole configuration, valid and complete: every component that `service` names and no other,
/// in the order of the file. Extensions that authenticate stand where they are used.
public record GatewayConfig(
    Map<ComponentId, OtlpReceiverConfig> receivers,
    Map<ComponentId, ProcessorConfig> processors,
    Map<ComponentId, ExporterConfig> exporters,
    Map<ComponentId, HealthCheckConfig> extensions,
    ServiceConfig service) {
  /// Copies the maps, keeping their order.
  public GatewayConfig {
    receivers = Collections.unmodifiableMap(new LinkedHashMap<>(receivers));
    processors = Collections.unmodifiableMap(new LinkedHashMap<>(processors));
    exporters = Collections.unmodifiableMap(new LinkedHashMap<>(exporters));
    extensions = Collections.unmodifiableMap(new LinkedHashMap<>(extensions));
  }
}
