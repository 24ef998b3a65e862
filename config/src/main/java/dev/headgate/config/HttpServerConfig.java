package dev.headgate.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// `receivers.otlp.protocols.http`; a zero duration means never.
///
/// @param maxRequestBodySizeBytes largest body, compressed and inflated; 0 = derived from the
///   budget
/// @param includeMetadata whether the tenant header `X-Scope-OrgID` is taken over
/// @param idleTimeout a connection without requests is closed after this time
/// @param maxConnectionAge a connection is ended after this time, give or take a tenth, so that
///   clients spread over replicas
/// @param maxConnectionAgeGrace how long its requests may go on after that
/// @param tls null = plain text
public record HttpServerConfig(
    HostPort endpoint,
    long maxRequestBodySizeBytes,
    String tracesUrlPath,
    String logsUrlPath,
    String metricsUrlPath,
    boolean includeMetadata,
    ConnectionConfig connections,
    Duration idleTimeout,
    Duration maxConnectionAge,
    Duration maxConnectionAgeGrace,
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
          ConnectionConfig.DEFAULT,
          Duration.ofMinutes(2),
          Duration.ofMinutes(5),
          Duration.ofSeconds(30),
          null);

  /// Checks the limits.
  public HttpServerConfig {
    Require.atLeast("max_request_body_size", maxRequestBodySizeBytes, 0);
    Require.notNegative("idle_timeout", idleTimeout);
    Require.notNegative("max_connection_age", maxConnectionAge);
    Require.notNegative("max_connection_age_grace", maxConnectionAgeGrace);
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
