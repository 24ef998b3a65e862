package dev.headgate.bench.compare;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Whether anything grows with the trace ids that a system has seen, each of which comes once.
final class IdsRun {
  private static final int SLICE_SECONDS = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Stand stand;
  private final Sink sink;
  private final LoadGenerator generator;

  IdsRun(Stand stand, Sink sink) {
    this.stand = stand;
    this.sink = sink;
    this.generator = new LoadGenerator(stand);
  }

  /// Sends so many different ids to a fresh process and looks at it after each number of them.
  ///
  /// @param millions of ids, ascending, three at least
  void run(Scenario scenario, RunningSystem system, List<Integer> millions) {
    long ids = 0;
    long secondIds = 0;
    long secondBytes = 0;
    for (int i = 0; i < millions.size(); i++) {
      while (ids < millions.get(i) * 1_000_000L) {
        // The first point comes soon.
        int seconds = i == 0 ? 1 : SLICE_SECONDS;
        sink.reset();
        LoadGenerator.Plan plan = new LoadGenerator.Plan(scenario.traffic(), 0, seconds, 0);
        long accepted = generator.run(system, sink, plan).sent().allAcceptedItems();
        if (accepted == 0) {
          throw new IllegalStateException("nothing was accepted");
        }
        ids += accepted;
        sink.awaitQuiet(PATIENCE);
      }
      LiveHeap heap = LiveHeap.of(system.pid());
      Map<String, Double> figures = new LinkedHashMap<>();
      figures.put(Figure.DISTINCT_TRACE_IDS, (double) ids);
      figures.put(Figure.LIVE_HEAP_BYTES, (double) heap.bytes());
      figures.put(Figure.LIVE_ARRAY_BYTES, (double) heap.arrayBytes());
      figures.put(Figure.RSS_MIB, system.rssMib());
      figures.put(Figure.PEAK_RSS_MIB, system.peakRssMib());
      add(scenario, "-" + millions.get(i) + "M", system, figures);
      // The first also shows what a process loads and makes once.
      if (i == 1) {
        secondIds = ids;
        secondBytes = heap.bytes();
      } else if (i == millions.size() - 1) {
        double each = (double) (heap.bytes() - secondBytes) / (ids - secondIds);
        add(scenario, "", system, Map.of(Figure.LIVE_BYTES_PER_TRACE_ID, each));
      }
    }
  }

  private void add(
      Scenario scenario, String point, RunningSystem system, Map<String, Double> figures) {
    Row row = Row.of(scenario, system, 0, figures);
    stand.console().add(row.of(scenario.name() + point, List.copyOf(figures.keySet())));
    stand.console().say("  %-14s %s", system.name() + point, figures);
  }
}
