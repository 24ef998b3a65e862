package dev.headgate.gateway.receive.grpc;

import dev.headgate.pipeline.memory.Bytes;

/// One gRPC message as it came off the wire.
///
/// @param compressed whether its bytes are in the call's `grpc-encoding`

record RawMessage(Bytes bytes, boolean compressed) {}
