package dev.headgate.bench.compare;

import java.util.LinkedHashMap;
import java.util.Map;

/// The first minute of a process against the same load on it later.
final class ColdRun {
  private static final double SHARE = 0.5;

  private final Stand stand;
  private final Fleet fleet;

  /// @param fleet whose systems are warm
  ColdRun(Stand stand, Fleet fleet) {
    this.stand = stand;
    this.fleet = fleet;
  }

  /// Measures the warm process at half of its rate, ends it and measures a fresh one.
  ///
  /// @param warm the system, which is closed
  void run(Scenario scenario, RunningSystem warm, Contender contender, int seconds) {
    SteadyRun windows = new SteadyRun(stand, fleet.sink());
    double rate = SHARE * windows.window(scenario, warm, 0, 0).figure(Figure.REQUESTS_PER_SECOND);
    double warmCost = windows.window(scenario, warm, 0, rate).figure(Figure.CPU_MICROS_PER_ITEM);
    warm.close();

    fleet.sink().reset();
    try (RunningSystem fresh =
        RunningSystem.start(stand, contender, scenario.setup(), fleet.sink())) {
      fresh.awaitReady();
      Sent sent =
          new LoadGenerator(stand)
              .run(
                  fresh, fleet.sink(), new LoadGenerator.Plan(scenario.traffic(), 0, seconds, rate))
              .sent();
      // Everything since its start, what it did before the first request too.
      double cold = stand.proc().cpuSeconds(fresh.pid()) * 1e6 / sent.allAcceptedItems();
      Map<String, Double> figures = new LinkedHashMap<>();
      figures.put(Figure.COLD_MICROS_PER_ITEM, cold);
      figures.put(Figure.COLD_TO_WARM, cold / warmCost);
      figures.put(Figure.REQUESTS_PER_SECOND, rate);
      figures.put(Figure.PEAK_RSS_MIB, fresh.peakRssMib());
      stand.console().add(Row.of(scenario, fresh, 0, figures));
      stand
          .console()
          .say(
              "  %-14s %.3f us/item in the first %d s, %.3f warm",
              fresh.name(), cold, seconds, warmCost);
    }
  }
}
