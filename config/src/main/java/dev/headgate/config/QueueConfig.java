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
