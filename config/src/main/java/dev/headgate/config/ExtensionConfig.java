package dev.headgate.config;

/// One of `extensions`.
public sealed interface ExtensionConfig
    permits HealthCheckConfig, ServerAuthConfig, ClientAuthConfig {}
