package dev.headgate.bench.load;

/// How a sink behaves.
///
/// @param delayMillis between the last byte of a request and its answer
/// @param failure what requests that fail are answered with
/// @param failPercent how many fail
/// @param down nobody listens, and no connection stays
record SinkMode(long delayMillis, Failure failure, double failPercent, boolean down) {
  /// An answer to a request that is not taken.
  enum Failure {
    /// Come again: UNAVAILABLE, 503.
    unavailable(14, 503),
    /// Too much: RESOURCE_EXHAUSTED with RetryInfo, 429.
    exhausted(8, 429),
    /// INTERNAL, 500: not to be sent again.
    internal(13, 500),
    /// INVALID_ARGUMENT, 400: not to be sent again.
    invalid(3, 400),
    /// No answer at all.
    hang(0, 0);

    private final int grpcStatus;
    private final int httpStatus;

    Failure(int grpcStatus, int httpStatus) {
      this.grpcStatus = grpcStatus;
      this.httpStatus = httpStatus;
    }

    /// The value of `grpc-status`.
    int grpcStatus() {
      return grpcStatus;
    }

    /// The status of OTLP/HTTP.
    int httpStatus() {
      return httpStatus;
    }

    /// The failure of a name; an HTTP status is one too.
    ///
    /// @throws IllegalArgumentException when there is none
    static Failure parse(String name) {
      for (Failure failure : values()) {
        if (name.equalsIgnoreCase(failure.name())
            || failure.httpStatus > 0 && name.equals(Integer.toString(failure.httpStatus))) {
          return failure;
        }
      }
      throw new IllegalArgumentException(
          "fail: '"
              + name
              + "' (expected: unavailable, exhausted, internal, invalid, hang, 503, 429,"
              + " 500 or 400)");
    }
  }
}
