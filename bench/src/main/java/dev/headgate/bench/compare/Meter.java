package dev.headgate.bench.compare;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Reads what the machine did between two moments.
///
/// **Threading:** one thread.
final class Meter {
  /// What is used to that share is used up.
  private static final double LIMIT_SHARE = 0.9;

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
        systemCpu / seconds / system.cores(),
        loadCpu / seconds / stand.loadCores().size(),
        onLoad.busy() / seconds / stand.loadCores().size(),
        Math.max(0, foreign) / seconds / systemCores.size(),
        (onSystem.steal() + (shared ? 0 : onLoad.steal())) / seconds / all.size());
  }

  /// What was read.
  ///
  /// @param cpuSeconds of the system under test, user and system
  /// @param systemShare of its cores that it used, or of what its limit leaves it of them
  /// @param loadShare of the other cores that the generator and the sink used
  /// @param loadBusyShare of the other cores that was used, by whomever
  /// @param foreignShare of its cores that others used
  /// @param stealShare of all cores that the hypervisor kept
  record Window(
      double seconds,
      double cpuSeconds,
      double systemShare,
      double loadShare,
      double loadBusyShare,
      double foreignShare,
      double stealShare) {
    /// What held a system back that was to be saturated; empty if nothing did.
    String limit() {
      if (systemShare >= LIMIT_SHARE) {
        return "";
      }
      String share = " (system's core at %.0f %%)".formatted(100 * systemShare);
      if (systemShare + foreignShare >= LIMIT_SHARE) {
        return "others on the system's core were the limit" + share;
      }
      if (loadShare >= LIMIT_SHARE) {
        return "the generator or the sink was the limit" + share;
      }
      return loadBusyShare >= LIMIT_SHARE
          ? "others on the cores of generator and sink were the limit" + share
          : "not saturated" + share;
    }
  }
}
