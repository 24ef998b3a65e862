package dev.headgate.bench.compare;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What is live in the heap of another JVM: the JDK's `jcmd` asks it for a class histogram, which
/// begins with a full collection.
///
/// @param bytes of all objects
/// @param arrayBytes of the byte arrays among them: a gateway keeps idle ones to use them again, so
///   that they vary with the load
record LiveHeap(long bytes, long arrayBytes) {
  private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)$");
  private static final Pattern ARRAYS = Pattern.compile("(?m)^ *\\d+: +\\d+ +(\\d+) +\\[B\\b.*$");

  /// Collects and reads.
  ///
  /// @throws IllegalStateException if the process does not answer or is no JVM
  static LiveHeap of(long pid) {
    String java = ProcessHandle.current().info().command().orElse("java");
    String jcmd = Path.of(java).resolveSibling("jcmd").toString();
    try {
      Process process =
          new ProcessBuilder(jcmd, Long.toString(pid), "GC.class_histogram")
              .redirectErrorStream(true)
              .start();
      return parse(new String(process.getInputStream().readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException("jcmd: does not start (expected: a JDK)", e);
    }
  }

  /// Reads a histogram.
  static LiveHeap parse(String histogram) {
    Matcher total = TOTAL.matcher(histogram);
    Matcher arrays = ARRAYS.matcher(histogram);
    if (!total.find() || !arrays.find()) {
      String first = histogram.lines().findFirst().orElse("nothing");
      throw new IllegalStateException("jcmd: " + first + " (expected: a class histogram)");
    }
    return new LiveHeap(Long.parseLong(total.group(1)), Long.parseLong(arrays.group(1)));
  }
}
