package dev.headgate.bench.compare;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// No load: all systems at once, as they cost next to nothing.
final class IdleRun {
  private static final int SETTLE_MILLIS = 5_000;

  private final Stand stand;

  IdleRun(Stand stand) {
    this.stand = stand;
  }

  /// Measures systems that have just been started.
  void run(Scenario scenario, List<RunningSystem> systems, int seconds) {
    stand.pause(SETTLE_MILLIS);
    Map<RunningSystem, Double> before = new LinkedHashMap<>();
    systems.forEach(system -> before.put(system, stand.proc().cpuSeconds(system.pid())));
    stand.pause(seconds * 1000L);
    for (RunningSystem system : systems) {
      double cpu = stand.proc().cpuSeconds(system.pid()) - before.get(system);
      Map<String, Double> figures =
          Map.of(
              Figure.CPU_PERCENT,
              100 * cpu / seconds,
              Figure.RSS_MIB,
              system.rssMib(),
              Figure.PEAK_RSS_MIB,
              system.peakRssMib());
      stand.console().add(Row.of(scenario, system, 0, figures));
    }
  }
}
