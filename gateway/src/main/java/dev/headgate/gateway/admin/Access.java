package dev.headgate.gateway.admin;

import com.sun.net.httpserver.Headers;
import dev.headgate.config.AdminConfig;
import dev.headgate.config.AdminRole;
import dev.headgate.gateway.admin.AccessMetrics.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who may do what on the administration's port: those with a token, and, only if the configuration
/// says so, callers on this machine without one.
///
/// Being on this machine proves little: a proxy or a browser there speaks for others. So requests
/// that a proxy has marked count as foreign, and those that a page of another site sent, or that
/// come by a name which is not the loopback's (DNS rebinding), are turned away.
///
/// **Threading:** any thread.
///
/// **Ownership:** watches the token files until it is closed.
public final class Access implements AutoCloseable {
  private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final List<String> PROXY_HEADERS =
      List.of("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via");
  private static final String SCHEME = "bearer ";

  private final @Nullable Clients clients;
  private final AdminRole loopbackRole;
  private final AccessMetrics metrics;

  /// Whether somebody may go on.
  sealed interface Verdict {
    /// May.
    record Admitted(Caller caller) implements Verdict {}

    /// May not.
    record Refused(Answer answer, Caller caller) implements Verdict {}
  }

  private Access(@Nullable Clients clients, AdminRole loopbackRole, AccessMetrics metrics) {
    this.clients = clients;
    this.loopbackRole = loopbackRole;
    this.metrics = metrics;
  }

  /// For pages that are open: nobody else gets in.
  public static Access nobody(AccessMetrics metrics) {
    return new Access(null, AdminRole.NONE, metrics);
  }

  /// Reads the tokens.
  ///
  /// @throws IOException when one of the files cannot be used
  public static Access of(AdminConfig config, AccessMetrics metrics, TokenListener listener)
      throws IOException {
    return new Access(
        new Clients(config.clients(), metrics, listener), config.loopbackRole(), metrics);
  }

  /// Comes after another: the listener is told of the clients whose tokens changed meanwhile.
  public void follow(Access before) {
    if (clients != null && before.clients != null) {
      clients.follow(before.clients);
    }
  }

  /// Notes that somebody was turned away.
  void refused(Reason reason) {
    metrics.refused(reason);
  }

  /// Decides about a request.
  Verdict check(AdminRole needed, InetAddress peer, Headers headers) {
    String remote = peer.getHostAddress();
    List<String> shown = headers.getOrDefault("Authorization", List.of());
    if (needed == AdminRole.NONE) {
      return new Verdict.Admitted(new Caller("", AdminRole.NONE, Caller.Way.OPEN, remote));
    }
    if (!shown.isEmpty()) {
      AdminConfig.Client client = shown.size() == 1 ? client(shown.getFirst()) : null;
      return client == null
          ? unauthenticated(Reason.UNKNOWN_TOKEN, "the token is not known", remote)
          : verdict(needed, new Caller(client.name(), client.role(), Caller.Way.TOKEN, remote));
    }
    if (loopbackRole == AdminRole.NONE || !peer.isLoopbackAddress() || isForwarded(headers)) {
      return unauthenticated(
          Reason.NO_TOKEN, "no token (expected: Authorization: Bearer ...)", remote);
    }
    if (!isOwnPage(headers)) {
      metrics.refused(Reason.FOREIGN_PAGE);
      return new Verdict.Refused(
          Answer.text(403, "sent by a page of another site"), Caller.stranger(remote));
    }
    return verdict(needed, new Caller("loopback", loopbackRole, Caller.Way.LOOPBACK, remote));
  }

  private AdminConfig.@Nullable Client client(String authorization) {
    return clients == null || !authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME)
        ? null
        : clients.of(authorization.substring(SCHEME.length()).strip());
  }

  private Verdict verdict(AdminRole needed, Caller caller) {
    if (caller.role().covers(needed)) {
      return new Verdict.Admitted(caller);
    }
    metrics.refused(Reason.ROLE);
    String role = caller.role().name().toLowerCase(Locale.ROOT);
    String expected = needed.name().toLowerCase(Locale.ROOT);
    return new Verdict.Refused(
        Answer.text(403, "role: " + role + " (expected: " + expected + ")"), caller);
  }

  private Verdict unauthenticated(Reason reason, String text, String remote) {
    metrics.refused(reason);
    return new Verdict.Refused(
        Answer.text(401, text).with("WWW-Authenticate", "Bearer realm=\"headgate\""),
        Caller.stranger(remote));
  }

  private static boolean isForwarded(Headers headers) {
    return PROXY_HEADERS.stream().anyMatch(headers::containsKey);
  }

  /// Whether no browser sent the request, or one that was asked to by our own page or by its user.
  static boolean isOwnPage(Headers headers) {
    List<String> hosts = headers.getOrDefault("Host", List.of());
    if (hosts.size() != 1) {
      return false;
    }
    String host = hosts.getFirst().toLowerCase(Locale.ROOT);
    String name = host.replaceFirst(":\\d+$", "");
    if (!LOOPBACK_NAMES.contains(name)) {
      return false;
    }
    String site = headers.getFirst("Sec-Fetch-Site");
    String origin = headers.getFirst("Origin");
    return (site == null || site.equals("same-origin") || site.equals("none"))
        && (origin == null || origin.equalsIgnoreCase("http://" + host));
  }

  @Override
  public void close() {
    if (clients != null) {
      clients.close();
    }
  }
}
