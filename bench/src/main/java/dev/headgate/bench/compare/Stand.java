package dev.headgate.bench.compare;

import dev.headgate.pipeline.payload.NanoClock;
import java.nio.file.Path;
import java.util.List;

/// What every measurement works with.
///
/// @param bench the folder `bench` of this checkout, where the configurations are
/// @param folder of this run: rows, logs, filled-in configurations
/// @param loadCores where the generator, the sink and this process run
record Stand(
    Options options,
    Path bench,
    Path folder,
    List<Integer> loadCores,
    ProcFs proc,
    Children children,
    NanoClock clock,
    Console console) {

  /// Where a system runs that may use so many cores: the ones set aside, and beyond them any.
  List<Integer> systemCores(int number) {
    List<Integer> cores = options.systemCores();
    if (number <= cores.size()) {
      return cores.subList(0, number);
    }
    return java.util.stream.Stream.concat(cores.stream(), loadCores.stream())
        .distinct()
        .limit(number)
        .sorted()
        .toList();
  }

  /// Does something; if it fails, that is noted, and the rest goes on.
  ///
  /// @param system a name; it is noted with the scenario's
  /// @return whether it went well
  boolean attempt(Scenario scenario, String system, Runnable step) {
    try {
      step.run();
      return true;
    } catch (IllegalStateException e) {
      if (children.isClosed()) {
        throw e;
      }
      console.note("%s, %s: not measured: %s", scenario.name(), system, e.getMessage());
      return false;
    }
  }

  /// Waits.
  void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
