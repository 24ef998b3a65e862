package dev.headgate.bench.compare;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What one has to know about a run to make sense of its figures.
final class Conditions {
  private static final String JVM_OPTIONS = "jvm.options"; // beside a checkout's launcher
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  private Conditions() {}

  /// A line each.
  static List<String> of(Stand stand, List<Contender> contenders, Instant now) {
    List<String> lines = new ArrayList<>();
    Options options = stand.options();
    lines.add("time: " + now);
    lines.add(
        "machine: %s, %d cores, Linux %s, load %s"
            .formatted(
                facts(CPU_INFO, "model name").getFirst(),
                facts(CPU_INFO, "processor").size(),
                System.getProperty("os.version"),
                load()));
    lines.add(
        "system under test on core %s, generator and sink on %s"
            .formatted(
                Children.coreList(options.systemCores()), Children.coreList(stand.loadCores())));
    lines.add(
        "generator's Java: %s %s"
            .formatted(
                System.getProperty("java.vendor.version"),
                System.getProperty("java.runtime.version")));
    for (Contender contender : contenders) {
      lines.add(
          "%s: %s %s"
              .formatted(
                  contender.name(), String.join(" ", contender.command()), contender.version()));
      Path folder = Path.of(contender.command().getFirst()).toAbsolutePath().getParent();
      if (contender.kind() == SystemKind.HEADGATE && Files.exists(folder.resolve(JVM_OPTIONS))) {
        lines.add(
            "%s: commit %s, AOT cache: %s"
                .formatted(contender.name(), commit(folder), aotCache(folder)));
      }
    }
    lines.add(
        "windows of %d s, %d rounds, a JVM warmed with %d requests of each kind"
            .formatted(options.seconds(), options.rounds(), options.warmRequests()));
    if (options.warmSeconds() > 0) {
      lines.add("of each kind at least %d s under load".formatted(options.warmSeconds()));
    }
    if (options.brief()) {
      lines.add("--brief: overload, outage, idling and cold start a tenth as long; not to quote");
    }
    lines.add(
        "a window does not count when more than %.0f %% of the system's core went to others, or %.0f %% to the hypervisor"
            .formatted(100 * SteadyRun.MOST_FOREIGN, 100 * SteadyRun.MOST_STEAL));
    return lines;
  }

  /* As the launcher decides: one that is older than the build is not used. */
  private static String aotCache(Path checkout) {
    try {
      Path target = checkout.resolve("gateway/target");
      boolean fresh =
          Files.getLastModifiedTime(target.resolve("headgate.aot"))
                  .compareTo(Files.getLastModifiedTime(target.resolve("lib.complete")))
              >= 0;
      return fresh ? "used" : "none";
    } catch (IOException e) {
      // One of the two is not there.
      return "none";
    }
  }

  private static String commit(Path checkout) {
    String commit = git(checkout, "rev-parse", "--short=12", "HEAD");
    return git(checkout, "status", "--porcelain", "-uno").isEmpty()
        ? commit
        : commit + " and changes";
  }

  private static String git(Path checkout, String... arguments) {
    List<String> command = new ArrayList<>(List.of("git", "-C", checkout.toString()));
    command.addAll(List.of(arguments));
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
      return process.waitFor() == 0 ? said : "unknown";
    } catch (IOException e) {
      return "unknown";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static String load() {
    try {
      return Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static List<String> facts(Path file, String key) {
    List<String> facts = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(file)) {
        if (line.startsWith(key)) {
          facts.add(line.substring(line.indexOf(':') + 1).strip());
        }
      }
    } catch (IOException e) {
      // Not known on this system; the line says so.
    }
    return facts.isEmpty() ? List.of("unknown " + key) : facts;
  }
}
