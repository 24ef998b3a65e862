package dev.headgate.gateway.e2e;

import com.google.protobuf.Message;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.headgate.config.Signal;
import dev.headgate.gateway.backends.OtlpItems;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Takes every OTLP/HTTP request of any signal and keeps it.
///
/// **Threading:** any thread.
///
/// **Ownership:** owns its listener.
final class OtlpSink implements AutoCloseable {
  private final List<Message> requests = new CopyOnWriteArrayList<>();
  private final HttpServer server;

  OtlpSink() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.start();
  }

  /// What an exporter's `endpoint` says.
  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /// What came since the last call, in the order of arrival.
  List<Message> drain() {
    List<Message> drained = List.copyOf(requests);
    requests.clear();
    return drained;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      byte[] body = exchange.getRequestBody().readAllBytes();
      for (Signal signal : Signal.values()) {
        if (path.equals("/v1/" + signal.key())) {
          requests.add(OtlpItems.parse(signal, body));
        }
      }
      exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(200, -1);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
