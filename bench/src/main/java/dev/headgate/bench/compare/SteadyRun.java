package dev.headgate.bench.compare;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Closed loops to saturation, in rounds over all systems.
final class SteadyRun {
  /// The share of the system's core that others may use.
  static final double MOST_FOREIGN = 0.05;

  /// The share of the cores that the hypervisor may keep.
  static final double MOST_STEAL = 0.01;

  private static final int WARMUP_SECONDS = 1;
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Stand stand;
  private final Sink sink;
  private final LoadGenerator generator;

  SteadyRun(Stand stand, Sink sink) {
    this.stand = stand;
    this.sink = sink;
    this.generator = new LoadGenerator(stand);
  }

  /// Measures all systems in all rounds; they are warm.
  void run(Scenario scenario, List<RunningSystem> systems) {
    for (int round = 0; round < stand.options().rounds(); round++) {
      for (RunningSystem system : RoundPlan.order(systems, round)) {
        int number = round;
        stand.attempt(scenario, system.name(), () -> keep(scenario, system, number));
      }
    }
  }

  private void keep(Scenario scenario, RunningSystem system, int round) {
    Row row = window(scenario, system, round, 0);
    stand.console().add(row);
    stand
        .console()
        .say(
            "  %d %-14s %9.3f us/item %9.0f items/s %s",
            round + 1,
            system.name(),
            row.figure(Figure.CPU_MICROS_PER_ITEM),
            row.figure(Figure.ITEMS_PER_SECOND),
            words(row));
  }

  private static String words(Row row) {
    List<String> words = new ArrayList<>(row.remarks());
    row.flaws().forEach(flaw -> words.add(flaw.words()));
    return String.join("; ", words);
  }

  /// One window.
  ///
  /// @param requestsPerSecond of an open loop; 0 = closed loop
  Row window(Scenario scenario, RunningSystem system, int round, double requestsPerSecond) {
    int seconds = stand.options().seconds();
    return window(scenario, system, round, requestsPerSecond, seconds);
  }

  /// One window that takes so long.
  Row window(
      Scenario scenario, RunningSystem system, int round, double requestsPerSecond, int seconds) {
    Traffic traffic = scenario.traffic();
    sink.reset();
    // From the first request to the arrival of the last: what a system still holds when the window
    // ends (a Collector's batches are whole seconds of its work) is paid for by nobody else.
    double cpuBefore = stand.proc().cpuSeconds(system.pid());
    Optional<CompilerTime> compilersBefore = CompilerTime.of(stand.proc(), system);
    LoadGenerator.Result result =
        generator.run(
            system,
            sink,
            new LoadGenerator.Plan(traffic, WARMUP_SECONDS, seconds, requestsPerSecond));
    Sent sent = result.sent();
    // Compressed requests come from a pool, so that their items are not unique.
    boolean unique = traffic.coding() == Traffic.Coding.NONE;
    // How many a sampler keeps is known only about.
    Arrived arrived =
        system.keptPercent() == 100
            ? sink.awaitItems(sent.allAcceptedItems(), unique, PATIENCE)
            : sink.awaitQuiet(PATIENCE);

    double cpuSeconds = stand.proc().cpuSeconds(system.pid()) - cpuBefore;

    Meter.Window window = result.window();
    Map<String, Double> figures = figures(system, traffic, sent, window, cpuSeconds);
    CompilerTime.of(stand.proc(), system)
        .ifPresent(now -> now.addShareSince(compilersBefore.orElseThrow(), cpuSeconds, figures));
    if (arrived.hasLatencies()) {
      figures.put(Figure.SINK_P50_MILLIS, arrived.latencyMillis("p50"));
      figures.put(Figure.SINK_P99_MILLIS, arrived.latencyMillis("p99"));
    }
    Map<String, Double> details = new LinkedHashMap<>();
    sent.addTo(details);
    arrived.addTo(details);
    return new Row(
        scenario.name(),
        system.name(),
        system.kind(),
        round,
        figures,
        details,
        flaws(scenario, system, sent, arrived, window),
        remarks(sent, window, requestsPerSecond));
  }

  private static Map<String, Double> figures(
      RunningSystem system, Traffic traffic, Sent sent, Meter.Window window, double cpuSeconds) {
    double cpuMicros = cpuSeconds * 1e6 / Math.max(1, sent.allAcceptedItems());
    double items = sent.acceptedItems();
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put(Figure.CPU_MICROS_PER_ITEM, cpuMicros);
    figures.put(Figure.CPU_MICROS_PER_REQUEST, cpuMicros * traffic.itemsPerRequest());
    figures.put(
        Figure.CPU_SECONDS_PER_GB, cpuSeconds / (Math.max(1, sent.allAcceptedBytes()) / 1e9));
    figures.put(Figure.ITEMS_PER_SECOND, items / window.seconds());
    figures.put(Figure.REQUESTS_PER_SECOND, items / window.seconds() / traffic.itemsPerRequest());
    figures.put(Figure.PEAK_RSS_MIB, system.peakRssMib());
    figures.put(Figure.SYSTEM_SHARE, window.systemShare());
    figures.put(Figure.LOAD_SHARE, window.loadShare());
    figures.put(Figure.FOREIGN_SHARE, window.foreignShare());
    figures.put(Figure.STEAL_SHARE, window.stealShare());
    if (system.isLimited()) {
      figures.put(Figure.CPU_LIMIT_CORES, system.cores());
    }
    figures.put(Figure.REFUSED_ITEMS, (double) sent.refusedItems());
    figures.put(Figure.FAILED_ITEMS, (double) sent.failedItems());
    return figures;
  }

  private static List<Row.Flaw> flaws(
      Scenario scenario, RunningSystem system, Sent sent, Arrived arrived, Meter.Window window) {
    List<Row.Flaw> flaws = new ArrayList<>();
    long accepted = sent.allAcceptedItems();
    // Compressed requests come from a pool, so that their items are not unique.
    boolean unique = scenario.traffic().coding() == Traffic.Coding.NONE;
    long got = unique ? arrived.unique() : arrived.items();
    double kept = system.keptPercent() / 100.0;
    double tolerance = kept == 1 ? 0 : 0.02 * accepted;
    if (sent.acceptedItems() == 0 || Math.abs(got - kept * accepted) > tolerance) {
      flaws.add(new Row.Flaw(true, "accepted " + accepted + ", arrived " + got));
    }
    Row.addIfEnded(flaws, system);
    addNoise(flaws, window);
    return flaws;
  }

  /// Adds what others did to the machine meanwhile.
  static void addNoise(List<Row.Flaw> flaws, Meter.Window window) {
    if (window.foreignShare() > MOST_FOREIGN) {
      flaws.add(new Row.Flaw(false, "others used %.0f %%".formatted(100 * window.foreignShare())));
    }
    if (window.stealShare() > MOST_STEAL) {
      flaws.add(new Row.Flaw(false, "steal %.1f %%".formatted(100 * window.stealShare())));
    }
  }

  private static List<String> remarks(Sent sent, Meter.Window window, double requestsPerSecond) {
    List<String> remarks = new ArrayList<>();
    if (sent.refusedItems() + sent.failedItems() > 0) {
      remarks.add("items refused %d, failed %d".formatted(sent.refusedItems(), sent.failedItems()));
    }
    if (requestsPerSecond == 0 && !window.limit().isEmpty()) {
      remarks.add(window.limit());
    }
    return remarks;
  }
}
