package dev.headgate.config;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `receivers.otlp.protocols.http`; a zero duration means never.
///
/// @param maxRequestBodySizeBytes largest body, compressed and inflated; 0 = derived from the
///   budget
/// @param includeMetadata whether the tenant header `X-Scope-OrgID` is taken over
/// @param contextHeaders further headers that exporters send on, in lower case, with whether the
///   value names a tenant there; none without `includeMetadata`
/// @param idleTimeout a connection without requests is closed after this time
/// @param maxConnectionAge a connection is ended after this time, give or take a tenth, so that
///   clients spread over replicas
/// @param maxConnectionAgeGrace how long its requests may go on after that
/// @param tls null = plain text
/// @param auth how clients are known, null = everybody may send
/// @param cors null = no web page may send
/// @param responseHeaders added to every answer
public record HttpServerConfig(
    HostPort endpoint,
    long maxRequestBodySizeBytes,
    String tracesUrlPath,
    String logsUrlPath,
    String metricsUrlPath,
    boolean includeMetadata,
    Map<String, Boolean> contextHeaders,
    ConnectionConfig connections,
    Duration idleTimeout,
    Duration maxConnectionAge,
    Duration maxConnectionAgeGrace,
    @Nullable TlsServerConfig tls,
    @Nullable ServerAuthConfig auth,
    @Nullable CorsConfig cors,
    Map<String, Secret> responseHeaders) {
  /// What `http:` alone means.
  public static final HttpServerConfig DEFAULT =
      new HttpServerConfig(
          new HostPort("localhost", 4318),
          0,
          "/v1/traces",
          "/v1/logs",
          "/v1/metrics",
          false,
          Map.of(),
          ConnectionConfig.DEFAULT,
          Duration.ofMinutes(2),
          Duration.ofMinutes(5),
          Duration.ofSeconds(30),
          null,
          null,
          null,
          Map.of());

  /// Checks the limits and copies the headers.
  public HttpServerConfig {
    contextHeaders = Map.copyOf(contextHeaders);
    responseHeaders = Map.copyOf(responseHeaders);
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
