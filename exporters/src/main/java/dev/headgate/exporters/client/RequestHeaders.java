package dev.headgate.exporters.client;

import dev.headgate.config.BasicClientAuthConfig;
import dev.headgate.config.BearerTokenAuthConfig;
import dev.headgate.config.ClientAuthConfig;
import dev.headgate.config.HeadersSetterConfig;
import dev.headgate.config.HeadersSetterConfig.HeaderAction;
import dev.headgate.config.HeadersSetterConfig.Source;
import dev.headgate.config.Secret;
import dev.headgate.pipeline.credentials.BasicCredentials;
import dev.headgate.pipeline.credentials.BearerTokens;
import dev.headgate.pipeline.files.FileWatch;
import dev.headgate.pipeline.payload.Tenant;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The headers of an exporter's requests: the configured ones, the tenant of the data, and what the
/// exporter's authenticator makes of them. A configured tenant wins over that of the data, and a
/// `headers_setter` decides alone.
///
/// **Threading:** any thread.
///
/// **Ownership:** watches files until it is closed.
public final class RequestHeaders implements AutoCloseable {
  private final Map<String, Secret> configured;
  private final Change change;

  /// What an authenticator does to the headers of a request, whose names are of any case.
  private interface Change extends AutoCloseable {
    void apply(Tenant tenant, Map<String, String> headers);

    @Override
    default void close() {}
  }

  /// @param auth null = none
  /// @throws IOException when a file cannot be read
  public RequestHeaders(
      Map<String, Secret> configured, @Nullable ClientAuthConfig auth, ExportLoops loops)
      throws IOException {
    this.configured = configured;
    this.change =
        switch (auth) {
          case null -> RequestHeaders::forward;
          case BearerTokenAuthConfig bearer -> new Bearer(bearer, loops.files());
          case BasicClientAuthConfig basic -> new Basic(basic, loops.files());
          case HeadersSetterConfig setter ->
              (tenant, headers) -> set(setter.headers(), tenant, headers);
        };
  }

  /// Every name that may occur.
  static Set<String> names(Map<String, Secret> configured, @Nullable ClientAuthConfig auth) {
    Set<String> names = new TreeSet<>(configured.keySet());
    switch (auth) {
      case BearerTokenAuthConfig bearer -> names.add(bearer.header());
      case HeadersSetterConfig setter ->
          setter.headers().forEach(action -> names.add(action.key()));
      case BasicClientAuthConfig _ -> {}
      case null -> {}
    }
    return names;
  }

  /// The headers of a request with data of a tenant.
  public Map<String, String> of(Tenant tenant) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    configured.forEach((name, value) -> headers.put(name, value.reveal()));
    change.apply(tenant, headers);
    return headers;
  }

  private static void forward(Tenant tenant, Map<String, String> headers) {
    if (tenant.isNamed()) {
      headers.putIfAbsent(Tenant.HEADER, tenant.id());
    }
  }

  private static void set(List<HeaderAction> actions, Tenant tenant, Map<String, String> headers) {
    for (HeaderAction action : actions) {
      String key = action.key();
      String value = value(action.source(), tenant);
      boolean there = !headers.getOrDefault(key, "").isEmpty();
      boolean put =
          switch (action.action()) {
            case INSERT -> !there;
            case UPDATE -> there;
            case UPSERT -> true;
            case DELETE -> false;
          };
      if (put) {
        headers.put(key, value);
      } else if (action.action() == HeadersSetterConfig.Action.DELETE) {
        headers.remove(key);
      }
    }
  }

  private static String value(@Nullable Source source, Tenant tenant) {
    return switch (source) {
      case Source.Fixed fixed -> fixed.value().reveal();
      case Source.Context context -> {
        String found = tenant.header(context.name());
        yield found == null ? context.otherwise().reveal() : found;
      }
      case null -> "";
    };
  }

  @Override
  public void close() {
    change.close();
  }

  /// Sends the first token.
  private static final class Bearer implements Change {
    private final BearerTokens tokens;
    private final String header;

    Bearer(BearerTokenAuthConfig config, FileWatch files) throws IOException {
      this.tokens = new BearerTokens(config, files);
      this.header = config.header();
    }

    @Override
    public void apply(Tenant tenant, Map<String, String> headers) {
      forward(tenant, headers);
      headers.put(header, tokens.values().getFirst().reveal());
    }

    @Override
    public void close() {
      tokens.close();
    }
  }

  /// Sends a user and password.
  private static final class Basic implements Change {
    private final BasicCredentials credentials;

    Basic(BasicClientAuthConfig config, FileWatch files) throws IOException {
      this.credentials = new BasicCredentials(config, files);
    }

    @Override
    public void apply(Tenant tenant, Map<String, String> headers) {
      forward(tenant, headers);
      headers.put("authorization", credentials.value().reveal());
    }

    @Override
    public void close() {
      credentials.close();
    }
  }
}
