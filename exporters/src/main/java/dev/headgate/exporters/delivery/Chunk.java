package dev.headgate.exporters.delivery;

import dev.headgate.pipeline.memory.Bytes;

/// A run of whole items of one queued payload: all of it, or what a split left.
///
/// **Ownership:** whoever ends it lets go of its bytes, if they are its own.
///
/// @param own whether the bytes were made for it by a split; else they live as long as the payload
/// @param firstItem how many items stand before it in the payload, or in its part of one that is
///   divided
/// @param measuredBytes the size as the backend counts it
record Chunk(
    QueuedPayload owner, Bytes bytes, boolean own, int items, int firstItem, long measuredBytes) {
  void letGo() {
    if (own) {
      bytes.release();
    }
  }
}
