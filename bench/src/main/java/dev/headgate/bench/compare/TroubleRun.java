package dev.headgate.bench.compare;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// More than a system can take, and a sink that takes nothing.
final class TroubleRun {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final double ENOUGH = 0.95;
  private static final int CAPACITY_SECONDS = 10; // a limited system works in tenths of a second
  private static final int WARM_SECONDS = 60;
  private static final double WAITING_SECONDS = 0.5; // of a gateway before it refuses
  private static final int DEADLINE_SECONDS = 10; // of the generator's requests
  private static final int LEAST_CONNECTIONS = 64;
  private static final int MOST_CONNECTIONS = 1000; // a gateway allows 1,024 of one address
  private static final int LEAST_IN_FLIGHT = 4;
  private static final int MOST_IN_FLIGHT = 64; // less than the 100 that gRPC servers allow
  private static final double OUTAGE_SHARE = 0.3;
  private static final int AFTER_SECONDS = 20;

  private final Stand stand;
  private final Sink sink;
  private final SteadyRun windows;
  private final LoadGenerator generator;

  TroubleRun(Stand stand, Sink sink) {
    this.stand = stand;
    this.sink = sink;
    this.windows = new SteadyRun(stand, sink);
    this.generator = new LoadGenerator(stand);
  }

  /// Offers a multiple of what the system does in a closed loop, with the same limit of its CPU
  /// time in both. Warm is who has refused for a while, too: that is other code.
  void overload(Scenario scenario, RunningSystem system, Measurement.Overload overload) {
    List<Row.Flaw> flaws = warm(scenario, system, overload);
    Row closed = capacity(scenario, system);
    double capacity = closed.figure(Figure.REQUESTS_PER_SECOND);
    double rate = capacity * overload.factor();
    sink.reset();
    double cpuBefore = stand.proc().cpuSeconds(system.pid());
    Optional<CompilerTime> compilersBefore = CompilerTime.of(stand.proc(), system);
    LoadGenerator.Result result =
        offer(scenario, system, stand.options().seconds(overload.seconds()), rate);
    double cpuSeconds = stand.proc().cpuSeconds(system.pid()) - cpuBefore;
    Optional<CompilerTime> compilers = CompilerTime.of(stand.proc(), system);
    flaws.addAll(closed.flawsAsReference());
    SteadyRun.addNoise(flaws, result.window());
    Map<String, Double> figures = outcome(scenario, system, result.sent(), PATIENCE);
    double perSecond = result.sent().acceptedItems() / result.window().seconds();
    // Of what others left of the core in either case; who has a part of it got all of that.
    double left = system.isLimited() ? 1 : 1 - result.window().foreignShare();
    double leftClosed = system.isLimited() ? 1 : 1 - closed.figure(Figure.FOREIGN_SHARE);
    figures.put(
        Figure.ACCEPTED_TO_CAPACITY,
        perSecond / left / (closed.figure(Figure.ITEMS_PER_SECOND) / leftClosed));
    double offered = result.sent().sentRequests() / result.window().seconds() / capacity;
    figures.put(Figure.CAPACITY_ITEMS_PER_SECOND, closed.figure(Figure.ITEMS_PER_SECOND));
    figures.put(Figure.WANTED_TO_CAPACITY, (double) overload.factor());
    figures.put(Figure.OFFERED_TO_CAPACITY, offered);
    compilers.ifPresent(
        now -> now.addShareSince(compilersBefore.orElseThrow(), cpuSeconds, figures));
    figures.put(Figure.SYSTEM_SHARE, result.window().systemShare());
    figures.put(Figure.LOAD_SHARE, result.window().loadShare());
    if (system.isLimited()) {
      figures.put(Figure.CPU_LIMIT_CORES, system.cores());
    }
    if (offered < ENOUGH * overload.factor()) {
      stand
          .console()
          .note(
              "%s, %s: **not reached**: %s times what the system can take were sent"
                  + " (generator and sink used %.0f %% of their cores)",
              scenario.name(),
              system.name(),
              Report.number(offered),
              100 * result.window().loadShare());
    }
    add(scenario, system, figures, flaws);
  }

  /// Does the same at a rate that a system can take several times when it is not warm yet; what was
  /// wrong with that.
  private List<Row.Flaw> warm(
      Scenario scenario, RunningSystem system, Measurement.Overload overload) {
    Row cold = capacity(scenario, system);
    sink.reset();
    double rate = cold.figure(Figure.REQUESTS_PER_SECOND) * overload.factor();
    LoadGenerator.Result refused =
        offer(scenario, system, stand.options().seconds(WARM_SECONDS), rate);
    boolean unique = scenario.traffic().coding() == Traffic.Coding.NONE;
    long accepted = refused.sent().allAcceptedItems();
    Arrived arrived = sink.awaitItems(accepted, unique, PATIENCE);
    return backlog(accepted, unique ? arrived.unique() : arrived.items());
  }

  /// What is wrong when so many items were accepted and have arrived before a window: what is
  /// queued still would be counted to the window, and its CPU time too.
  static List<Row.Flaw> backlog(long accepted, long arrived) {
    List<Row.Flaw> flaws = new ArrayList<>();
    if (arrived < accepted) {
      String words = "before the window: accepted " + accepted + ", arrived " + arrived;
      flaws.add(new Row.Flaw(true, words));
    }
    return flaws;
  }

  private Row capacity(Scenario scenario, RunningSystem system) {
    int seconds = Math.max(CAPACITY_SECONDS, stand.options().seconds());
    return windows.window(scenario, system, 0, 0, seconds);
  }

  private LoadGenerator.Result offer(
      Scenario scenario, RunningSystem system, int seconds, double rate) {
    return generator.run(
        system, sink, new LoadGenerator.Plan(places(scenario.traffic(), rate), 1, seconds, rate));
  }

  /// The same with so many places that a request always finds one. A gateway without room may leave
  /// a connection unread while its request waits, so that as many connections are needed as come
  /// while one waits, and as many again; and what it takes at last may queue until its deadline.
  static Traffic places(Traffic traffic, double requestsPerSecond) {
    int connections =
        (int)
            Math.clamp(
                Math.ceil(2 * requestsPerSecond * WAITING_SECONDS),
                LEAST_CONNECTIONS,
                MOST_CONNECTIONS);
    double each = Math.ceil(requestsPerSecond * DEADLINE_SECONDS / connections);
    return traffic.connections(
        connections, (int) Math.clamp(each, LEAST_IN_FLIGHT, MOST_IN_FLIGHT));
  }

  /// Takes the sink away for a while, under a load that the system can take.
  void outage(Scenario scenario, RunningSystem system, Measurement.Outage outage) {
    Row closed = windows.window(scenario, system, 0, 0);
    double capacity = closed.figure(Figure.REQUESTS_PER_SECOND);
    int seconds = stand.options().seconds(outage.seconds());
    sink.reset();
    LoadGenerator.Plan plan =
        new LoadGenerator.Plan(
            scenario.traffic(), 1, seconds + AFTER_SECONDS, capacity * OUTAGE_SHARE);
    LoadGenerator.Result result;
    try {
      result =
          generator.run(
              system,
              sink,
              plan,
              () -> {
                sink.down();
                Thread.ofVirtual()
                    .start(() -> {
                      stand.pause(seconds * 1000L);
                      sink.up();
                    });
              });
    } finally {
      sink.up();
    }
    List<Row.Flaw> flaws = new ArrayList<>(closed.flawsAsReference());
    SteadyRun.addNoise(flaws, result.window());
    add(scenario, system, outcome(scenario, system, result.sent(), PATIENCE), flaws);
  }

  private Map<String, Double> outcome(
      Scenario scenario, RunningSystem system, Sent sent, Duration patience) {
    boolean unique = scenario.traffic().coding() == Traffic.Coding.NONE;
    long accepted = sent.allAcceptedItems();
    Arrived arrived = sink.awaitItems(accepted, unique, patience);
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put(Figure.REFUSED_ITEMS, (double) sent.refusedItems());
    figures.put(Figure.FAILED_ITEMS, (double) sent.failedItems());
    figures.put(
        Figure.LOST_ITEMS, (double) (accepted - (unique ? arrived.unique() : arrived.items())));
    figures.put(Figure.ACCEPTED_ITEMS, (double) accepted);
    if (unique) {
      figures.put(Figure.DUPLICATE_ITEMS, (double) arrived.duplicates());
    }
    figures.put(Figure.PEAK_RSS_MIB, system.peakRssMib());
    return figures;
  }

  private void add(
      Scenario scenario, RunningSystem system, Map<String, Double> figures, List<Row.Flaw> flaws) {
    double lost = figures.get(Figure.LOST_ITEMS);
    List<String> remarks =
        lost < 0
            ? List.of("%.0f more items arrived than were accepted".formatted(-lost))
            : List.of();
    stand.console().add(Row.of(scenario, system, 0, figures, flaws, remarks));
    List<String> words = new ArrayList<>();
    figures.forEach((name, value) -> words.add(name + " " + Report.number(value)));
    stand.console().say("  %-14s %s", system.name(), String.join(", ", words));
  }
}
