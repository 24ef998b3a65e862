package dev.headgate.bench.load;

import org.jspecify.annotations.Nullable;

/// A connection on which requests arrive.
sealed interface SinkConnection permits GrpcSinkConnection, HttpSinkConnection {
  /// Answers a request.
  ///
  /// @param failure null = it was taken
  void answer(int stream, SinkMode.@Nullable Failure failure);

  /// Writes the answers.
  void flush();

  /// Closes it.
  void close();
}
