package dev.headgate.config;

/// How a receiver knows its clients.
public sealed interface ServerAuthConfig extends ExtensionConfig
    permits BearerTokenAuthConfig, BasicServerAuthConfig {}
