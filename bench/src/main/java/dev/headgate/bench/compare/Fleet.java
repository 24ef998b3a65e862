package dev.headgate.bench.compare;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The systems of one setup, all running: each round measures them in turn without starting them
/// anew, so that they stay warm. Those that wait have no load and cost less than half a percent of
/// the core.
///
/// **Threading:** one thread.
///
/// **Ownership:** the systems end with [#close()].
final class Fleet implements AutoCloseable {
  private static final int WARM_SLICE_SECONDS = 4;
  private static final int OTHERS_WARM_SECONDS = 3;
  private static final int MOST_WARM_SLICES = 6;

  /// A slice that costs less than this share of the one before shows that compilers are at work.
  private static final double STILL_FALLING = 0.9;

  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Stand stand;
  private final Sink sink;
  private final List<RunningSystem> systems = new ArrayList<>();
  private final Set<String> warm = new HashSet<>();

  /// @param sink that all deliver to
  Fleet(Stand stand, Sink sink) {
    this.stand = stand;
    this.sink = sink;
  }

  Sink sink() {
    return sink;
  }

  /// Starts what is not there yet.
  ///
  /// @return the systems of a scenario that could be started, in the order of the contenders
  List<RunningSystem> systems(Scenario scenario, List<Contender> contenders) {
    List<RunningSystem> chosen = new ArrayList<>();
    for (Contender contender : contenders) {
      if (scenario.against().contains(contender.kind())) {
        RunningSystem system = system(contender, scenario.setup());
        stand.attempt(
            scenario,
            contender.name(),
            () -> {
              system.awaitReady();
              chosen.add(system);
            });
      }
    }
    return chosen;
  }

  private RunningSystem system(Contender contender, Setup setup) {
    for (RunningSystem system : systems) {
      if (system.name().equals(contender.name())) {
        return system;
      }
    }
    RunningSystem system = RunningSystem.start(stand, contender, setup, sink);
    systems.add(system);
    return system;
  }

  /// Sends a kind of traffic until the system knows it: a JVM needs many requests until the last
  /// hot method is compiled, and of small ones (10,000 take a second) as many until their cost does
  /// not fall any more; the others need little until their buffers have grown. It has all of its
  /// cores for that; whose setup limits its CPU time is limited from then on.
  void warm(RunningSystem system, Traffic traffic) {
    if (!warm.add(system.name() + traffic)) {
      return;
    }
    system.lift();
    boolean compiles = system.kind() == SystemKind.HEADGATE;
    int seconds = compiles ? WARM_SLICE_SECONDS : OTHERS_WARM_SECONDS;
    long requests = 0;
    int slices = 0;
    double cost = Double.MAX_VALUE;
    boolean more = true;
    while (more) {
      double cpuBefore = stand.proc().cpuSeconds(system.pid());
      LoadGenerator.Plan plan = new LoadGenerator.Plan(traffic, 0, seconds, 0);
      sink.reset();
      Sent sent = new LoadGenerator(stand).run(system, sink, plan).sent();
      // What still comes must not be counted in the first window.
      if (system.keptPercent() == 100) {
        sink.awaitItems(sent.allAcceptedItems(), false, PATIENCE);
      } else {
        sink.awaitQuiet(PATIENCE);
      }
      double before = cost;
      cost =
          (stand.proc().cpuSeconds(system.pid()) - cpuBefore)
              / Math.max(1, sent.allAcceptedItems());
      requests += sent.allAcceptedItems() / traffic.itemsPerRequest();
      slices++;
      boolean asked = slices * seconds < stand.options().warmSeconds();
      boolean unknown =
          slices < MOST_WARM_SLICES
              && (requests < stand.options().warmRequests() || cost < STILL_FALLING * before);
      more = compiles && (asked || unknown);
    }
    system.limit();
    stand.console().say("  %s: warm after %d requests", system.name(), requests);
  }

  @Override
  public void close() {
    systems.forEach(RunningSystem::close);
  }
}
