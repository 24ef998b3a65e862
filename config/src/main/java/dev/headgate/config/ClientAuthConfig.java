package dev.headgate.config;

/// What an exporter adds to its requests so that the backend knows it, or knows whose data it is.
public sealed interface ClientAuthConfig extends ExtensionConfig
    permits BearerTokenAuthConfig, BasicClientAuthConfig, HeadersSetterConfig {}
