package dev.headgate.bench.compare;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Runs the generator, a process on the load's cores, once for every window.
///
/// **Threading:** one thread.
final class LoadGenerator {
  private final Stand stand;

  LoadGenerator(Stand stand) {
    this.stand = stand;
  }

  /// One run of the generator.
  ///
  /// @param warmupSeconds before the window
  /// @param seconds of the window
  /// @param requestsPerSecond of an open loop; 0 = closed loop, as fast as answers come
  record Plan(Traffic traffic, int warmupSeconds, int seconds, double requestsPerSecond) {}

  /// What came of it.
  record Result(Sent sent, Meter.Window window) {}

  /// Sends to a system and measures it while the generator says that it measures.
  ///
  /// @param sink that the system delivers to
  /// @throws IllegalStateException if the generator fails
  Result run(RunningSystem system, Sink sink, Plan plan) {
    return run(system, sink, plan, () -> {});
  }

  /// The same, with something that is done when the window begins.
  Result run(RunningSystem system, Sink sink, Plan plan, Runnable atBegin) {
    Process generator = stand.children().startPiped(command(system, plan), stand.loadCores());
    try (BufferedReader progress = generator.errorReader();
        BufferedReader result = generator.inputReader()) {
      List<String> said = new ArrayList<>();
      Meter meter = null;
      Meter.Window window = null;
      for (String line = progress.readLine(); line != null; line = progress.readLine()) {
        if (line.startsWith("measuring")) {
          meter = Meter.begin(stand, system, List.of(generator.pid(), sink.pid()));
          atBegin.run();
        } else if (line.startsWith("done") && meter != null) {
          window = meter.end();
        } else {
          said.add(line);
        }
      }
      String json = result.readLine();
      if (window == null || json == null) {
        throw new IllegalStateException("generator: failed: " + String.join("; ", said));
      }
      return new Result(new Sent(Json.read(json)), window);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      stand.children().end(generator);
    }
  }

  private static List<String> command(RunningSystem system, Plan plan) {
    Traffic traffic = plan.traffic();
    List<String> command = new ArrayList<>(LoadProcess.command());
    command.add("generate");
    option(command, "--protocol", traffic.protocol().argument());
    option(command, "--target", "127.0.0.1:" + system.port(traffic.protocol()));
    option(command, "--signal", traffic.signal().name().toLowerCase(Locale.ROOT));
    option(command, "--items", traffic.itemsPerRequest());
    option(command, "--compression", traffic.coding().argument());
    option(command, "--connections", traffic.connections());
    option(command, "--in-flight", traffic.inFlight());
    option(command, "--secret-percent", traffic.secretPercent());
    if (plan.requestsPerSecond() > 0) {
      option(command, "--rate", String.format(Locale.ROOT, "%.3f", plan.requestsPerSecond()));
    }
    option(command, "--warmup", plan.warmupSeconds());
    option(command, "--duration", plan.seconds());
    return command;
  }

  private static void option(List<String> command, String name, Object value) {
    command.add(name);
    command.add(value.toString());
  }
}
