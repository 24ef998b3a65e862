package dev.headgate.config;

/// The `health_check` extension.
public record HealthCheckConfig(HostPort endpoint, String path) {}
