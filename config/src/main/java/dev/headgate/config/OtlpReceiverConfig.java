package dev.headgate.config;

import org.jspecify.annotations.Nullable;

/// The `otlp` receiver; at least one protocol is set.
public record OtlpReceiverConfig(@Nullable GrpcServerConfig grpc, @Nullable HttpServerConfig http) {
  /// Checks that there is a protocol.
  public OtlpReceiverConfig {
    if (grpc == null && http == null) {
      throw new IllegalArgumentException("no protocol (expected: grpc, http or both)");
    }
  }
}
