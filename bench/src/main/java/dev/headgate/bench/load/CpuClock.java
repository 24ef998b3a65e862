package dev.headgate.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The CPU time of this process so far, of all its threads.
///
/// @param userSeconds in user mode
/// @param systemSeconds in the kernel
record CpuClock(double userSeconds, double systemSeconds) {
  /* The kernel tells it in hundredths of a second, whatever its own clock ticks are (USER_HZ). */
  private static final double TICKS_PER_SECOND = 100;

  /// Reads the kernel's figures; zeros where there is no `/proc`.
  static CpuClock read() {
    try {
      String stat = Files.readString(Path.of("/proc/self/stat"));
      // The name of the process may hold spaces: count from the parenthesis behind it.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 15);
      return new CpuClock(
          Long.parseLong(fields[11]) / TICKS_PER_SECOND,
          Long.parseLong(fields[12]) / TICKS_PER_SECOND);
    } catch (IOException _) {
      return new CpuClock(0, 0);
    }
  }

  /// What was used since an earlier reading.
  CpuClock since(CpuClock earlier) {
    return new CpuClock(userSeconds - earlier.userSeconds, systemSeconds - earlier.systemSeconds);
  }

  /// Both together.
  double seconds() {
    return userSeconds + systemSeconds;
  }
}
