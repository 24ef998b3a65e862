package dev.headgate.bench.compare;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The CPU time that the compilers of a JVM have used so far, thread by thread.
///
/// A compiler's thread that ends takes its time with it; the first of each compiler, which does
/// most of the work and all of it where there is one core, never ends.
record CompilerTime(Map<Long, Double> seconds) {
  /* As the kernel cuts them, to 15 characters. */
  private static final List<String> NAMES = List.of("C1 CompilerThre", "C2 CompilerThre");

  /// Reads it; none of a system that is no JVM.
  static Optional<CompilerTime> of(ProcFs proc, RunningSystem system) {
    return system.kind() == SystemKind.HEADGATE
        ? Optional.of(new CompilerTime(proc.threadSeconds(system.pid(), NAMES)))
        : Optional.empty();
  }

  /// Adds the share of a process's CPU time that its compilers took since an earlier reading.
  ///
  /// @param cpuSeconds that the process used since then
  void addShareSince(CompilerTime earlier, double cpuSeconds, Map<String, Double> figures) {
    figures.put(Figure.COMPILER_SHARE, cpuSeconds > 0 ? secondsSince(earlier) / cpuSeconds : 0.0);
  }

  /// What was used since an earlier reading of the same process.
  double secondsSince(CompilerTime earlier) {
    double sum = 0;
    for (Map.Entry<Long, Double> thread : seconds.entrySet()) {
      sum += thread.getValue() - earlier.seconds.getOrDefault(thread.getKey(), 0.0);
    }
    return sum;
  }
}
