package dev.headgate.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Finds the systems that take part, and says which are missing.
final class Contenders {
  private static final Pattern VERSION = Pattern.compile("[0-9]+\\.[0-9]+[0-9A-Za-z.+-]*");
  /* The launcher of a fresh checkout builds it first. */
  private static final int FIRST_START_MINUTES = 15;

  private final Stand stand;
  private final Map<String, String> environment;
  private final List<Contender> found = new ArrayList<>();

  /// @param environment of this process
  Contenders(Stand stand, Map<String, String> environment) {
    this.stand = stand;
    this.environment = environment;
  }

  /// All that are there, Headgate first.
  ///
  /// @throws IllegalArgumentException if something that was asked for by name is not there
  List<Contender> find() {
    Options options = stand.options();
    if (options.headgates().isEmpty()) {
      headgate(SystemKind.HEADGATE.label(), stand.bench().getParent().toString());
    }
    options.headgates().forEach(this::headgate);
    for (String label : options.also()) {
      switch (kind(label)) {
        case HEADGATE -> {} // in any case
        case COLLECTOR -> collector(SystemKind.COLLECTOR);
        case COLLECTOR_LEAN -> collector(SystemKind.COLLECTOR_LEAN);
        case RELAY -> relay();
      }
    }
    return List.copyOf(found);
  }

  private static SystemKind kind(String label) {
    for (SystemKind kind : SystemKind.values()) {
      if (kind.label().equals(label)) {
        return kind;
      }
    }
    throw new IllegalArgumentException(
        "--also: " + label + " (expected: otelcol, otelcol-lean or relay)");
  }

  private void headgate(String name, String what) {
    Path path = Path.of(what);
    List<String> command =
        Files.isDirectory(path)
            ? List.of(path.toAbsolutePath().resolve("headgate").toString())
            : List.of(what.split(" +"));
    String version = version(command, "--version");
    if (version == null) {
      throw new IllegalArgumentException(
          "--headgate: %s does not start (expected: a checkout, or a command)".formatted(what));
    }
    found.add(new Contender(name, SystemKind.HEADGATE, command, version));
  }

  private void collector(SystemKind kind) {
    String binary = environment.get("OTELCOL");
    if (binary == null || binary.isEmpty()) {
      stand.console().note("%s: left out: OTELCOL names no binary (bench/README.md)", kind.label());
      return;
    }
    List<String> command = List.of(binary);
    String version = version(command, "--version");
    if (version == null) {
      throw new IllegalArgumentException("OTELCOL: " + binary + " does not start");
    }
    found.add(new Contender(kind.label(), kind, command, version));
  }

  private void relay() {
    List<String> command = List.of(environment.getOrDefault("NGINX", "nginx"));
    String version = version(command, "-v");
    if (version == null) {
      stand.console().note("relay: left out: no nginx is installed (bench/README.md)");
      return;
    }
    found.add(new Contender(SystemKind.RELAY.label(), SystemKind.RELAY, command, version));
  }

  private @Nullable String version(List<String> command, String option) {
    List<String> full = new ArrayList<>(command);
    full.add(option);
    try {
      Process process = new ProcessBuilder(full).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes());
      if (!process.waitFor(FIRST_START_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
        stand.console().say("%s: %s", String.join(" ", full), said.strip());
        return null;
      }
      Matcher matcher = VERSION.matcher(said);
      return matcher.find() ? matcher.group() : said.strip();
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
