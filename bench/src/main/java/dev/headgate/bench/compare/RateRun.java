package dev.headgate.bench.compare;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Open loops below what a system can do: latency at shares of its rate, and the highest rate at
/// which nothing is refused, late or lost.
final class RateRun {
  private static final int[] PERCENTS = {25, 50, 75};
  private static final List<String> LATENCIES =
      List.of(Figure.SINK_P50_MILLIS, Figure.SINK_P99_MILLIS, Figure.ITEMS_PER_SECOND);
  private static final int SEARCH_STEPS = 6;
  private static final double LOWEST = 0.4;
  private static final double HIGHEST = 1.1;
  private static final double MOST_P99_MILLIS = 1000;
  private static final double LEAST_ACHIEVED = 0.99;

  private final Stand stand;
  private final SteadyRun windows;

  RateRun(Stand stand, SteadyRun windows) {
    this.stand = stand;
    this.windows = windows;
  }

  /// Latency to the sink at shares of each system's own rate, in rounds.
  void latency(Scenario scenario, List<RunningSystem> systems) {
    Map<String, Row> capacities = new HashMap<>();
    for (RunningSystem system : systems) {
      capacities.put(system.name(), closedLoop(scenario, system));
    }
    for (int round = 0; round < stand.options().rounds(); round++) {
      for (int percent : PERCENTS) {
        for (RunningSystem system : RoundPlan.order(systems, round)) {
          Row capacity = capacities.get(system.name());
          double rate = capacity.figure(Figure.REQUESTS_PER_SECOND) * percent / 100;
          Row row = windows.window(scenario, system, round, rate);
          stand
              .console()
              .add(
                  row.of(scenario.name() + "-" + percent, LATENCIES)
                      .with(capacity.flawsAsReference()));
          stand
              .console()
              .say(
                  "  %d %-14s %d %%: p50 %.2f ms, p99 %.2f ms",
                  round + 1,
                  system.name(),
                  percent,
                  row.figures().getOrDefault(Figure.SINK_P50_MILLIS, Double.NaN),
                  row.figures().getOrDefault(Figure.SINK_P99_MILLIS, Double.NaN));
        }
      }
    }
  }

  /// Searches the highest rate of each system.
  void highest(Scenario scenario, List<RunningSystem> systems) {
    for (RunningSystem system : systems) {
      Row closed = closedLoop(scenario, system);
      double capacity = closed.figure(Figure.REQUESTS_PER_SECOND);
      double good = 0;
      double low = LOWEST;
      double high = HIGHEST;
      for (int step = 0; step < SEARCH_STEPS; step++) {
        double middle = (low + high) / 2;
        Row row = windows.window(scenario, system, step, capacity * middle);
        boolean held = held(row, scenario.traffic(), capacity * middle);
        stand
            .console()
            .say(
                "  %-14s %.0f requests/s: %s",
                system.name(), capacity * middle, held ? "held" : "not held");
        if (held) {
          good = middle;
          low = middle;
        } else {
          high = middle;
        }
      }
      Map<String, Double> figures =
          Map.of(
              Figure.MAX_RATE_ITEMS_PER_SECOND,
              good * capacity * scenario.traffic().itemsPerRequest(),
              Figure.PEAK_RSS_MIB,
              system.peakRssMib());
      stand
          .console()
          .add(Row.of(scenario, system, 0, figures, closed.flawsAsReference(), List.of()));
    }
  }

  /* What it does without a schedule: the rates are shares of it. */
  private Row closedLoop(Scenario scenario, RunningSystem system) {
    return windows.window(scenario, system, 0, 0);
  }

  /// Whether what was due was sent, but for what fits in flight, and came through at that rate.
  static boolean held(Row row, Traffic traffic, double requestsPerSecond) {
    return !row.isInvalid()
        && row.details().get("generator_unsent_requests")
            <= (double) traffic.connections() * traffic.inFlight()
        && row.figure(Figure.REQUESTS_PER_SECOND) >= LEAST_ACHIEVED * requestsPerSecond
        && row.figure(Figure.REFUSED_ITEMS) == 0
        && row.figure(Figure.FAILED_ITEMS) == 0
        && row.figures().getOrDefault(Figure.SINK_P99_MILLIS, Double.MAX_VALUE) <= MOST_P99_MILLIS;
  }
}
