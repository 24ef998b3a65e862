package dev.headgate.bench.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads `/proc`.
///
/// The CPU time of a process is `utime + stime` of its `stat`: Linux scales the two so that their
/// sum is what the scheduler counted in nanoseconds, ended threads included, cut to ticks of 10 ms.
/// What single ticks would miss is therefore in it. Work of the network stack is charged to whom it
/// interrupted, which on loopback is the sender.
final class ProcFs {
  private static final int USER_TICKS = 11; // fields behind the name, from 0: state is 0
  private static final int SYSTEM_TICKS = 12;
  private static final int PARENT = 1;

  private final Path root;
  private final double secondsPerTick;

  /// @param root `/proc`
  /// @param ticksPerSecond `getconf CLK_TCK`
  ProcFs(Path root, int ticksPerSecond) {
    this.root = root;
    this.secondsPerTick = 1.0 / ticksPerSecond;
  }

  /// What a core did since the machine was started, in seconds.
  ///
  /// @param busy everything but waiting and what the hypervisor kept
  /// @param steal what the hypervisor kept
  record CoreSeconds(double busy, double steal) {
    CoreSeconds minus(CoreSeconds earlier) {
      return new CoreSeconds(busy - earlier.busy, steal - earlier.steal);
    }

    CoreSeconds plus(CoreSeconds other) {
      return new CoreSeconds(busy + other.busy, steal + other.steal);
    }
  }

  /// A process and all its descendants.
  List<Long> tree(long pid) {
    Map<Long, List<Long>> children = new HashMap<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(root, "[0-9]*")) {
      for (Path entry : entries) {
        String[] stat = stat(entry);
        if (stat.length > PARENT) {
          children
              .computeIfAbsent(Long.valueOf(stat[PARENT]), _ -> new ArrayList<>())
              .add(Long.valueOf(entry.getFileName().toString()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<Long> tree = new ArrayList<>(List.of(pid));
    for (int i = 0; i < tree.size(); i++) {
      tree.addAll(children.getOrDefault(tree.get(i), List.of()));
    }
    return tree;
  }

  /// CPU time of a process and its descendants, user and system.
  double cpuSeconds(long pid) {
    long ticks = 0;
    for (long member : tree(pid)) {
      String[] stat = stat(root.resolve(Long.toString(member)));
      if (stat.length > SYSTEM_TICKS) {
        ticks += Long.parseLong(stat[USER_TICKS]) + Long.parseLong(stat[SYSTEM_TICKS]);
      }
    }
    return ticks * secondsPerTick;
  }

  /// CPU time of the threads of a process and its descendants that have one of some names, user and
  /// system, by their ids.
  ///
  /// @param names as the kernel has them, of 15 bytes at most
  Map<Long, Double> threadSeconds(long pid, List<String> names) {
    Map<Long, Double> seconds = new HashMap<>();
    for (long member : tree(pid)) {
      Path tasks = root.resolve(Long.toString(member)).resolve("task");
      try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
        for (Path thread : threads) {
          String[] stat = names.contains(name(thread)) ? stat(thread) : new String[0];
          if (stat.length > SYSTEM_TICKS) {
            long ticks = Long.parseLong(stat[USER_TICKS]) + Long.parseLong(stat[SYSTEM_TICKS]);
            seconds.put(Long.valueOf(thread.getFileName().toString()), ticks * secondsPerTick);
          }
        }
      } catch (IOException | DirectoryIteratorException e) {
        // The process has ended.
        continue;
      }
    }
    return seconds;
  }

  /// The most memory a process and its descendants were resident with, each by itself.
  long peakRssBytes(long pid) {
    return status(pid, "VmHWM:");
  }

  /// The memory a process and its descendants are resident with.
  long rssBytes(long pid) {
    return status(pid, "VmRSS:");
  }

  /// Time of some cores together.
  CoreSeconds cores(List<Integer> numbers) {
    CoreSeconds sum = new CoreSeconds(0, 0);
    for (String line : lines(root.resolve("stat"))) {
      String[] fields = line.split(" +");
      if (!fields[0].matches("cpu[0-9]+")
          || !numbers.contains(Integer.valueOf(fields[0].substring(3)))) {
        continue;
      }
      // user nice system idle iowait irq softirq steal
      long busy = 0;
      for (int field : new int[] {1, 2, 3, 6, 7}) {
        busy += Long.parseLong(fields[field]);
      }
      sum =
          sum.plus(
              new CoreSeconds(busy * secondsPerTick, Long.parseLong(fields[8]) * secondsPerTick));
    }
    return sum;
  }

  private long status(long pid, String key) {
    long kib = 0;
    for (long member : tree(pid)) {
      for (String line : lines(root.resolve(Long.toString(member)).resolve("status"))) {
        if (line.startsWith(key)) {
          kib += Long.parseLong(line.substring(key.length()).replace("kB", "").trim());
        }
      }
    }
    return kib * 1024;
  }

  /* The fields behind the name, which may itself hold blanks and brackets; none if it has ended. */
  private static String[] stat(Path process) {
    List<String> lines = lines(process.resolve("stat"));
    if (lines.isEmpty()) {
      return new String[0];
    }
    String line = lines.getFirst();
    return line.substring(line.lastIndexOf(')') + 2).split(" ");
  }

  /* What stands between the brackets; empty if it has ended. */
  private static String name(Path process) {
    List<String> lines = lines(process.resolve("stat"));
    if (lines.isEmpty()) {
      return "";
    }
    String line = lines.getFirst();
    return line.substring(line.indexOf('(') + 1, line.lastIndexOf(')'));
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      // The process has ended: there is no such file, or reading it is refused.
      return List.of();
    }
  }
}
