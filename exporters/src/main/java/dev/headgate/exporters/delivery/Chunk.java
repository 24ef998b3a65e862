package dev.headgate.exporters.delivery;

import dev.headgate.pipeline.memory.Bytes;

/// A run of whole items of one queued payload: all of it, or what a split left.
///
/// @param firstItem how many items stand before it in the payload, or in its part of one that is
///   divided
/// @param measuredBytes the size as the backend counts it

record Chunk(QueuedPayload owner, Bytes bytes, int items, int firstItem, long measuredBytes) {}
