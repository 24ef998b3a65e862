package dev.headgate.bench.load;

/// Takes the answers to requests.
interface Answers {
  /// A request was taken by the system under test.
  ///
  /// @param intendedNanos when the request was to be sent
  /// @param rejectedItems what a partial success says
  void onAccepted(long intendedNanos, Request request, long rejectedItems);

  /// A request was not taken.
  ///
  /// @param retryable whether the client is asked to come again
  /// @param status what the answer says
  void onRefused(long intendedNanos, Request request, boolean retryable, String status);

  /// The template of a request is free again.
  void onWritten(Template template);

  /// What is in a request.
  ///
  /// @param items in it
  /// @param uncompressedBytes before compression
  /// @param wireBytes on the wire, with frames and heads
  record Request(int items, int uncompressedBytes, int wireBytes) {}
}
