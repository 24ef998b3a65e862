package dev.headgate.bench.load;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/// The control port of a sink: `GET /` reports, `POST /reset` forgets, and `POST
/// /mode?delay_ms=5&fail=unavailable&fail_percent=50&down=true` changes what it names.
///
/// **Threading:** the HTTP server's thread; what touches the sink runs in its loop.
final class SinkControl {
  private final Sink sink;

  private SinkControl(Sink sink) {
    this.sink = sink;
  }

  /// Opens the port.
  static void start(Sink sink, int port) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 16);
    server.createContext("/", new SinkControl(sink)::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
    int status = 200;
    String answer;
    try {
      answer =
          switch (path) {
            case "GET /" -> inLoop(sink::report);
            case "POST /reset" ->
                inLoop(() -> {
                  String last = sink.report();
                  sink.counts().clear();
                  return last;
                });
            case "POST /mode" -> {
              String query = exchange.getRequestURI().getQuery();
              yield inLoop(() -> {
                sink.mode(changed(sink.mode(), query == null ? "" : query));
                return sink.report();
              });
            }
            default -> throw new IllegalArgumentException("unknown: " + path);
          };
    } catch (IllegalArgumentException e) {
      status = 400;
      answer = String.valueOf(e.getMessage());
    }
    byte[] bytes = (answer + "\n").getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private String inLoop(Supplier<String> task) {
    CompletableFuture<String> result = new CompletableFuture<>();
    sink.execute(() -> {
      try {
        result.complete(task.get());
      } catch (RuntimeException e) {
        result.completeExceptionally(e);
      }
    });
    try {
      return result.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof IllegalArgumentException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /// A mode with the changes of a query.
  ///
  /// @throws IllegalArgumentException when it names something unknown
  static SinkMode changed(SinkMode mode, String query) {
    SinkMode next = mode;
    for (String pair : query.isEmpty() ? new String[0] : query.split("&")) {
      int equals = pair.indexOf('=');
      String value = pair.substring(equals + 1);
      next =
          switch (pair.substring(0, Math.max(equals, 0))) {
            case "delay_ms" ->
                new SinkMode(
                    Long.parseLong(value), next.failure(), next.failPercent(), next.down());
            case "fail" ->
                new SinkMode(
                    next.delayMillis(),
                    SinkMode.Failure.parse(value),
                    next.failPercent() > 0 ? next.failPercent() : 100,
                    next.down());
            case "fail_percent" ->
                new SinkMode(
                    next.delayMillis(), next.failure(), Double.parseDouble(value), next.down());
            case "down" ->
                new SinkMode(
                    next.delayMillis(),
                    next.failure(),
                    next.failPercent(),
                    Boolean.parseBoolean(value));
            default ->
                throw new IllegalArgumentException(
                    "mode: '" + pair + "' (expected: delay_ms, fail, fail_percent or down = ...)");
          };
    }
    return next;
  }
}
