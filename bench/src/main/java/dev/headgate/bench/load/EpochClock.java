package dev.headgate.bench.load;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// Nanoseconds since 1970 that never go back: the monotonic clock, set once by the wall clock. Two
/// processes on one machine agree to within microseconds.
final class EpochClock {
  private final long offsetNanos;

  /// Creates a clock that agrees with the wall clock now.
  EpochClock() {
    // The smallest of some differences: a thread may lose its core between the two readings.
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 20; i++) {
      long wall = ChronoUnit.NANOS.between(Instant.EPOCH, Instant.now());
      best = Math.min(best, wall - System.nanoTime());
    }
    offsetNanos = best;
  }

  /// Now, in nanoseconds since 1970.
  long nanos() {
    return System.nanoTime() + offsetNanos;
  }
}
