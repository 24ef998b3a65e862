package dev.headgate.gateway.admin;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.headgate.config.AdminRole;
import dev.headgate.config.HostPort;
import dev.headgate.gateway.admit.ListenFailure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// A small HTTP server for operators: a few exact paths, each for one method and role. It says
/// nothing that would let a page of another site read it (CORS).
///
/// **Threading:** started and stopped by one thread; pages are rendered on its own threads.
///
/// **Ownership:** owns its listener, its threads and the access of its site.
public final class AdminServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService executor;
  private volatile Site site;

  /// What is served to whom.
  ///
  /// @param pages by path
  /// @param onDenied is told of everybody who is known and may not open a page
  public record Site(Map<String, Page> pages, Access access, BiConsumer<Page, Caller> onDenied) {
    /// Copies the pages.
    public Site {
      pages = Map.copyOf(pages);
    }
  }

  /// Listens and serves.
  ///
  /// @throws IOException when the address cannot be bound; the access is closed then
  public AdminServer(HostPort endpoint, Site site) throws IOException {
    this.site = site;
    InetSocketAddress address = new InetSocketAddress(endpoint.host(), endpoint.port());
    try {
      server = HttpServer.create(address, 0);
    } catch (IOException | UnresolvedAddressException e) {
      site.access().close();
      throw new IOException("cannot listen on " + endpoint + ": " + ListenFailure.reason(e), e);
    }
    executor =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("headgate-admin-", 0).factory());
    server.setExecutor(executor);
    server.createContext("/", this::handle);
    server.start();
  }

  /// Serves another site from now on.
  public void use(Site next) {
    Site before = site;
    site = next;
    before.access().close();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Site now = site;
      Page page = now.pages().get(exchange.getRequestURI().getPath());
      boolean head = exchange.getRequestMethod().equals("HEAD");
      Answer answer = page == null ? Answer.text(404, "not found") : answer(now, page, exchange);
      Headers headers = exchange.getResponseHeaders();
      headers.set("Content-Type", answer.contentType());
      headers.set("X-Content-Type-Options", "nosniff");
      if (page != null && page.needed() != AdminRole.NONE) {
        headers.set("Cache-Control", "no-store");
      }
      answer.headers().forEach(headers::set);
      exchange.sendResponseHeaders(answer.status(), head ? -1 : answer.body().length);
      if (!head) {
        exchange.getResponseBody().write(answer.body());
      }
    }
  }

  private static Answer answer(Site site, Page page, HttpExchange exchange) throws IOException {
    String method = exchange.getRequestMethod();
    boolean fits = page.action() ? method.equals("POST") : Set.of("GET", "HEAD").contains(method);
    if (!fits) {
      return Answer.text(405, "method not allowed").with("Allow", page.action() ? "POST" : "GET");
    }
    Access.Verdict verdict =
        site.access()
            .check(
                page.needed(),
                exchange.getRemoteAddress().getAddress(),
                exchange.getRequestHeaders());
    return switch (verdict) {
      case Access.Verdict.Refused refused -> {
        if (refused.caller() != null) {
          site.onDenied().accept(page, refused.caller());
        }
        yield refused.answer();
      }
      case Access.Verdict.Admitted admitted -> {
        Map<String, String> parameters = parameters(exchange.getRequestURI().getRawQuery());
        // An open page has always taken whatever stands behind the question mark.
        boolean strict = page.needed() != AdminRole.NONE;
        if (strict && (parameters == null || !page.parameters().containsAll(parameters.keySet()))) {
          yield Answer.text(400, "parameters (expected: once each of " + page.parameters() + ")");
        }
        yield page.handler()
            .answer(
                new Request(
                    admitted.caller(),
                    parameters == null ? Map.of() : parameters,
                    wantsJson(exchange)));
      }
    };
  }

  /// The parameters of a query, or null when one stands there twice or cannot be read.
  private static @Nullable Map<String, String> parameters(@Nullable String query) {
    Map<String, String> parameters = new HashMap<>();
    if (query == null || query.isEmpty()) {
      return parameters;
    }
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      try {
        String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
        String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
        if (parameters.put(name, value) != null) {
          return null;
        }
      } catch (IllegalArgumentException _) {
        return null;
      }
    }
    return parameters;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
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
    site.access().close();
  }

  @Override
  public void close() {
    stop(0);
  }
}
