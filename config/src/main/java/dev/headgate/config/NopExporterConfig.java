package dev.headgate.config;

/// The `nop` exporter: takes everything and books it as delivered.
public record NopExporterConfig(DeliveryConfig delivery) implements ExporterConfig {}
