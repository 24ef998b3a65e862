package dev.headgate.exporters.delivery;

import dev.headgate.pipeline.payload.Payload;

/// How much one request to a backend may hold, whatever the batching says.
///
/// @param maxBytes most bytes as `sizer` measures them
/// @param maxItems most items, 0 = no limit
/// @param metricsInOrder whether metrics go in lanes with one request in flight each
public record BatchLimits(long maxBytes, long maxItems, Sizer sizer, boolean metricsInOrder) {
  /// Measures a payload as the backend counts it.
  @FunctionalInterface
  public interface Sizer {
    /// The size in bytes.
    long sizeBytes(Payload payload);
  }
}
