package dev.headgate.gateway.admin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.headgate.config.HostPort;
import dev.headgate.gateway.admit.ListenFailure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A small HTTP server for operators: GET on a few exact paths.
///
/// **Threading:** started and stopped by one thread; pages are rendered on its own threads.
///
/// **Ownership:** owns its listener and its threads.
public final class AdminServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService executor;

  /// One page.
  @FunctionalInterface
  public interface Page {
    /// The answer to a GET.
    Answer get() throws IOException;
  }

  /// What a page answers.
  public record Answer(int status, String contentType, byte[] body) {
    /// A line of text.
    public static Answer text(int status, String line) {
      return new Answer(
          status, "text/plain; charset=utf-8", (line + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  /// Listens and serves.
  ///
  /// @param pages by path
  /// @throws IOException when the address cannot be bound
  public AdminServer(HostPort endpoint, Map<String, Page> pages) throws IOException {
    InetSocketAddress address = new InetSocketAddress(endpoint.host(), endpoint.port());
    try {
      server = HttpServer.create(address, 0);
    } catch (IOException e) {
      throw new IOException("cannot listen on " + endpoint + ": " + ListenFailure.reason(e), e);
    }
    executor =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("headgate-admin-", 0).factory());
    server.setExecutor(executor);
    server.createContext("/", exchange -> handle(exchange, pages));
    server.start();
  }

  private static void handle(HttpExchange exchange, Map<String, Page> pages) throws IOException {
    try (exchange) {
      Page page = pages.get(exchange.getRequestURI().getPath());
      String method = exchange.getRequestMethod();
      Answer answer;
      if (page == null) {
        answer = Answer.text(404, "not found");
      } else if (!method.equals("GET") && !method.equals("HEAD")) {
        exchange.getResponseHeaders().set("Allow", "GET");
        answer = Answer.text(405, "method not allowed");
      } else {
        answer = page.get();
      }
      exchange.getResponseHeaders().set("Content-Type", answer.contentType());
      boolean head = method.equals("HEAD");
      exchange.sendResponseHeaders(answer.status(), head ? -1 : answer.body().length);
      if (!head) {
        exchange.getResponseBody().write(answer.body());
      }
    }
  }

  /// The port that is listened on.
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdown();
  }
}
