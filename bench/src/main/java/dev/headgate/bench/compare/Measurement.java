package dev.headgate.bench.compare;

import java.util.List;

/// What is done with a system and what is read off it.
sealed interface Measurement {
  /// Closed loop to saturation, in rounds over all systems: CPU per item and the rate.
  record Steady() implements Measurement {}

  /// Items that all hold secrets: whether one leaves the system.
  record Secrets() implements Measurement {}

  /// Open loop at 25, 50 and 75 % of the closed loop's rate: latency to the sink.
  record Latency() implements Measurement {}

  /// The highest rate at which everything offered is accepted in time and arrives.
  record MaxRate() implements Measurement {}

  /// Open loop at a multiple of the closed loop's rate, on fresh processes.
  record Overload(int factor, int seconds) implements Measurement {}

  /// The sink is gone for a while under load, and comes back.
  record Outage(int seconds) implements Measurement {}

  /// Millions of different trace ids, ascending: what is live and resident after each number.
  record Ids(List<Integer> millions) implements Measurement {
    public Ids {
      millions = List.copyOf(millions);
    }
  }

  /// No load at all.
  record Idle(int seconds) implements Measurement {}

  /// From the start of the process to the first request it accepts, several times.
  record Start(int times) implements Measurement {}

  /// The first seconds of a fresh process at half of the warm one's rate, and the same warm.
  record Cold(int seconds) implements Measurement {}
}
