package dev.headgate.pipeline.worker;

import dev.headgate.pipeline.otlp.CheckedRequest;

/// Turns the body of a request, as it came off the transport, into checked protobuf.
///
/// **Threading:** confined to one worker, with the scratch memory and codec contexts it owns.
///
/// **Ownership:** holds them until it is closed, by that worker.
public interface RequestDecoder extends AutoCloseable {
  /// Decodes a request. Memory that it takes for that is charged to the request's reservation
  /// first; when it returns, the worker sets the reservation to what the result needs.
  Decoded decode(IngestRequest request);

  /// Says that the worker is about to work on this many bytes; waits where only one may.
  default void begin(long bytes) {}

  /// Says that the worker is done with what it began.
  default void end() {}

  @Override
  void close();

  /// Makes decoders.
  @FunctionalInterface
  interface Factory {
    /// Makes a decoder for one worker.
    ///
    /// @param mayWait whether [#begin] and [#decode] may wait for other workers
    RequestDecoder create(boolean mayWait);
  }

  /// What became of a body.
  sealed interface Decoded {
    /// It is fine, perhaps after repairs.
    record Checked(CheckedRequest request) implements Decoded {}

    /// It is not OTLP.
    record Malformed(String message) implements Decoded {}

    /// It is, or could only be, larger than allowed.
    record TooLarge(String message) implements Decoded {}

    /// The byte budget has no room for it now.
    record NoRoom() implements Decoded {}
  }
}
