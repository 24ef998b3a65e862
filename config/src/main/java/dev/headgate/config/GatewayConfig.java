package dev.headgate.config;

import java.util.Map;

/// The whole configuration, valid and complete; maps keep the order of the file.
public record GatewayConfig(
    Map<ComponentId, OtlpReceiverConfig> receivers,
    Map<ComponentId, ProcessorConfig> processors,
    Map<ComponentId, ExporterConfig> exporters,
    Map<ComponentId, HealthCheckConfig> extensions,
    ServiceConfig service) {}
