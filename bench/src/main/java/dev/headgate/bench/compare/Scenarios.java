package dev.headgate.bench.compare;

import static dev.headgate.bench.compare.SystemKind.COLLECTOR;
import static dev.headgate.bench.compare.SystemKind.COLLECTOR_LEAN;
import static dev.headgate.bench.compare.SystemKind.HEADGATE;
import static dev.headgate.bench.compare.SystemKind.RELAY;

import dev.headgate.bench.compare.Setup.Chain;
import dev.headgate.bench.compare.Traffic.Coding;
import dev.headgate.bench.compare.Traffic.Protocol;
import dev.headgate.config.Signal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// What can be measured. Those with equal setups stand next to each other: they share processes.
final class Scenarios {
  private static final Traffic TRACES = Traffic.of(Signal.TRACES);
  private static final Setup POLICY = Setup.of(Chain.POLICY);
  private static final Setup PASS = Setup.of(Chain.PASS);
  private static final int TWO_FIFTHS_OF_A_CORE = 40;
  private static final int HALF_A_CORE = 50;
  private static final int MOST_ITEMS = 8192;
  private static final Measurement STEADY = new Measurement.Steady();

  private final List<Scenario> all = new ArrayList<>();

  private Scenarios() {}

  /// Everything there is, in the order of the report.
  static List<Scenario> all() {
    Scenarios scenarios = new Scenarios();
    scenarios.addSecrets();
    scenarios.addChain();
    scenarios.addPass();
    scenarios.addCodings();
    scenarios.addRates();
    scenarios.addTrouble();
    scenarios.addGrowth();
    return List.copyOf(scenarios.all);
  }

  /// Those a user asked for, or the default set.
  ///
  /// @throws IllegalArgumentException if a name means none
  static List<Scenario> chosen(List<String> names) {
    for (String name : names) {
      if (all().stream().noneMatch(scenario -> scenario.isMeantBy(name))) {
        throw new IllegalArgumentException(
            "--scenario: " + name + " (expected: one of those in --list, or a group)");
      }
    }
    return all().stream()
        .filter(scenario ->
            names.isEmpty() ? scenario.byDefault() : names.stream().anyMatch(scenario::isMeantBy))
        .toList();
  }

  /// The names, for `--list`.
  static String list() {
    StringBuilder list = new StringBuilder();
    for (Scenario scenario : all()) {
      list.append("%-22s %s%n".formatted(scenario.name(), scenario.byDefault() ? "default" : ""));
    }
    return list.toString();
  }

  private void addSecrets() {
    for (Signal signal : List.of(Signal.TRACES, Signal.LOGS)) {
      all.add(
          new Scenario(
              "secrets-" + signal.key(),
              new Measurement.Secrets(),
              POLICY,
              Traffic.of(signal).secrets(100).items(100),
              EnumSet.allOf(SystemKind.class),
              true));
    }
  }

  private void addChain() {
    steady("chain-traces", POLICY, TRACES, EnumSet.allOf(SystemKind.class));
    steady(
        "chain-logs",
        POLICY,
        Traffic.of(Signal.LOGS),
        EnumSet.of(HEADGATE, COLLECTOR, COLLECTOR_LEAN));
    steady(
        "chain-metrics",
        POLICY,
        Traffic.of(Signal.METRICS),
        EnumSet.of(HEADGATE, COLLECTOR, COLLECTOR_LEAN));
    // Whoever sends single items has many connections.
    for (int items : new int[] {1, 10}) {
      steady(
          "small-" + items,
          POLICY,
          TRACES.items(items).connections(32, 4),
          EnumSet.of(HEADGATE, COLLECTOR));
    }
  }

  private void addPass() {
    steady("pass-traces", PASS, TRACES, EnumSet.of(HEADGATE, COLLECTOR, RELAY));
    for (Signal signal : List.of(Signal.LOGS, Signal.METRICS)) {
      longForm(
          "pass-" + signal.key(),
          STEADY,
          PASS,
          Traffic.of(signal),
          EnumSet.of(HEADGATE, COLLECTOR));
    }
    steady(
        "http-traces",
        PASS.over(Protocol.HTTP),
        TRACES.over(Protocol.HTTP),
        EnumSet.of(HEADGATE, COLLECTOR, RELAY));
  }

  private void addCodings() {
    Set<SystemKind> against = EnumSet.of(HEADGATE, COLLECTOR);
    steady("gzip-gzip", POLICY.coded(Coding.GZIP), TRACES.coded(Coding.GZIP), against);
    steady("gzip-zstd", POLICY.coded(Coding.ZSTD), TRACES.coded(Coding.GZIP), against);
    longForm("zstd-zstd", STEADY, POLICY.coded(Coding.ZSTD), TRACES.coded(Coding.ZSTD), against);
    longForm(
        "gzip-logs",
        STEADY,
        POLICY.coded(Coding.GZIP),
        Traffic.of(Signal.LOGS).coded(Coding.GZIP),
        EnumSet.of(HEADGATE, COLLECTOR, COLLECTOR_LEAN));
    longForm("sampling-10", STEADY, POLICY.sampling(10), TRACES, EnumSet.allOf(SystemKind.class));
    longForm(
        "http-chain",
        STEADY,
        POLICY.over(Protocol.HTTP),
        TRACES.over(Protocol.HTTP),
        EnumSet.allOf(SystemKind.class));
  }

  private void addRates() {
    longForm("latency", new Measurement.Latency(), POLICY, TRACES, EnumSet.allOf(SystemKind.class));
    longForm(
        "max-rate", new Measurement.MaxRate(), POLICY, TRACES, EnumSet.allOf(SystemKind.class));
  }

  private void addTrouble() {
    Set<SystemKind> against = EnumSet.of(HEADGATE, COLLECTOR);
    all.add(
        new Scenario(
            "start",
            new Measurement.Start(5),
            POLICY,
            TRACES.items(1),
            EnumSet.allOf(SystemKind.class),
            true));
    all.add(
        new Scenario(
            "idle",
            new Measurement.Idle(30),
            POLICY,
            TRACES,
            EnumSet.allOf(SystemKind.class),
            true));
    all.add(
        new Scenario(
            "cold", new Measurement.Cold(60), POLICY, TRACES, EnumSet.of(HEADGATE), false));
    // The system with half a core, as a small container has: five times that is well within what
    // one core can send.
    for (int factor : new int[] {2, 5}) {
      overload("overload-", factor, Coding.GZIP, against);
    }
    overload("overload-uncompressed-", 5, Coding.NONE, against);
    longForm("outage", new Measurement.Outage(60), POLICY, TRACES, against);
  }

  private void addGrowth() {
    Set<SystemKind> against = EnumSet.of(HEADGATE, COLLECTOR);
    for (int connections : new int[] {1, 4, 16}) {
      String name = "growth-connections-" + connections;
      longForm(name, STEADY, POLICY, TRACES.connections(connections, 4), against);
    }
    for (int items : new int[] {100, 1000, MOST_ITEMS}) {
      // As many items at a time whatever the size, and no more than one of 6.5 MB: several are
      // refused, and that is another question.
      Traffic sameLoad = TRACES.items(items).connections(1, MOST_ITEMS / items);
      longForm("growth-items-" + items, STEADY, POLICY, sameLoad, against);
    }
    for (int items : new int[] {100, 1000}) {
      Traffic oneAtATime = TRACES.items(items).connections(1, 1);
      longForm("one-at-a-time-" + items, STEADY, POLICY, oneAtATime, against);
    }
    for (int cores : new int[] {1, 2}) {
      // Less than the cores they run on, so that the generator and the sink beside them are no
      // limit: twice the cores, twice the time. The relay shows what the machine makes of that.
      longForm(
          "growth-cores-" + cores,
          STEADY,
          POLICY.cores(cores).limited(cores * TWO_FIFTHS_OF_A_CORE),
          TRACES,
          EnumSet.of(HEADGATE, COLLECTOR, RELAY));
    }
    longForm(
        "growth-ids",
        new Measurement.Ids(List.of(1, 10, 30, 100)),
        POLICY.sampling(10),
        TRACES,
        EnumSet.of(HEADGATE));
  }

  private void overload(String name, int factor, Coding coding, Set<SystemKind> against) {
    longForm(
        name + factor,
        new Measurement.Overload(factor, 120),
        POLICY.coded(coding).limited(HALF_A_CORE),
        TRACES.coded(coding),
        against);
  }

  private void steady(String name, Setup setup, Traffic traffic, Set<SystemKind> against) {
    all.add(new Scenario(name, STEADY, setup, traffic, against, true));
  }

  private void longForm(
      String name, Measurement measurement, Setup setup, Traffic traffic, Set<SystemKind> against) {
    all.add(new Scenario(name, measurement, setup, traffic, against, false));
  }
}
