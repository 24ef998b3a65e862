package dev.headgate.bench.compare;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// All processes that the comparison starts, so that none outlives it.
///
/// **Threading:** any thread; the shutdown hook calls [#close()] while the main thread still runs.
///
/// **Ownership:** ends what it started, the descendants too.
final class Children implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 15;

  private final Set<Process> running = ConcurrentHashMap.newKeySet();
  private final Set<CpuGroup> groups = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /// Starts a process on some cores, with its output in a file.
  Process start(
      List<String> command, Map<String, String> environment, List<Integer> cores, Path log) {
    ProcessBuilder builder = pinned(command, environment, cores);
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    return start(builder);
  }

  /// Starts a process on some cores whose two outputs the caller reads.
  Process startPiped(List<String> command, List<Integer> cores) {
    return start(pinned(command, Map.of(), cores));
  }

  private static ProcessBuilder pinned(
      List<String> command, Map<String, String> environment, List<Integer> cores) {
    List<String> all = new ArrayList<>(List.of("taskset", "-c", coreList(cores)));
    all.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(all);
    builder.environment().putAll(environment);
    builder.redirectInput(new File("/dev/null"));
    return builder;
  }

  private Process start(ProcessBuilder builder) {
    try {
      Process process = builder.start();
      running.add(process);
      if (closed) {
        process.destroyForcibly();
        throw new IllegalStateException("interrupted");
      }
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// As `taskset` writes them.
  static String coreList(List<Integer> cores) {
    return cores.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  /// Ends a process by SIGTERM, and with SIGKILL what is left of it later.
  void end(Process process) {
    List<ProcessHandle> descendants = process.descendants().toList();
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    descendants.forEach(ProcessHandle::destroyForcibly);
    running.remove(process);
  }

  /// Removes a control group when everything ends, if nobody did before.
  void add(CpuGroup group) {
    groups.add(group);
  }

  /// Whether everything has been ended, and nothing will be started any more.
  boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
    // At once: nothing that they still hold is wanted, and a gateway whose sink has gone would
    // wait.
    for (Process process : running) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    groups.forEach(CpuGroup::close);
  }
}
