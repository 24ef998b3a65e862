package dev.headgate.gateway.receive.grpc;

/// One gRPC message as it came off the wire.
///
/// @param compressed whether its bytes are in the call's `grpc-encoding`
record RawMessage(byte[] bytes, boolean compressed) {}
