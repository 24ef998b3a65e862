package dev.headgate.exporters.delivery;

import dev.headgate.pipeline.payload.NanoClock;

/// How many further requests all [Hunt]s of one exporter may make: a client that sends nothing but
/// poison must not multiply the load on a backend.
///
/// **Threading:** confined to the delivery thread.
final class HuntAllowance {
  /// The most at once.
  static final int BURST_REQUESTS = 640;

  /// So many come back in a second.
  static final int REQUESTS_PER_SECOND = 10;

  private static final long NANOS_PER_REQUEST = 1_000_000_000L / REQUESTS_PER_SECOND;

  private final NanoClock clock;
  private long left = BURST_REQUESTS;
  private long countedNanos;

  HuntAllowance(NanoClock clock) {
    this.clock = clock;
    this.countedNanos = clock.nanoTime();
  }

  boolean tryTake(int requests) {
    long earned = (clock.nanoTime() - countedNanos) / NANOS_PER_REQUEST;
    countedNanos += earned * NANOS_PER_REQUEST;
    left = Math.min(BURST_REQUESTS, left + earned);
    if (left < requests) {
      return false;
    }
    left -= requests;
    return true;
  }
}
