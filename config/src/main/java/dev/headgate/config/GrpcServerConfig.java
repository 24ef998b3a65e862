package dev.headgate.config;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `receivers.otlp.protocols.grpc`.
///
/// @param maxRecvMsgSizeBytes largest message, compressed and inflated; 0 = derived from the budget
/// @param includeMetadata whether the tenant header `X-Scope-OrgID` is taken over
/// @param contextHeaders further headers that exporters send on, in lower case, with whether the
///   value names a tenant there; none without `includeMetadata`
/// @param tls null = plain text
/// @param auth how clients are known, null = everybody may send
public record GrpcServerConfig(
    HostPort endpoint,
    long maxRecvMsgSizeBytes,
    int maxConcurrentStreams,
    ConnectionConfig connections,
    Keepalive keepalive,
    boolean includeMetadata,
    Map<String, Boolean> contextHeaders,
    @Nullable TlsServerConfig tls,
    @Nullable ServerAuthConfig auth) {
  /// What `grpc:` alone means.
  public static final GrpcServerConfig DEFAULT =
      new GrpcServerConfig(
          new HostPort("localhost", 4317),
          0,
          100,
          ConnectionConfig.DEFAULT,
          Keepalive.DEFAULT,
          false,
          Map.of(),
          null,
          null);

  /// Checks the limits.
  public GrpcServerConfig {
    contextHeaders = Map.copyOf(contextHeaders);
    Require.atLeast("max_recv_msg_size_mib", maxRecvMsgSizeBytes, 0);
    Require.atLeast("max_concurrent_streams", maxConcurrentStreams, 1);
  }

  /// `keepalive.server_parameters` and `keepalive.enforcement_policy`; a zero duration means never.
  ///
  /// @param maxConnectionIdle a connection without calls is closed after this time
  /// @param maxConnectionAge a connection is asked to go after this time, so that clients spread
  ///   over replicas
  /// @param maxConnectionAgeGrace how long its calls may go on after that
  /// @param time after how much silence the client is pinged
  /// @param timeout how long the answer to a ping may take
  /// @param minTime a client that pings more often is disconnected
  /// @param permitWithoutStream whether clients may ping without a call
  public record Keepalive(
      Duration maxConnectionIdle,
      Duration maxConnectionAge,
      Duration maxConnectionAgeGrace,
      Duration time,
      Duration timeout,
      Duration minTime,
      boolean permitWithoutStream) {
    /// Connections live for minutes, not for ever: see docs/rationale.md.
    public static final Keepalive DEFAULT =
        new Keepalive(
            Duration.ofMinutes(2),
            Duration.ofMinutes(5),
            Duration.ofSeconds(30),
            Duration.ofHours(2),
            Duration.ofSeconds(20),
            Duration.ofMinutes(5),
            false);

    /// Checks the durations.
    public Keepalive {
      Require.notNegative("max_connection_idle", maxConnectionIdle);
      Require.notNegative("max_connection_age", maxConnectionAge);
      Require.notNegative("max_connection_age_grace", maxConnectionAgeGrace);
      Require.notNegative("time", time);
      Require.notNegative("timeout", timeout);
      Require.notNegative("min_time", minTime);
    }
  }
}
