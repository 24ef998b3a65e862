package dev.headgate.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// `receivers.otlp.protocols.grpc`.
///
/// @param maxRecvMsgSizeBytes largest message, compressed and inflated; 0 = derived from the budget
/// @param includeMetadata whether the tenant header `X-Scope-OrgID` is taken over
public record GrpcServerConfig(
    HostPort endpoint,
    long maxRecvMsgSizeBytes,
    int maxConcurrentStreams,
    Keepalive keepalive,
    boolean includeMetadata,
    @Nullable TlsServerConfig tls) {

  /// `keepalive.server_parameters` and `keepalive.enforcement_policy`; a zero duration means never.
  public record Keepalive(
      Duration maxConnectionIdle,
      Duration maxConnectionAge,
      Duration maxConnectionAgeGrace,
      Duration time,
      Duration timeout,
      Duration minTime,
      boolean permitWithoutStream) {}
}
