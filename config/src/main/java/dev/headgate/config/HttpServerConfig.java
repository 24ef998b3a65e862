package dev.headgate.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// `receivers.otlp.protocols.http`.
///
/// @param maxRequestBodySizeBytes largest body, compressed and inflated; 0 = derived from the
///   budget
public record HttpServerConfig(
    HostPort endpoint,
    long maxRequestBodySizeBytes,
    String tracesUrlPath,
    String logsUrlPath,
    String metricsUrlPath,
    boolean includeMetadata,
    Duration readHeaderTimeout,
    Duration readTimeout,
    Duration idleTimeout,
    @Nullable TlsServerConfig tls) {}
