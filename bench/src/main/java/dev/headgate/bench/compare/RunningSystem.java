package dev.headgate.bench.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A system under test that runs, on cores of its own.
///
/// **Threading:** one thread.
///
/// **Ownership:** the process ends with [#close()].
final class RunningSystem implements AutoCloseable {
  private static final long READY_NANOS = 60_000_000_000L;
  private static final int POLL_MILLIS = 2;
  private static final Path CONTROL_GROUPS = Path.of("/sys/fs/cgroup");
  private static final Path OWN_GROUPS = Path.of("/proc/self/cgroup");

  private final Stand stand;
  private final Contender contender;
  private final Setup setup;
  private final Process process;
  private final int grpcPort;
  private final int httpPort;
  private final long startedNanos;
  private @Nullable CpuGroup group;
  private boolean limited;

  private RunningSystem(
      Stand stand, Contender contender, Setup setup, Process process, int[] ports, long started) {
    this.stand = stand;
    this.contender = contender;
    this.setup = setup;
    this.process = process;
    this.grpcPort = ports[0];
    this.httpPort = ports[1];
    this.startedNanos = started;
  }

  /// Starts a system that delivers to a sink.
  ///
  /// @return at once; see [#awaitReady()]
  static RunningSystem start(Stand stand, Contender contender, Setup setup, Sink sink) {
    int[] ports = Ports.free(3);
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("BENCH_GRPC_PORT", Integer.toString(ports[0]));
    environment.put("BENCH_HTTP_PORT", Integer.toString(ports[1]));
    environment.put("BENCH_METRICS_PORT", Integer.toString(ports[2]));
    environment.put("BENCH_SINK_GRPC_PORT", Integer.toString(sink.grpcPort()));
    environment.put("BENCH_SINK_HTTP_PORT", Integer.toString(sink.httpPort()));
    environment.put(
        "BENCH_EXPORTER", setup.protocol() == Traffic.Protocol.GRPC ? "otlp" : "otlphttp");
    environment.put("BENCH_COMPRESSION", setup.egress().argument());
    environment.put("BENCH_SAMPLING", Integer.toString(setup.samplingPercent()));

    List<String> command = new ArrayList<>(contender.command());
    Path config = stand.bench().resolve("config");
    boolean pass = setup.chain() == Setup.Chain.PASS;
    String file =
        switch (contender.kind()) {
          case HEADGATE -> pass ? "pass.yaml" : "headgate-chain.yaml";
          case COLLECTOR -> pass ? "pass.yaml" : "otelcol-chain.yaml";
          case COLLECTOR_LEAN -> pass ? "pass.yaml" : "otelcol-chain-lean.yaml";
          case RELAY -> "relay.conf";
        };
    switch (contender.kind()) {
      case HEADGATE -> command.addAll(List.of("run", "--config", config.resolve(file).toString()));
      case COLLECTOR, COLLECTOR_LEAN -> {
        command.addAll(List.of("--config", config.resolve(file).toString()));
        environment.put("GOMAXPROCS", Integer.toString(setup.cores()));
      }
      case RELAY -> {
        Path filled = fillIn(config.resolve(file), stand.folder(), setup, environment);
        command.addAll(List.of("-c", filled.toString(), "-p", stand.folder().toString()));
      }
    }
    Path log = stand.folder().resolve(contender.name().replace('/', '_') + ".log");
    long started = stand.clock().nanoTime();
    Process process =
        stand.children().start(command, environment, stand.systemCores(setup.cores()), log);
    return new RunningSystem(stand, contender, setup, process, ports, started);
  }

  private static Path fillIn(
      Path template, Path folder, Setup setup, Map<String, String> environment) {
    try {
      String text = Files.readString(template);
      for (Map.Entry<String, String> variable : environment.entrySet()) {
        String name = variable.getKey().substring("BENCH_".length());
        text = text.replace("@" + name + "@", variable.getValue());
      }
      text = text.replace("@WORKERS@", Integer.toString(setup.cores()));
      text = text.replace("@FOLDER@", folder.toString());
      return Files.writeString(folder.resolve("relay.conf"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Waits until both ports are open.
  ///
  /// @return how long it took from the start of the process, in nanoseconds
  /// @throws IllegalStateException if it ends or is not ready within a minute
  long awaitReady() {
    while (!isOpen(grpcPort) || !isOpen(httpPort)) {
      if (!process.isAlive()) {
        throw new IllegalStateException(
            name() + ": ended with " + process.exitValue() + " (see its log)");
      }
      if (stand.clock().nanoTime() - startedNanos > READY_NANOS) {
        throw new IllegalStateException(name() + ": not ready within a minute (see its log)");
      }
      stand.pause(POLL_MILLIS);
    }
    return sinceStartNanos();
  }

  private static boolean isOpen(int port) {
    try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  String name() {
    return contender.name();
  }

  SystemKind kind() {
    return contender.kind();
  }

  Setup setup() {
    return setup;
  }

  /// The share of the spans that it keeps; the relay keeps all.
  int keptPercent() {
    return kind() == SystemKind.RELAY ? 100 : setup.samplingPercent();
  }

  long pid() {
    return process.pid();
  }

  /// Whether it still runs.
  boolean isAlive() {
    return process.isAlive();
  }

  /// Time since the start of the process.
  long sinceStartNanos() {
    return stand.clock().nanoTime() - startedNanos;
  }

  /// Gives it the CPU time that its setup says and no more, if it says so and this user may; where
  /// not, that is noted.
  void limit() {
    int percent = setup.cpuPercent();
    if (percent == 0 || limited) {
      return;
    }
    try {
      CpuGroup own = group;
      if (own == null) {
        Optional<CpuGroup> made =
            CpuGroup.of(
                CONTROL_GROUPS, Files.readAllLines(OWN_GROUPS), stand.proc().tree(process.pid()));
        if (made.isEmpty()) {
          throw new IOException("this user may make no control group with a limit of the CPU");
        }
        own = made.get();
        group = own;
        stand.children().add(own);
      }
      own.limit(percent);
      limited = true;
    } catch (IOException e) {
      stand
          .console()
          .note(
              "%s: not limited to %d %% of a core, as it was to be: %s",
              name(), percent, e.getMessage());
    }
  }

  /// Gives it all of its cores again.
  void lift() {
    CpuGroup own = group;
    if (own == null || !limited) {
      return;
    }
    try {
      own.limit(0);
      limited = false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Whether it has less than its cores.
  boolean isLimited() {
    return limited;
  }

  /// How many cores' time it may use.
  double cores() {
    return limited ? setup.cpuPercent() / 100.0 : setup.cores();
  }

  /// Where requests of a protocol go.
  int port(Traffic.Protocol protocol) {
    return switch (protocol) {
      case GRPC -> grpcPort;
      case HTTP -> httpPort;
    };
  }

  /// The most memory it was resident with since its start.
  double peakRssMib() {
    return stand.proc().peakRssBytes(pid()) / (1024.0 * 1024);
  }

  /// The memory it is resident with.
  double rssMib() {
    return stand.proc().rssBytes(pid()) / (1024.0 * 1024);
  }

  @Override
  public void close() {
    stand.children().end(process);
    CpuGroup own = group;
    if (own != null) {
      own.close();
    }
  }

  @Override
  public String toString() {
    return "%s (%s)".formatted(name(), kind().name().toLowerCase(Locale.ROOT));
  }
}
