package dev.headgate.exporters.delivery;

import dev.headgate.config.Signal;
import java.util.concurrent.atomic.AtomicLong;

/// A number for each signal.
///
/// **Threading:** any thread.
final class SignalCounts {
  private final AtomicLong traces = new AtomicLong();
  private final AtomicLong logs = new AtomicLong();
  private final AtomicLong metrics = new AtomicLong();

  void add(Signal signal, long amount) {
    count(signal).addAndGet(amount);
  }

  long get(Signal signal) {
    return count(signal).get();
  }

  private AtomicLong count(Signal signal) {
    return switch (signal) {
      case TRACES -> traces;
      case LOGS -> logs;
      case METRICS -> metrics;
    };
  }
}
