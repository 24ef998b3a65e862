package dev.headgate.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A control group that gives processes a part of the CPU time only, as a container's limit does:
/// so much in every tenth of a second, and then nothing until the next begins.
///
/// Both versions of the kernel's interface will do (Documentation/scheduler/sched-bwc.rst for
/// `cpu.cfs_quota_us`, Documentation/admin-guide/cgroup-v2.rst for `cpu.max`).
///
/// **Threading:** one thread, and the shutdown hook that removes it.
///
/// **Ownership:** [#close()] removes the group, once its processes have ended.
final class CpuGroup implements AutoCloseable {
  private static final String NAME = "headgate-bench-";
  private static final int PERIOD_MICROS = 100_000; // what container runtimes set
  private static final String VERSION_1 = "cpu.cfs_quota_us";
  private static final String VERSION_1_PERIOD = "cpu.cfs_period_us";
  private static final String VERSION_2 = "cpu.max";
  private static final String MEMBERS = "cgroup.procs";
  private static final int ATTEMPTS = 50;
  private static final int WAIT_MILLIS = 20;

  private final Path folder;

  private CpuGroup(Path folder) {
    this.folder = folder;
  }

  /// Makes a group without a limit, with some processes in it.
  ///
  /// @param mounts where control groups are mounted, `/sys/fs/cgroup`
  /// @param own in which this process is, the lines of `/proc/self/cgroup`
  /// @return none if this user may not, or if the kernel cannot
  static Optional<CpuGroup> of(Path mounts, List<String> own, List<Long> processes) {
    for (Path place : places(mounts, own)) {
      Path folder = place.resolve(NAME + processes.getFirst());
      try {
        Files.createDirectory(folder);
      } catch (IOException e) {
        continue; // Not ours to write; one further up may be.
      }
      CpuGroup group = in(folder);
      try {
        group.limit(0);
        for (long process : processes) {
          write(folder.resolve(MEMBERS), Long.toString(process));
        }
        return Optional.of(group);
      } catch (IOException e) {
        group.close();
      }
    }
    return Optional.empty();
  }

  /// The group that a folder is.
  static CpuGroup in(Path folder) {
    return new CpuGroup(folder);
  }

  /// Where a group may be made: below the own one, or further up, where the CPU is shared out.
  static List<Path> places(Path mounts, List<String> own) {
    List<Path> places = new ArrayList<>();
    for (String line : own) {
      String[] fields = line.split(":", 3); // number:controllers:/path
      boolean unified = fields[1].isEmpty();
      if (!unified && !Arrays.asList(fields[1].split(",")).contains("cpu")) {
        continue;
      }
      Path top = unified ? mounts : mounts.resolve("cpu");
      Path place = top.resolve(fields[2].substring(1)).normalize();
      while (place.startsWith(top)) {
        if (Files.exists(place.resolve(MEMBERS))) {
          places.add(place);
        }
        place = place.getParent();
      }
    }
    return places;
  }

  /// Sets the limit.
  ///
  /// @param percent of one core; 0 = none
  void limit(int percent) throws IOException {
    if (Files.exists(folder.resolve(VERSION_1))) {
      write(folder.resolve(VERSION_1_PERIOD), Integer.toString(PERIOD_MICROS));
      write(folder.resolve(VERSION_1), percent == 0 ? "-1" : Integer.toString(quota(percent)));
    } else if (Files.exists(folder.resolve(VERSION_2))) {
      String quota = percent == 0 ? "max" : Integer.toString(quota(percent));
      write(folder.resolve(VERSION_2), quota + " " + PERIOD_MICROS);
    } else {
      throw new IOException(folder + ": no limit of the CPU (expected: one of its files)");
    }
  }

  private static int quota(int percent) {
    return PERIOD_MICROS / 100 * percent;
  }

  /* One write, and never a new file: there is none to make in a control group. */
  private static void write(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
  }

  /// Removes the group; waits for a second at most while processes in it are still ending.
  @Override
  public void close() {
    for (int i = 0; i < ATTEMPTS && Files.exists(folder); i++) {
      try {
        Files.deleteIfExists(folder);
      } catch (IOException e) {
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(WAIT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
