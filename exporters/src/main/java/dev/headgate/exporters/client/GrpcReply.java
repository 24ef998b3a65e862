package dev.headgate.exporters.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How a gRPC call ended.
///
/// @param code the status code's name, `OK` for success
/// @param message the status message, from outside
/// @param retryDelay the delay of a RetryInfo, null when there was none
/// @param streamReset whether the other side broke the call off below gRPC, so that the code is one
///   of ours
/// @param body the response message of an OK
public record GrpcReply(
    String code, String message, @Nullable Duration retryDelay, boolean streamReset, byte[] body) {}
