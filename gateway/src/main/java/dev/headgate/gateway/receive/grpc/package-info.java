/// The OTLP/gRPC receiver on grpc-java, with raw bytes instead of message objects.
@NullMarked
package dev.headgate.gateway.receive.grpc;

import org.jspecify.annotations.NullMarked;
