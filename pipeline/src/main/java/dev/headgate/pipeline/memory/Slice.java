package dev.headgate.pipeline.memory;

/// A run of some bytes.
///
/// **Ownership:** lent by whoever holds the bytes.
///
/// @param from where it begins
/// @param length how long it is; it ends where the bytes do or before
public record Slice(Bytes bytes, int from, int length) {}
