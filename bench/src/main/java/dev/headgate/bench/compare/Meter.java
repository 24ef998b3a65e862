package dev.headgate.bench.compare;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Reads what the machine did between two moments.
///
/// **Threading:** one thread.
final class Meter {
  private final Stand stand;
  private final RunningSystem system;
  private final List<Integer> systemCores;
  private final List<Long> load;
  private final Moment begin;

  private record Moment(
      long nanos,
      double systemCpu,
      double loadCpu,
      ProcFs.CoreSeconds systemCores,
      ProcFs.CoreSeconds loadCores) {}

  private Meter(Stand stand, RunningSystem system, List<Long> load) {
    this.stand = stand;
    this.system = system;
    this.systemCores = stand.systemCores(system.setup().cores());
    this.load = load;
    this.begin = moment();
  }

  /// Begins now.
  ///
  /// @param load the processes of the generator and the sink
  static Meter begin(Stand stand, RunningSystem system, List<Long> load) {
    return new Meter(stand, system, load);
  }

  private Moment moment() {
    return new Moment(
        stand.clock().nanoTime(),
        stand.proc().cpuSeconds(system.pid()),
        load.stream().mapToDouble(stand.proc()::cpuSeconds).sum(),
        stand.proc().cores(systemCores),
        stand.proc().cores(stand.loadCores()));
  }

  /// Ends now.
  Window end() {
    Moment end = moment();
    double seconds = (end.nanos - begin.nanos) / 1e9;
    double systemCpu = end.systemCpu - begin.systemCpu;
    double loadCpu = end.loadCpu - begin.loadCpu;
    ProcFs.CoreSeconds onSystem = end.systemCores.minus(begin.systemCores);
    ProcFs.CoreSeconds onLoad = end.loadCores.minus(begin.loadCores);
    boolean shared = systemCores.stream().anyMatch(stand.loadCores()::contains);
    double foreign = onSystem.busy() - systemCpu - (shared ? loadCpu : 0);
    Set<Integer> all = new HashSet<>(systemCores);
    all.addAll(stand.loadCores());
    return new Window(
        seconds,
        systemCpu,
        systemCpu / seconds / systemCores.size(),
        onLoad.busy() / seconds / stand.loadCores().size(),
        Math.max(0, foreign) / seconds / systemCores.size(),
        (onSystem.steal() + (shared ? 0 : onLoad.steal())) / seconds / all.size());
  }

  /// What was read.
  ///
  /// @param cpuSeconds of the system under test, user and system
  /// @param systemShare of its cores that it used
  /// @param loadShare of the other cores that was used, by whomever
  /// @param foreignShare of its cores that others used
  /// @param stealShare of all cores that the hypervisor kept
  record Window(
      double seconds,
      double cpuSeconds,
      double systemShare,
      double loadShare,
      double foreignShare,
      double stealShare) {}
}
