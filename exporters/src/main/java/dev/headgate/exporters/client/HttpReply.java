package dev.headgate.exporters.client;

import org.jspecify.annotations.Nullable;

/// How an HTTP request ended.
public sealed interface HttpReply {
  /// The backend answered.
  ///
  /// @param retryAfter the header's value, or null
  /// @param body the first bytes of the body, at most [HttpClient#MAX_BODY_BYTES]
  record Answer(int status, @Nullable String retryAfter, @Nullable String contentType, byte[] body)
      implements HttpReply {}

  /// There was no complete answer.
  ///
  /// @param kind a short name for metrics: `timeout` or `connection`, for example
  /// @param largeWrite whether the connection broke while a body was still being written, which is
  ///   how some backends refuse what is too large
  record NoAnswer(String kind, String message, boolean largeWrite) implements HttpReply {}
}
