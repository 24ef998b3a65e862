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
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// A small HTTP server for operators: a few exact paths, each for one method and role. It says
/// nothing that would let a page of another site read it (CORS).
///
/// **Threading:** started and stopped by one thread; pages are rendered on its own threads.
///
/// **Ownership:** owns its listener, its threads and the access of its site.
public final class AdminServer implements AutoCloseable {
  /// So many answers that may be large are made and sent at a time, for pages that are open and as
  /// many for those that need a role, however slowly they are read: 256 connections with an array
  /// each would not fit beside the byte budget.
  private static final int COSTLY_ANSWERS = 2;

  /// Longer than it takes to make one, and less than anybody waits for metrics.
  private static final long LONGEST_WAIT_MILLIS = 2_000;

  /// The JDK's stream keeps twice what it was last given for as long as the connection lasts.
  private static final int PIECE_BYTES = 1 << 13;

  private final HttpServer server;
  private final ExecutorService executor;
  private final Semaphore openTurns = new Semaphore(COSTLY_ANSWERS, true);

  /// Their own, so that nobody without a token can keep operators out.
  private final Semaphore roleTurns = new Semaphore(COSTLY_ANSWERS, true);

  private volatile Site site;

  /// What is served to whom.
  ///
  /// @param pages by path
  /// @param onDenied is told of everybody who may not open a page
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
    next.access().follow(before.access());
    site = next;
    before.access().close();
  }

  /// Takes the place of another server.
  public void follow(AdminServer before) {
    site.access().follow(before.site.access());
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      switch (asked(exchange)) {
        case Asked.Refused refused -> send(exchange, refused.answer());
        case Asked.Granted granted when granted.page().costly() ->
            sendInTurn(exchange, granted.page());
        case Asked.Granted granted -> send(exchange, granted.answer());
      }
    }
  }

  /// What to do with a request.
  private sealed interface Asked {
    record Refused(Answer answer) implements Asked {}

    record Granted(Page page, Request request) implements Asked {
      Answer answer() throws IOException {
        return page.handler().answer(request);
      }
    }
  }

  /// Judges a request by what is served now.
  private Asked asked(HttpExchange exchange) {
    Site now = site;
    Page page = now.pages().get(exchange.getRequestURI().getPath());
    if (page == null) {
      return new Asked.Refused(Answer.text(404, "not found"));
    }
    if (page.needed() != AdminRole.NONE) {
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
    }
    return asked(now, page, exchange);
  }

  private static Asked asked(Site site, Page page, HttpExchange exchange) {
    String method = exchange.getRequestMethod();
    boolean fits = page.action() ? method.equals("POST") : Set.of("GET", "HEAD").contains(method);
    if (!fits) {
      String allowed = page.action() ? "POST" : "GET";
      return new Asked.Refused(Answer.text(405, "method not allowed").with("Allow", allowed));
    }
    Access.Verdict verdict =
        site.access()
            .check(
                page.needed(),
                exchange.getRemoteAddress().getAddress(),
                exchange.getRequestHeaders());
    return switch (verdict) {
      case Access.Verdict.Refused refused -> {
        site.onDenied().accept(page, refused.caller());
        yield new Asked.Refused(refused.answer());
      }
      case Access.Verdict.Admitted admitted -> {
        Map<String, String> parameters = parameters(exchange.getRequestURI().getRawQuery());
        // An open page has always taken whatever stands behind the question mark.
        boolean strict = page.needed() != AdminRole.NONE;
        if (strict && (parameters == null || !page.parameters().containsAll(parameters.keySet()))) {
          yield new Asked.Refused(
              Answer.text(400, "parameters (expected: once each of " + page.parameters() + ")"));
        }
        yield new Asked.Granted(
            page,
            new Request(
                admitted.caller(),
                parameters == null ? Map.of() : parameters,
                wantsJson(exchange)));
      }
    };
  }

  /// Makes and sends an answer when it is its turn. Who reads slowly keeps it until the server's
  /// time limit (`jvm.options`); what is not costly never waits behind them. Whoever waited is
  /// judged again: the token may have been taken back meanwhile.
  private void sendInTurn(HttpExchange exchange, Page page) throws IOException {
    Semaphore turns = page.needed() == AdminRole.NONE ? openTurns : roleTurns;
    if (!isTurn(turns)) {
      site.access().refused(AccessMetrics.Reason.BUSY);
      exchange.getResponseHeaders().set("Connection", "close");
      send(exchange, Answer.text(503, "busy with other answers").with("Retry-After", "5"));
      return;
    }
    try {
      switch (asked(exchange)) {
        case Asked.Refused refused -> send(exchange, refused.answer());
        case Asked.Granted granted -> send(exchange, granted.answer());
      }
    } finally {
      turns.release();
    }
  }

  /// How many wait for their turn.
  int waiting() {
    return openTurns.getQueueLength() + roleTurns.getQueueLength();
  }

  private static boolean isTurn(Semaphore turns) {
    try {
      return turns.tryAcquire(LONGEST_WAIT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    boolean head = exchange.getRequestMethod().equals("HEAD");
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", answer.contentType());
    headers.set("X-Content-Type-Options", "nosniff");
    answer.headers().forEach(headers::set);
    byte[] body = answer.body();
    exchange.sendResponseHeaders(answer.status(), head ? -1 : body.length);
    for (int from = 0; !head && from < body.length; from += PIECE_BYTES) {
      exchange.getResponseBody().write(body, from, Math.min(PIECE_BYTES, body.length - from));
    }
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
