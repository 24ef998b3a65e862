package dev.headgate.bench.compare;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The counting sink: a process on the load's cores, told what to do over HTTP.
///
/// **Threading:** one thread.
///
/// **Ownership:** the process ends with [#close()].
final class Sink implements AutoCloseable {
  private static final int READY_ATTEMPTS = 500;
  private static final int POLL_MILLIS = 20;
  private static final int QUIET_MILLIS = 1000; // longer than any system's batch waits

  private final Stand stand;
  private final Process process;
  private final int[] ports;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private Sink(Stand stand, Process process, int[] ports) {
    this.stand = stand;
    this.process = process;
    this.ports = ports;
  }

  /// Starts a sink and waits until it answers.
  static Sink start(Stand stand) {
    return start(stand, List.of());
  }

  /// Starts a sink that searches what arrives for secrets, which costs it much.
  static Sink startSearching(Stand stand) {
    return start(stand, List.of("--check-secrets"));
  }

  private static Sink start(Stand stand, List<String> options) {
    int[] ports = Ports.free(3);
    List<String> command = new ArrayList<>(LoadProcess.command());
    command.addAll(
        List.of(
            "sink",
            "--grpc",
            Integer.toString(ports[0]),
            "--http",
            Integer.toString(ports[1]),
            "--control",
            Integer.toString(ports[2])));
    command.addAll(options);
    Process process =
        stand
            .children()
            .start(command, Map.of(), stand.loadCores(), stand.folder().resolve("sink.log"));
    Sink sink = new Sink(stand, process, ports);
    for (int i = 0; i < READY_ATTEMPTS && process.isAlive(); i++) {
      try {
        sink.send("GET", "/");
        return sink;
      } catch (IOException e) {
        stand.pause(POLL_MILLIS);
      }
    }
    throw new IllegalStateException("sink: does not answer (see sink.log)");
  }

  int grpcPort() {
    return ports[0];
  }

  int httpPort() {
    return ports[1];
  }

  long pid() {
    return process.pid();
  }

  /// What arrived since the last [#reset()].
  Arrived arrived() {
    return new Arrived(Json.read(call("/", "GET")));
  }

  /// Forgets what arrived.
  void reset() {
    call("/reset", "POST");
  }

  /// From now on nobody listens and no connection stays, until [#up()].
  void down() {
    call("/mode?down=true", "POST");
  }

  /// Listens again.
  void up() {
    call("/mode?down=false", "POST");
  }

  /// Waits until so many items arrived, or for so long.
  ///
  /// @param unique whether those that came twice are counted once
  Arrived awaitItems(long items, boolean unique, Duration patience) {
    long start = stand.clock().nanoTime();
    Arrived arrived = arrived();
    while ((unique ? arrived.unique() : arrived.items()) < items
        && stand.clock().nanoTime() - start < patience.toNanos()) {
      stand.pause(POLL_MILLIS);
      arrived = arrived();
    }
    return arrived;
  }

  /// Waits until nothing has arrived for a second, or for so long.
  Arrived awaitQuiet(Duration patience) {
    long start = stand.clock().nanoTime();
    long before = -1;
    Arrived arrived = arrived();
    while (arrived.items() != before && stand.clock().nanoTime() - start < patience.toNanos()) {
      before = arrived.items();
      stand.pause(QUIET_MILLIS);
      arrived = arrived();
    }
    return arrived;
  }

  private String call(String path, String method) {
    try {
      return send(method, path);
    } catch (IOException e) {
      throw new IllegalStateException("sink: does not answer (see sink.log)", e);
    }
  }

  private String send(String method, String path) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ports[2] + path))
            .timeout(Duration.ofSeconds(10))
            .method(method, BodyPublishers.noBody())
            .build();
    try {
      return client.send(request, BodyHandlers.ofString()).body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    client.close();
    stand.children().end(process);
  }
}
