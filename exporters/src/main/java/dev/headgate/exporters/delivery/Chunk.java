package dev.headgate.exporters.delivery;

import dev.headgate.pipeline.memory.Content;
import dev.headgate.pipeline.payload.Payload;

/// A run of whole items of one queued payload: all of it, or what a split left.
///
/// @param source the payload, or its part of one that is divided; it lives as long as the owner
/// @param content the items, as a request: the source's bytes, or slices of them
/// @param firstItem how many items stand before it in the source
/// @param measuredBytes the size as the backend counts it
record Chunk(
    QueuedPayload owner,
    Payload source,
    Content content,
    int items,
    int firstItem,
    long measuredBytes) {}
