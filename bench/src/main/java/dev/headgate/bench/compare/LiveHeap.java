package dev.headgate.bench.compare;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What is live in the heap of another JVM: asks it, by the JDK's `jcmd`, for a full collection and
/// then for what is used.
final class LiveHeap {
  /* A line for each generation, or one for the heap; metaspace has no total. */
  private static final Pattern USED = Pattern.compile("(?m)^.* total .*\\bused (\\d+)K");

  private LiveHeap() {}

  /// Collects and reads.
  ///
  /// @throws IllegalStateException if the process does not answer or is no JVM
  static long bytes(long pid) {
    ask(pid, "GC.run");
    return parse(ask(pid, "GC.heap_info"));
  }

  /// Sums what `GC.heap_info` says is used, in bytes.
  static long parse(String info) {
    Matcher line = USED.matcher(info);
    long kib = 0;
    boolean any = false;
    while (line.find()) {
      kib += Long.parseLong(line.group(1));
      any = true;
    }
    if (!any) {
      throw new IllegalStateException(
          "jcmd: no heap in its answer (expected: total ..., used ...)");
    }
    return kib * 1024;
  }

  private static String ask(long pid, String what) {
    String java = ProcessHandle.current().info().command().orElse("java");
    String jcmd = Path.of(java).resolveSibling("jcmd").toString();
    try {
      Process process =
          new ProcessBuilder(jcmd, Long.toString(pid), what).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException("jcmd: " + what + ": " + said.strip());
      }
      return said;
    } catch (IOException e) {
      throw new IllegalStateException("jcmd: does not start (expected: a JDK)", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
