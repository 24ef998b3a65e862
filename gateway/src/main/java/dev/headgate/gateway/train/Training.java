package dev.headgate.gateway.train;

import dev.headgate.pipeline.payload.NanoClock;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Makes the AOT cache (JEP 483, 514): starts the gateway as a process of its own, with the options
/// of this one and the default policy, plays traffic through it, stops it, and the JVM writes what
/// it has loaded and linked. A process of its own, so that the cache holds what `headgate run`
/// needs and nothing of the clients that train it.
///
/// **Threading:** confined to one thread.
public final class Training {
  private static final Duration START_LIMIT = Duration.ofMinutes(1);
  private static final Duration STOP_LIMIT = Duration.ofMinutes(2);
  private static final List<String> OWN_OPTIONS =
      List.of(
          "-XX:AOT",
          "-agentlib:",
          "-agentpath:",
          "-javaagent:",
          "-Xdebug",
          "-Xrunjdwp",
          "-Dcom.sun.management.",
          "-XX:StartFlightRecording");

  /// No profiles (JEP 515) in the cache: with them the JVM compiles at the start what was hot in
  /// training, and more of it than the traffic that comes needs (docs/rationale.md, "Memory").
  private static final List<String> WITHOUT_PROFILES =
      List.of(
          "-XX:+IgnoreUnrecognizedVMOptions",
          "-XX:+UnlockDiagnosticVMOptions",
          "-XX:-AOTRecordTraining");

  private static final String HOST = "127.0.0.1";

  private final NanoClock clock;
  private final InstantSource wallClock;

  /// What a training run was.
  ///
  /// @param requests answered OK
  /// @param cacheBytes the size of the cache
  public record Result(long requests, long cacheBytes) {}

  /// @param clock times the run
  /// @param wallClock dates the telemetry that is played
  public Training(NanoClock clock, InstantSource wallClock) {
    this.clock = clock;
    this.wallClock = wallClock;
  }

  /// Trains.
  ///
  /// @param mainClass the program that is trained
  /// @param sinkGrpcPort where traces may go
  /// @param sinkHttpPort where logs and metrics may go
  /// @param duration how long traffic is played
  /// @throws IOException when the gateway does not start or leaves no cache; the message says why
  public Result run(
      String mainClass, int sinkGrpcPort, int sinkHttpPort, Duration duration, Path cache)
      throws IOException, InterruptedException {
    if (Files.isDirectory(cache)) {
      throw new IOException(cache + ": is a directory (expected: a file)");
    }
    List<Integer> ports = freePorts(4);
    Path log = Files.createTempFile("headgate-train", ".log");
    // Beside the old cache, which stays whole until the new one is.
    Path fresh = cache.resolveSibling(cache.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    Process gateway = start(mainClass, ports, sinkGrpcPort, sinkHttpPort, fresh, log);
    Thread hook = new Thread(() -> end(gateway, fresh));
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      awaitListening(gateway, ports, log);
      long requests = play(ports.get(0), ports.get(1), duration, log);
      if (requests == 0) {
        throw failure("accepted no request", log);
      }
      gateway.destroy();
      if (!gateway.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS) || !Files.exists(fresh)) {
        throw failure("left no cache", log);
      }
      long bytes = Files.size(fresh);
      Files.move(fresh, cache, StandardCopyOption.REPLACE_EXISTING);
      Files.delete(log);
      return new Result(requests, bytes);
    } finally {
      end(gateway, fresh);
      forget(hook);
    }
  }

  /// Leaves neither a gateway nor what it had begun to write: the cache, and what the JVM records
  /// before it makes one.
  private static void end(Process gateway, Path fresh) {
    gateway.destroyForcibly().onExit().join();
    try {
      Files.deleteIfExists(fresh);
      Files.deleteIfExists(fresh.resolveSibling(fresh.getFileName() + ".config"));
    } catch (IOException _) {
      // Harmless: the launcher looks for neither, and the next training writes over both.
    }
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending, and the hook does what it is for.
    }
  }

  /// Whether the gateway that is trained gets an option of this JVM: agents, debuggers and JMX
  /// listen on a port or write a file that this process has, and the caches are another matter.
  static boolean isPassedOn(String option) {
    return OWN_OPTIONS.stream().noneMatch(option::startsWith);
  }

  private static Process start(
      String mainClass, List<Integer> ports, int sinkGrpc, int sinkHttp, Path cache, Path log)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (isPassedOn(option)) {
        command.add(option);
      }
    }
    command.addAll(WITHOUT_PROFILES);
    command.add("-XX:AOTCacheOutput=" + cache);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass, "run"));
    Map<String, Object> settings =
        Map.of(
            "receivers.otlp.protocols.grpc.endpoint", HOST + ":" + ports.get(0),
            "receivers.otlp.protocols.http.endpoint", HOST + ":" + ports.get(1),
            "service.telemetry.metrics.address", HOST + ":" + ports.get(2),
            "extensions.health_check.endpoint", HOST + ":" + ports.get(3),
            "exporters.otlp/tempo.compression", "none",
            "exporters.otlphttp/mimir.compression", "zstd");
    settings.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("HEADGATE_"));
    builder.environment().put("TEMPO_ENDPOINT", HOST + ":" + sinkGrpc);
    builder.environment().put("LOKI_ENDPOINT", "http://" + HOST + ":" + sinkHttp);
    builder.environment().put("MIMIR_ENDPOINT", "http://" + HOST + ":" + sinkHttp);
    File output = log.toFile();
    return builder.redirectErrorStream(true).redirectOutput(output).start();
  }

  private void awaitListening(Process gateway, List<Integer> ports, Path log)
      throws IOException, InterruptedException {
    long deadlineNanos = clock.nanoTime() + START_LIMIT.toNanos();
    for (int port : ports) {
      while (!listens(port)) {
        if (!gateway.isAlive() || clock.nanoTime() - deadlineNanos > 0) {
          throw failure("did not start", log);
        }
        Thread.sleep(20);
      }
    }
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private long play(int grpcPort, int httpPort, Duration duration, Path log)
      throws IOException, InterruptedException {
    long deadlineNanos = clock.nanoTime() + duration.toNanos();
    try (TrainingTraffic traffic = new TrainingTraffic(grpcPort, httpPort, wallClock.instant())) {
      do {
        traffic.round();
      } while (clock.nanoTime() - deadlineNanos < 0);
      return traffic.finish();
    } catch (IOException e) {
      throw new IOException(
          "no traffic could be played: " + e.getMessage() + "; output: " + log, e);
    }
  }

  private static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    List<Integer> ports = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        sockets.add(socket);
        ports.add(socket.getLocalPort());
      }
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
    return ports;
  }

  private static IOException failure(String what, Path log) {
    return new IOException("the gateway that is trained " + what + "; its output: " + log);
  }
}
