package dev.headgate.pipeline.payload;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// A clock that stands still until a test moves it.
///
/// **Threading:** any thread.
public final class ManualNanoClock implements NanoClock {
  private final AtomicLong now;

  /// Starts at an arbitrary moment, negative like that of many machines.
  public ManualNanoClock() {
    this(-7_000_000_000L);
  }

  public ManualNanoClock(long startNanos) {
    now = new AtomicLong(startNanos);
  }

  @Override
  public long nanoTime() {
    return now.get();
  }

  /// Moves on.
  public void advance(Duration duration) {
    now.getAndAdd(duration.toNanos());
  }

  /// The moment that is this far ahead.
  public long in(Duration duration) {
    return now.get() + duration.toNanos();
  }
}
