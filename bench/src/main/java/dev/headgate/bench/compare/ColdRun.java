package dev.headgate.bench.compare;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The first minute of a process against the same load on it later.
final class ColdRun {
  private static final double SHARE = 0.5;
  private static final double LEAST_ACCEPTED = 0.98;
  private static final Duration PATIENCE = Duration.ofSeconds(15);

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
    Row closed = windows.window(scenario, warm, 0, 0);
    double rate = SHARE * closed.figure(Figure.REQUESTS_PER_SECOND);
    Row half = windows.window(scenario, warm, 0, rate);
    double warmCost = half.figure(Figure.CPU_MICROS_PER_ITEM);
    List<Row.Flaw> flaws = new ArrayList<>(closed.flawsAsReference());
    flaws.addAll(half.flawsAsReference());
    warm.close();

    fleet.sink().reset();
    try (RunningSystem fresh =
        RunningSystem.start(stand, contender, scenario.setup(), fleet.sink())) {
      fresh.awaitReady();
      LoadGenerator.Plan plan = new LoadGenerator.Plan(scenario.traffic(), 0, seconds, rate);
      LoadGenerator.Result result = new LoadGenerator(stand).run(fresh, fleet.sink(), plan);
      Sent sent = result.sent();
      long accepted = sent.allAcceptedItems();
      long arrived = fleet.sink().awaitItems(accepted, true, PATIENCE).unique();
      if (accepted == 0 || arrived != accepted) {
        flaws.add(new Row.Flaw(true, "accepted " + accepted + ", arrived " + arrived));
      }
      // Some that a cold system refuses are no loss, and those it accepts bear their cost; but the
      // load has to be about what it was for the warm one.
      double offered = (double) sent.offeredRequests() * scenario.traffic().itemsPerRequest();
      if (accepted < LEAST_ACCEPTED * offered) {
        flaws.add(
            new Row.Flaw(true, "accepted %d of %.0f items offered".formatted(accepted, offered)));
      }
      List<String> remarks = new ArrayList<>();
      if (sent.refusedItems() + sent.failedItems() > 0) {
        remarks.add(
            "items refused %d, failed %d".formatted(sent.refusedItems(), sent.failedItems()));
      }
      SteadyRun.addNoise(flaws, result.window());
      // Everything since its start, what it did before the first request too.
      double cold = stand.proc().cpuSeconds(fresh.pid()) * 1e6 / Math.max(1, accepted);
      Map<String, Double> figures = new LinkedHashMap<>();
      figures.put(Figure.COLD_MICROS_PER_ITEM, cold);
      figures.put(Figure.COLD_TO_WARM, cold / warmCost);
      figures.put(Figure.REQUESTS_PER_SECOND, rate);
      figures.put(Figure.PEAK_RSS_MIB, fresh.peakRssMib());
      stand.console().add(Row.of(scenario, fresh, 0, figures, flaws, remarks));
      stand
          .console()
          .say(
              "  %-14s %.3f us/item in the first %d s, %.3f warm",
              fresh.name(), cold, seconds, warmCost);
    }
  }
}
