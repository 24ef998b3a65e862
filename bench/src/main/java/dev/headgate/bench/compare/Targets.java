package dev.headgate.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the project wants to reach, and whether it did.
///
/// Systems of other names (`before`, `after`) are no part of it: targets are judged for the first
/// system, by the usual names of the others.
final class Targets {
  private static final String COLLECTOR = SystemKind.COLLECTOR.label();
  private static final String LEAN = SystemKind.COLLECTOR_LEAN.label();
  private static final String RELAY = SystemKind.RELAY.label();
  private static final String COST = Figure.CPU_MICROS_PER_ITEM;
  private static final String COST_PER_REQUEST = Figure.CPU_MICROS_PER_REQUEST;
  private static final String PEAK = Figure.PEAK_RSS_MIB;

  private static final double FULL = 0.9;
  private static final double LEAK_BYTES = 0.1; // less than a bit

  private final Results results;
  private final String headgate;
  private final List<Verdict> verdicts = new ArrayList<>();

  /// How a target came out.
  enum Outcome {
    MET("met"),
    MISSED("**missed**"),
    NOT_MEASURED("not measured");

    private final String words;

    Outcome(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  /// @param measured how it came out, in words
  record Verdict(String what, String wanted, String measured, Outcome outcome) {}

  private Targets(Results results, String headgate) {
    this.results = results;
    this.headgate = headgate;
  }

  /// A verdict on each target that was measured.
  ///
  /// @param headgate the name of the system that is judged
  static List<Verdict> judge(Results results, String headgate) {
    Targets targets = new Targets(results, headgate);
    targets.addSecrets();
    targets.addCosts();
    targets.addSmall();
    targets.addFootprint();
    targets.addTrouble();
    targets.addGrowth();
    return List.copyOf(targets.verdicts);
  }

  private void addSecrets() {
    for (String scenario : List.of("secrets-traces", "secrets-logs")) {
      String control =
          seenBehindRelay(scenario) ? "" : " (no positive control: no relay beside it)";
      atMost(
          scenario + ", left the gateway" + control,
          scenario,
          Figure.ITEMS_WITH_SECRETS,
          "items",
          0);
    }
  }

  /* Whether the sink saw the secrets where nobody removed them. */
  private boolean seenBehindRelay(String scenario) {
    return results
        .figure(scenario, RELAY, Figure.ITEMS_WITH_SECRETS)
        .filter(result -> result.spread().min() > 0)
        .isPresent();
  }

  private void addCosts() {
    atMostTimes("traces, whole chain, against the relay", "chain-traces", RELAY, 3);
    cheaper("traces, whole chain", "chain-traces", COLLECTOR, 20);
    cheaper("traces, whole chain", "chain-traces", LEAN, 10);
    cheaper("traces, gzip to gzip", "gzip-gzip", COLLECTOR, 5);
    cheaper("traces, gzip to zstd", "gzip-zstd", COLLECTOR, 12);
    cheaper("logs, redaction and scrubbing", "chain-logs", COLLECTOR, 10);
    cheaper("logs, redaction and scrubbing", "chain-logs", LEAN, 5);
    cheaper("metrics, redaction (and guard)", "chain-metrics", COLLECTOR, 12);
    cheaper("metrics, redaction (and guard)", "chain-metrics", LEAN, 5);
    cheaper("traces, no processor", "pass-traces", COLLECTOR, 6);
    cheaper("logs, no processor", "pass-logs", COLLECTOR, 6);
    cheaper("metrics, no processor", "pass-metrics", COLLECTOR, 6);
    atMostTimes("traces over HTTP, no processor, against the relay", "http-traces", RELAY, 2.5);
  }

  private void addSmall() {
    small("1 item per request, whole chain", "small-1", 60, 0.6);
    small("10 items per request, whole chain", "small-10", 70, 0.2);
  }

  private void addFootprint() {
    atMost("first minute against warm", "cold", Figure.COLD_TO_WARM, "times", 1.5);
    atMost("idle, resident", "idle", Figure.RSS_MIB, "MiB", 90);
    atMost("idle, of a core", "idle", Figure.CPU_PERCENT, "%", 0.3);
    atMost("start to ready", "start", Figure.READY_SECONDS, "s", 0.5);
    results.rows().stream()
        .filter(row -> row.system().equals(headgate) && row.figures().containsKey(PEAK))
        .max((a, b) -> Double.compare(a.figure(PEAK), b.figure(PEAK)))
        .ifPresent(row ->
            add(
                "peak resident in any scenario",
                "at most 256 MiB",
                "%s MiB (%s)".formatted(Report.number(row.figure(PEAK)), row.scenario()),
                row.figure(PEAK) <= 256));
  }

  private void addTrouble() {
    for (String scenario : List.of("overload-2", "overload-5")) {
      atLeast(
          scenario + ", accepted of what a closed loop does",
          scenario,
          Figure.ACCEPTED_TO_CAPACITY,
          0.9);
    }
    for (String scenario : List.of("overload-2", "overload-5", "outage")) {
      none(scenario + ", accepted and lost", scenario, Figure.LOST_ITEMS, "items");
      atMost(scenario + ", refused for good", scenario, Figure.FAILED_ITEMS, "items", 0);
    }
  }

  private void addGrowth() {
    flat("cost from 1 to 16 connections", "growth-connections-");
    flat("cost from 100 to 8192 items a request", "growth-items-");
    atMost(
        "live heap per distinct trace id",
        "growth-ids",
        Figure.LIVE_BYTES_PER_TRACE_ID,
        "B",
        LEAK_BYTES);
    addCores();
  }

  private void addCores() {
    String what = "throughput of two cores against one";
    String wanted = "at least 1.8 times";
    if (isFull("growth-cores-1") && isFull("growth-cores-2")) {
      double growth =
          median("growth-cores-2", Figure.ITEMS_PER_SECOND).orElseThrow()
              / median("growth-cores-1", Figure.ITEMS_PER_SECOND).orElseThrow();
      add(what, wanted, Report.number(growth) + " times", growth >= 1.8);
      return;
    }
    Optional<Double> one = median("growth-cores-1", COST);
    Optional<Double> two = median("growth-cores-2", COST);
    if (one.isPresent() && two.isPresent()) {
      // Twice the cores at so much more cost per item.
      double growth = 2 * one.get() / two.get();
      verdicts.add(
          new Verdict(
              what,
              wanted,
              "%s times by CPU per item only".formatted(Report.number(growth)),
              Outcome.NOT_MEASURED));
    }
  }

  /* Whether it had a limit of its CPU time, and nothing but that held it back. */
  private boolean isFull(String scenario) {
    return results.figure(scenario, headgate, Figure.CPU_LIMIT_CORES).isPresent()
        && median(scenario, Figure.SYSTEM_SHARE).filter(share -> share >= FULL).isPresent();
  }

  /* The other system's cost over ours. */
  private void cheaper(String what, String scenario, String other, double times) {
    results
        .ratio(scenario, other, headgate, COST)
        .ifPresent(ratio ->
            add(
                what + ", against " + other,
                "at least %s times cheaper".formatted(Report.number(times)),
                Report.spread(ratio) + " times",
                ratio.median() >= times));
  }

  /* Our cost over the other system's. */
  private void atMostTimes(String what, String scenario, String other, double times) {
    results
        .ratio(scenario, headgate, other, COST)
        .ifPresent(ratio ->
            add(
                what,
                "at most %s times".formatted(Report.number(times)),
                Report.spread(ratio) + " times",
                ratio.median() <= times));
  }

  private void small(String what, String scenario, double micros, double share) {
    Optional<Results.Result> cost = results.figure(scenario, headgate, COST_PER_REQUEST);
    if (cost.isEmpty()) {
      return;
    }
    Optional<Results.Result> ratio = results.ratio(scenario, headgate, COLLECTOR, COST_PER_REQUEST);
    add(
        what,
        "at most %s us per request, or %s of otelcol's"
            .formatted(Report.number(micros), Report.number(share)),
        Report.spread(cost.get())
            + " us"
            + ratio.map(result -> ", " + Report.spread(result) + " of otelcol's").orElse(""),
        cost.get().median() <= micros || ratio.isPresent() && ratio.get().median() <= share);
  }

  private void atMost(String what, String scenario, String figure, String unit, double most) {
    measured(what, "at most %s %s".formatted(Report.number(most), unit), scenario, figure)
        .ifPresent(result ->
            add(
                what,
                "at most %s %s".formatted(Report.number(most), unit),
                "%s %s".formatted(Report.spread(result), unit),
                result.median() <= most));
  }

  /* Less than none is as wrong as more: something else arrived than what was accepted. */
  private void none(String what, String scenario, String figure, String unit) {
    measured(what, "0 " + unit, scenario, figure)
        .ifPresent(result ->
            add(
                what,
                "0 " + unit,
                "%s %s".formatted(Report.spread(result), unit),
                result.spread().min() == 0 && result.spread().max() == 0));
  }

  /* The figure; where there are rows, but none that is valid, the target is listed nevertheless. */
  private Optional<Results.Result> measured(
      String what, String wanted, String scenario, String figure) {
    Optional<Results.Result> result = results.figure(scenario, headgate, figure);
    if (result.isEmpty() && !results.of(scenario, headgate).isEmpty()) {
      verdicts.add(new Verdict(what, wanted, "no valid row, see below", Outcome.NOT_MEASURED));
    }
    return result;
  }

  private void atLeast(String what, String scenario, String figure, double least) {
    measured(what, "at least " + Report.number(least), scenario, figure)
        .ifPresent(result ->
            add(
                what,
                "at least " + Report.number(least),
                Report.number(result.median()),
                result.median() >= least));
  }

  /* The dearest of a group over its cheapest: flat is what stays within a fifth. */
  private void flat(String what, String group) {
    List<Double> costs =
        results.scenarios().stream()
            .filter(scenario -> scenario.startsWith(group))
            .flatMap(scenario -> median(scenario, COST).stream())
            .toList();
    if (costs.size() > 1) {
      Spread spread = Spread.of(costs);
      double ratio = spread.max() / spread.min();
      add(what, "flat (1.2 times)", Report.number(ratio) + " times", ratio <= 1.2);
    }
  }

  private Optional<Double> median(String scenario, String figure) {
    return results.figure(scenario, headgate, figure).map(Results.Result::median);
  }

  private void add(String what, String wanted, String measured, boolean met) {
    verdicts.add(new Verdict(what, wanted, measured, met ? Outcome.MET : Outcome.MISSED));
  }
}
