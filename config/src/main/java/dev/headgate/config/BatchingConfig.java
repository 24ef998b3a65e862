package dev.headgate.config;

import java.time.Duration;

/// How an exporter joins what waits in its queue: from a `batch` processor or
/// `sending_queue.batch`.
///
/// @param flushTimeout a batch leaves when its oldest payload is this old
/// @param minSize or when it holds this many units of `sizer`
/// @param maxSize and holds at most so many; 0 = no limit but the exporter's bytes
/// @param sizer ITEMS or BYTES
public record BatchingConfig(
    Duration flushTimeout, long minSize, long maxSize, QueueConfig.Sizer sizer) {
  /// The Collector's defaults of `sending_queue.batch`.
  public static final BatchingConfig DEFAULT =
      new BatchingConfig(Duration.ofMillis(200), 8192, 0, QueueConfig.Sizer.ITEMS);

  /// Checks that the sizes fit together.
  public BatchingConfig {
    Require.notNegative("flush_timeout", flushTimeout);
    Require.atLeast("min_size", minSize, 0);
    Require.atLeast("max_size", maxSize, 0);
    if (maxSize != 0) {
      Require.atLeast("max_size", maxSize, minSize);
    }
    if (sizer == QueueConfig.Sizer.REQUESTS) {
      throw new IllegalArgumentException("sizer: requests (expected: items or bytes)");
    }
  }
}
