package dev.headgate.bench.compare;

import dev.headgate.pipeline.payload.NanoClock;
import dev.headgate.pipeline.payload.SystemNanoClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.IntStream;

/// The comparison's main class; `bench/compare` starts it.
public final class Compare {
  private static final int WRONG_USE = 2;
  private static final DateTimeFormatter FOLDER =
      DateTimeFormatter.ofPattern("uuuuMMdd-HHmmss").withZone(ZoneOffset.UTC);

  private Compare() {}

  /// Runs the comparison.
  ///
  /// @param arguments the folder `bench` of the checkout, then what the user gave
  public static void main(String[] arguments) throws IOException {
    System.exit(run(arguments));
  }

  private static int run(String... arguments) throws IOException {
    Path bench = Path.of(arguments[0]);
    try {
      Options options =
          Options.parse(List.of(arguments).subList(1, arguments.length).toArray(String[]::new));
      if (options.help()) {
        System.out.print(Options.HELP);
        return 0;
      }
      if (options.list()) {
        System.out.print(Scenarios.list());
        return 0;
      }
      compare(bench, options);
      return 0;
    } catch (IllegalArgumentException e) {
      System.err.println("compare: " + e.getMessage());
      return WRONG_USE;
    } catch (IllegalStateException e) {
      System.err.println("compare: " + e.getMessage());
      return 1;
    }
  }

  private static void compare(Path bench, Options options) throws IOException {
    List<Scenario> scenarios = Scenarios.chosen(options.scenarios());
    Instant now = Instant.now();
    Path folder =
        options.folder().toString().isEmpty()
            ? bench.resolve("target/compare").resolve(FOLDER.format(now))
            : options.folder();
    Files.createDirectories(folder);
    List<Integer> loadCores = loadCores(options);
    NanoClock clock = new SystemNanoClock();
    Console console = new Console(System.err, folder, clock);
    Children children = new Children();
    // Also on Ctrl-C: nothing that was started outlives this process.
    Runtime.getRuntime().addShutdownHook(new Thread(children::close, "compare-end"));
    ProcFs proc = new ProcFs(Path.of("/proc"), ticksPerSecond());
    Stand stand = new Stand(options, bench, folder, loadCores, proc, children, clock, console);
    try (children) {
      List<Contender> contenders = new Contenders(stand, System.getenv()).find();
      pinSelf(loadCores);
      List<String> conditions = Conditions.of(stand, contenders, now);
      conditions.forEach(line -> console.say("%s", line));
      Thread atInterrupt =
          new Thread(() -> writeReport(stand, contenders, conditions), "compare-report");
      Runtime.getRuntime().addShutdownHook(atInterrupt);
      new Campaign(stand, contenders).run(scenarios);
      Runtime.getRuntime().removeShutdownHook(atInterrupt);
      System.out.print(writeReport(stand, contenders, conditions));
      console.say("rows, logs and this report: %s", folder);
    }
  }

  private static String writeReport(
      Stand stand, List<Contender> contenders, List<String> conditions) {
    Results results = new Results(stand.console().rows());
    String text = new Report(results, contenders).text(conditions, stand.console().notes());
    try {
      Files.writeString(stand.folder().resolve("report.md"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text;
  }

  private static List<Integer> loadCores(Options options) {
    if (!options.loadCores().isEmpty()) {
      return options.loadCores();
    }
    List<Integer> others =
        IntStream.range(0, Runtime.getRuntime().availableProcessors())
            .boxed()
            .filter(core -> !options.systemCores().contains(core))
            .toList();
    if (others.isEmpty()) {
      throw new IllegalArgumentException(
          "cores: none for the generator and the sink (expected: two cores, or --load-cores)");
    }
    return others;
  }

  private static void pinSelf(List<Integer> cores) throws IOException {
    long self = ProcessHandle.current().pid();
    new ProcessBuilder("taskset", "-a", "-c", "-p", Children.coreList(cores), Long.toString(self))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static int ticksPerSecond() throws IOException {
    Process process = new ProcessBuilder("getconf", "CLK_TCK").start();
    return Integer.parseInt(new String(process.getInputStream().readAllBytes()).strip());
  }
}
