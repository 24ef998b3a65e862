package dev.headgate.config;

import org.jspecify.annotations.Nullable;

/// The `otlp` receiver; at least one protocol is set.
public record OtlpReceiverConfig(
    @Nullable GrpcServerConfig grpc, @Nullable HttpServerConfig http) {}
