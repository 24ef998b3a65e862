package dev.headgate.gateway.admin;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.headgate.config.HostPort;
import dev.headgate.gateway.admit.ListenFailure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/// A small HTTP server for operators: a few exact paths, each for one method.
///
/// **Threading:** started and stopped by one thread; pages are rendered on its own threads.
///
/// **Ownership:** owns its listener and its threads.
public final class AdminServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService executor;
  private volatile Map<String, Page> pages;

  /// What is under a path.
  public sealed interface Page {}

  /// Something to look at: GET and HEAD.
  @FunctionalInterface
  public non-sealed interface View extends Page {
    /// The answer.
    Answer get() throws IOException;
  }

  /// Something to do: POST.
  @FunctionalInterface
  public non-sealed interface Action extends Page {
    /// Does it.
    ///
    /// @param json whether the client would rather have JSON than text
    Answer post(boolean json) throws IOException;
  }

  /// What a page answers.
  public record Answer(int status, String contentType, byte[] body) {
    /// Lines of text.
    public static Answer text(int status, String lines) {
      return new Answer(status, "text/plain; charset=utf-8", utf8(lines + "\n"));
    }

    /// JSON.
    public static Answer json(int status, String json) {
      return new Answer(status, "application/json", utf8(json));
    }

    private static byte[] utf8(String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }

  /// Listens and serves.
  ///
  /// @param pages by path
  /// @throws IOException when the address cannot be bound
  public AdminServer(HostPort endpoint, Map<String, Page> pages) throws IOException {
    this.pages = Map.copyOf(pages);
    InetSocketAddress address = new InetSocketAddress(endpoint.host(), endpoint.port());
    try {
      server = HttpServer.create(address, 0);
    } catch (IOException | UnresolvedAddressException e) {
      throw new IOException("cannot listen on " + endpoint + ": " + ListenFailure.reason(e), e);
    }
    executor =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("headgate-admin-", 0).factory());
    server.setExecutor(executor);
    server.createContext("/", this::handle);
    server.start();
  }

  /// Serves other pages from now on.
  public void use(Map<String, Page> newPages) {
    pages = Map.copyOf(newPages);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Headers headers = exchange.getResponseHeaders();
      Page page = pages.get(exchange.getRequestURI().getPath());
      boolean head = exchange.getRequestMethod().equals("HEAD");
      Answer answer = answer(page, exchange);
      if (answer.status() == 405) {
        headers.set("Allow", page instanceof Action ? "POST" : "GET");
      }
      headers.set("Content-Type", answer.contentType());
      exchange.sendResponseHeaders(answer.status(), head ? -1 : answer.body().length);
      if (!head) {
        exchange.getResponseBody().write(answer.body());
      }
    }
  }

  private static Answer answer(@Nullable Page page, HttpExchange exchange) throws IOException {
    String method = exchange.getRequestMethod();
    if (page == null) {
      return Answer.text(404, "not found");
    }
    return switch (page) {
      case View view when method.equals("GET") || method.equals("HEAD") -> view.get();
      case Action action when method.equals("POST") -> action.post(wantsJson(exchange));
      case View _, Action _ -> Answer.text(405, "method not allowed");
    };
  }

  private static boolean wantsJson(HttpExchange exchange) {
    String accept = exchange.getRequestHeaders().getFirst("Accept");
    return accept != null && accept.contains("application/json");
  }

  /// The port that is listened on.
  public int port() {
    return server.getAddress().getPort();
  }

  /// Takes no new connections and gives the answers under way a moment.
  ///
  /// @param seconds how long at most
  public void stop(int seconds) {
    server.stop(seconds);
    executor.shutdown();
  }

  @Override
  public void close() {
    stop(0);
  }
}
