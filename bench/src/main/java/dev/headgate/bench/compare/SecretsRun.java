package dev.headgate.bench.compare;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Items that all hold secrets: whether the policies that are compared do what they are there for.
/// The relay, which does nothing, shows that a secret would be seen.
final class SecretsRun {
  private static final int SECONDS = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Stand stand;
  private final Sink sink;

  /// @param sink that searches what arrives
  SecretsRun(Stand stand, Sink sink) {
    this.stand = stand;
    this.sink = sink;
  }

  /// Sends some to each system.
  void run(Scenario scenario, List<RunningSystem> systems) {
    for (RunningSystem system : systems) {
      sink.reset();
      LoadGenerator.Plan plan = new LoadGenerator.Plan(scenario.traffic(), 0, SECONDS, 0);
      Sent sent = new LoadGenerator(stand).run(system, sink, plan).sent();
      long accepted = sent.allAcceptedItems();
      Arrived arrived = sink.awaitItems(accepted, true, PATIENCE);
      List<Row.Flaw> flaws = new ArrayList<>();
      if (accepted == 0 || arrived.unique() != accepted) {
        flaws.add(new Row.Flaw(true, "accepted " + accepted + ", arrived " + arrived.unique()));
      }
      Map<String, Double> figures =
          Map.of(
              Figure.ACCEPTED_ITEMS, (double) accepted,
              Figure.ITEMS_WITH_SECRETS, (double) arrived.itemsWithSecrets());
      stand.console().add(Row.of(scenario, system, 0, figures, flaws, List.of()));
      stand
          .console()
          .say(
              "  %-14s %d items arrived, %d with a secret",
              system.name(), arrived.items(), arrived.itemsWithSecrets());
    }
  }
}
