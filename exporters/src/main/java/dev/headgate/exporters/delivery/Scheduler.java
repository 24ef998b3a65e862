package dev.headgate.exporters.delivery;

/// Runs tasks later, one at a time; tests run it on virtual time.
public interface Scheduler {
  /// Runs the task after the delay (0 = as soon as possible). Tasks of one scheduler never overlap.
  void schedule(long delayNanos, Runnable task);
}
