package dev.headgate.gateway;

import dev.headgate.pipeline.payload.NanoClock;
import java.time.Duration;

/// How many entries in the audit log those get who are not known: so few that nobody without a
/// token fills a disk with it.
///
/// **Threading:** any thread.
final class StrangerEntries {
  static final int MOST_PER_MINUTE = 10;

  private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

  private final NanoClock clock;
  private long minuteBeganNanos;
  private int written;
  private long leftOut;

  StrangerEntries(NanoClock clock) {
    this.clock = clock;
    this.minuteBeganNanos = clock.nanoTime();
  }

  /// How many were left out before this one, or -1 when this one is left out too.
  synchronized long tryWrite() {
    long nowNanos = clock.nanoTime();
    if (nowNanos - minuteBeganNanos >= MINUTE_NANOS) {
      minuteBeganNanos = nowNanos;
      written = 0;
    }
    if (written == MOST_PER_MINUTE) {
      leftOut++;
      return -1;
    }
    written++;
    long before = leftOut;
    leftOut = 0;
    return before;
  }
}
