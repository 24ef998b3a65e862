package dev.headgate.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Goes through scenarios, with the systems of equal setups started once.
final class Campaign {
  private final Stand stand;
  private final List<Contender> contenders;

  Campaign(Stand stand, List<Contender> contenders) {
    this.stand = stand;
    this.contenders = contenders;
  }

  /// Measures all.
  void run(List<Scenario> scenarios) {
    List<Scenario> left = new ArrayList<>(scenarios);
    while (!left.isEmpty()) {
      Scenario first = left.removeFirst();
      if (first.measurement() instanceof Measurement.Steady) {
        List<Scenario> together = new ArrayList<>(List.of(first));
        left.removeIf(other ->
            other.measurement() instanceof Measurement.Steady
                && other.setup().equals(first.setup())
                && together.add(other));
        steady(together);
      } else {
        stand.attempt(first, "all", () -> alone(first));
      }
    }
  }

  private void steady(List<Scenario> together) {
    try (Sink sink = Sink.start(stand);
        Fleet fleet = new Fleet(stand, sink)) {
      for (Scenario scenario : together) {
        stand.console().say("%s", scenario.name());
        new SteadyRun(stand, sink).run(scenario, warm(fleet, scenario));
      }
    }
  }

  private void alone(Scenario scenario) {
    stand.console().say("%s", scenario.name());
    try (Sink sink =
            scenario.measurement() instanceof Measurement.Secrets
                ? Sink.startSearching(stand)
                : Sink.start(stand);
        Fleet fleet = new Fleet(stand, sink)) {
      SteadyRun windows = new SteadyRun(stand, sink);
      switch (scenario.measurement()) {
        case Measurement.Steady() -> throw new IllegalStateException("measured together");
        case Measurement.Secrets() ->
            new SecretsRun(stand, sink).run(scenario, fleet.systems(scenario, contenders));
        case Measurement.Latency() ->
            new RateRun(stand, windows).latency(scenario, warm(fleet, scenario));
        case Measurement.MaxRate() ->
            new RateRun(stand, windows).highest(scenario, warm(fleet, scenario));
        case Measurement.Overload overload ->
            oneByOne(
                scenario,
                sink,
                system -> new TroubleRun(stand, sink).overload(scenario, system, overload));
        case Measurement.Outage outage ->
            oneByOne(
                scenario,
                sink,
                system -> new TroubleRun(stand, sink).outage(scenario, system, outage));
        case Measurement.Ids(List<Integer> millions) -> {
          IdsRun ids = new IdsRun(stand, sink);
          fleet
              .systems(scenario, contenders)
              .forEach(
                  system -> attempt(scenario, system, () -> ids.run(scenario, system, millions)));
        }
        case Measurement.Idle(int seconds) ->
            new IdleRun(stand)
                .run(
                    scenario,
                    fleet.systems(scenario, contenders),
                    stand.options().seconds(seconds));
        case Measurement.Start(int times) ->
            new StartRun(stand, sink).run(scenario, contenders, times);
        case Measurement.Cold(int seconds) ->
            cold(scenario, fleet, stand.options().seconds(seconds));
      }
    }
  }

  private List<RunningSystem> warm(Fleet fleet, Scenario scenario) {
    return fleet.systems(scenario, contenders).stream()
        .filter(system -> attempt(scenario, system, () -> fleet.warm(system, scenario.traffic())))
        .toList();
  }

  private boolean attempt(Scenario scenario, RunningSystem system, Runnable step) {
    return stand.attempt(scenario, system.name(), step);
  }

  /* Each system in a process of its own that ends before the next begins: their peaks of memory are
  theirs, and what one leaves behind troubles no other. */
  private void oneByOne(Scenario scenario, Sink sink, Consumer<RunningSystem> measurement) {
    for (Contender contender : contenders) {
      try (Fleet alone = new Fleet(stand, sink)) {
        for (RunningSystem system : alone.systems(scenario, List.of(contender))) {
          attempt(
              scenario,
              system,
              () -> {
                alone.warm(system, scenario.traffic());
                measurement.accept(system);
              });
        }
      }
    }
  }

  private void cold(Scenario scenario, Fleet fleet, int seconds) {
    for (Contender contender : contenders) {
      for (RunningSystem system : fleet.systems(scenario, List.of(contender))) {
        attempt(
            scenario,
            system,
            () -> {
              fleet.warm(system, scenario.traffic());
              new ColdRun(stand, fleet).run(scenario, system, contender, seconds);
            });
      }
    }
  }
}
