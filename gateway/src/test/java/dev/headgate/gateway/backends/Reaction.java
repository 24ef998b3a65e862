package dev.headgate.gateway.backends;

import io.grpc.Status;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What a backend does with one request.
public sealed interface Reaction {
  /// Takes it, unless the backend's own rules forbid that.
  record Accept() implements Reaction {}

  /// Takes it and says that some items were rejected.
  record Partial(long rejected, String message) implements Reaction {}

  /// Refuses it: with one status where it speaks HTTP and the other where it speaks gRPC.
  ///
  /// @param retryAfter `Retry-After` or RetryInfo, null for none
  record Refuse(int httpStatus, Status.Code grpcCode, String message, @Nullable Duration retryAfter)
      implements Reaction {}

  /// Says nothing until the backend is closed.
  record Hang() implements Reaction {}

  /// Says nothing until the latch opens, and then does something else.
  record Held(java.util.concurrent.CountDownLatch until, Reaction then) implements Reaction {}

  /// Breaks the connection (HTTP) or the call (gRPC) without an answer.
  record Reset() implements Reaction {}

  /// Takes it and answers 200 with bytes that are no protobuf.
  record Garbage() implements Reaction {}

  /// Takes it.
  static Reaction accept() {
    return new Accept();
  }

  /// `UNAVAILABLE` or 503.
  static Reaction unavailable() {
    return new Refuse(503, Status.Code.UNAVAILABLE, "try again", null);
  }

  /// `INVALID_ARGUMENT` or 400.
  static Reaction invalid() {
    return new Refuse(400, Status.Code.INVALID_ARGUMENT, "invalid", null);
  }
}
