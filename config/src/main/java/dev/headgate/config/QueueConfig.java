package dev.headgate.config;

import org.jspecify.annotations.Nullable;

/// `sending_queue`.
///
/// @param numConsumers most requests in flight at once
/// @param queueSize capacity in units of `sizer`, what is being sent included
/// @param maxBytes byte cap that is in force besides; 0 = derived from the budget
/// @param overflow what a full queue does
/// @param blockOnOverflow whether the client's request is parked until there is room
/// @param batch own batching of this exporter, null when not configured
public record QueueConfig(
    boolean enabled,
    int numConsumers,
    long queueSize,
    Sizer sizer,
    long maxBytes,
    Overflow overflow,
    boolean blockOnOverflow,
    @Nullable BatchingConfig batch) {
  /// The Collector's defaults, with a byte cap besides.
  public static final QueueConfig DEFAULT =
      new QueueConfig(true, 10, 1000, Sizer.REQUESTS, 0, Overflow.REFUSE, false, null);

  /// Checks the sizes and what excludes each other.
  public QueueConfig {
    Require.inRange("num_consumers", numConsumers, 1, 1000);
    Require.atLeast("queue_size", queueSize, 1);
    Require.atLeast("max_bytes", maxBytes, 0);
    if (blockOnOverflow && overflow == Overflow.DROP_OLDEST) {
      throw new IllegalArgumentException(
          "overflow: drop_oldest (expected: refuse, because block_on_overflow is true)");
    }
    if (batch != null && batch.sizer() == sizer && batch.minSize() > queueSize) {
      throw new IllegalArgumentException(
          "batch.min_size: "
              + batch.minSize()
              + " (expected: at most queue_size "
              + queueSize
              + ")");
    }
  }

  /// The unit of a size.
  public enum Sizer {
    REQUESTS,
    ITEMS,
    BYTES
  }

  /// What a full queue does with a new payload.
  public enum Overflow {
    REFUSE,
    DROP_OLDEST
  }
}
