package dev.headgate.exporters.delivery;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.memory.Content;

/// How much one request to a backend may hold, whatever the batching says.
///
/// @param maxBytes most bytes as `sizer` measures them
/// @param maxItems most items, 0 = no limit
/// @param metricsInOrder whether metrics go in lanes with one request in flight each
public record BatchLimits(long maxBytes, long maxItems, Sizer sizer, boolean metricsInOrder) {
  /// The size is the length.
  public static final Sizer LENGTH = (_, content) -> content.length();

  /// Measures a request as the backend counts it.
  @FunctionalInterface
  public interface Sizer {
    /// The size in bytes.
    long sizeBytes(Signal signal, Content content);
  }
}
