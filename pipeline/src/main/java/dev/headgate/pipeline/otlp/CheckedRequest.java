package dev.headgate.pipeline.otlp;

import dev.headgate.pipeline.memory.Bytes;

/// A request that was checked: from here on every walk may rely on its shape.
///
/// @param bytes the request; the very bytes given to the check when nothing had to be changed
/// @param items items left in it
/// @param rejectedItems items that no backend can take and that were removed
/// @param rejection why, in English, empty when none was
/// @param droppedAttributes attributes with an empty key that were removed
/// @param repairedTimes log records that got the time of their arrival
/// @param canonicalized whether it was rewritten to canonical protobuf

public record CheckedRequest(
    Bytes bytes,
    int items,
    int rejectedItems,
    String rejection,
    int droppedAttributes,
    int repairedTimes,
    boolean canonicalized) {}
