package dev.headgate.pipeline.payload;

/// The machine's monotonic clock.
public final class SystemNanoClock implements NanoClock {
  @Override
  public long nanoTime() {
    return System.nanoTime();
  }
}
