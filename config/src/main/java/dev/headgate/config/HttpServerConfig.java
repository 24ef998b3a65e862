package dev.headgate.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// `receivers.otlp.protocols.http`; a zero duration means never.
///
/// @param maxRequestBodySizeBytes largest body, compressed and inflated; 0 = derived from the
///   budget
/// @param includeMetadata whether the tenant header `X-Scope-OrgID` is taken over
/// @param readHeaderTimeout how long the head of a request may take
/// @param readTimeout time in which the next 64 KiB of a body, or its end, must arrive
/// @param idleTimeout a connection without requests is closed after this time
/// @param tls null = plain text
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
    @Nullable TlsServerConfig tls) {
  /// What `http:` alone means.
  public static final HttpServerConfig DEFAULT =
      new HttpServerConfig(
          new HostPort("localhost", 4318),
          0,
          "/v1/traces",
          "/v1/logs",
          "/v1/metrics",
          false,
          Duration.ofSeconds(10),
          Duration.ofSeconds(20),
          Duration.ofMinutes(2),
          null);

  /// Checks the limits.
  public HttpServerConfig {
    Require.atLeast("max_request_body_size", maxRequestBodySizeBytes, 0);
    Require.notNegative("read_header_timeout", readHeaderTimeout);
    Require.notNegative("read_timeout", readTimeout);
    Require.notNegative("idle_timeout", idleTimeout);
  }

  /// The path that takes a signal.
  public String urlPath(Signal signal) {
    return switch (signal) {
      case TRACES -> tracesUrlPath;
      case LOGS -> logsUrlPath;
      case METRICS -> metricsUrlPath;
    };
  }
}
