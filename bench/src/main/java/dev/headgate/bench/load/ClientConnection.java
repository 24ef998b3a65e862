package dev.headgate.bench.load;

/// A connection on which requests are sent.
sealed interface ClientConnection permits GrpcClientConnection, HttpClientConnection {
  /// Whether another request can begin now.
  boolean canSend();

  /// Begins to send a request, for which [#canSend] has just said yes. The template goes back to
  /// the pool when its bytes are with the kernel.
  void send(Template template, long intendedNanos, long firstNumber, long epochNanos);

  /// Writes what was gathered by [#send].
  void flush();

  /// Requests that are not answered yet.
  int inFlight();

  /// Whether it can be used, or will be when it is established.
  boolean isOpen();

  /// Closes it; what is in flight fails.
  void close(String why);
}
