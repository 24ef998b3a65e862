package dev.headgate.config.load;

import dev.headgate.config.BasicClientAuthConfig;
import dev.headgate.config.BasicServerAuthConfig;
import dev.headgate.config.BearerTokenAuthConfig;
import dev.headgate.config.ExtensionConfig;
import dev.headgate.config.HeadersSetterConfig;
import dev.headgate.config.HeadersSetterConfig.Action;
import dev.headgate.config.HeadersSetterConfig.HeaderAction;
import dev.headgate.config.HeadersSetterConfig.Source;
import dev.headgate.config.Secret;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The extensions that authenticate.
final class AuthBlocks {
  private static final ScalarType<String> SCHEME_TYPE =
      ScalarType.of(
          "text",
          "a word of printable ASCII, or nothing",
          (text, _) -> {
            if (!text.chars().allMatch(c -> c > ' ' && c <= '~' && c != '"' && c != ',')) {
              throw new BadValueException("is not a scheme");
            }
            return text;
          });

  private static final Key<String> HEADER =
      Key.of("header", HeadersType.COMMON_NAME, "Authorization", "header that holds the token");
  private static final Key<String> SCHEME =
      Key.of("scheme", SCHEME_TYPE, "Bearer", "word in front of the token, empty = none");
  private static final Key<Secret> TOKEN =
      Key.optional("token", HeadersType.VALUE, "none", "the token");
  private static final Key<List<Secret>> TOKENS =
      Key.optional(
          "tokens",
          ListType.of(HeadersType.VALUE, "tokens"),
          "none",
          "several; receivers take any of them, exporters send the first");
  private static final Key<Path> FILENAME =
      Key.optional(
          "filename", Types.PATH, "none", "file with a token a line; a change counts at once");

  static final Block<BearerTokenAuthConfig> BEARER_TOKEN =
      Block.of(AuthBlocks::bearerToken, HEADER, SCHEME, TOKEN, TOKENS, FILENAME);

  private static final Key<Path> HTPASSWD_FILE =
      Key.optional("file", Types.PATH, "none", "an htpasswd file; a change counts at once");
  private static final Key<Secret> HTPASSWD_INLINE =
      Key.optional("inline", Types.SECRET, "none", "its lines, which win over those of `file`");
  private static final Key<BasicServerAuthConfig> HTPASSWD =
      Key.presence(
          "htpasswd",
          Block.of(
              v -> new BasicServerAuthConfig(v.find(HTPASSWD_FILE), v.find(HTPASSWD_INLINE)),
              HTPASSWD_FILE,
              HTPASSWD_INLINE),
          "none",
          "receivers: who may send; bcrypt, sha, ssha, apr1, crypt-sha and plain passwords");

  private static final Key<String> USERNAME =
      Key.of("username", Types.TEXT, "", "name of the user");
  private static final Key<Path> USERNAME_FILE =
      Key.optional("username_file", Types.PATH, "none", "file that holds the name, watched");
  private static final Key<Secret> PASSWORD =
      Key.optional("password", Types.SECRET, "none", "password of the user");
  private static final Key<Path> PASSWORD_FILE =
      Key.optional("password_file", Types.PATH, "none", "file that holds the password, watched");
  private static final Key<BasicClientAuthConfig> CLIENT_AUTH =
      Key.presence(
          "client_auth",
          Block.of(
              v ->
                  new BasicClientAuthConfig(
                      v.get(USERNAME),
                      v.find(USERNAME_FILE),
                      v.find(PASSWORD),
                      v.find(PASSWORD_FILE)),
              USERNAME,
              USERNAME_FILE,
              PASSWORD,
              PASSWORD_FILE),
          "none",
          "exporters: as whom they send");

  static final Block<ExtensionConfig> BASIC = Block.of(AuthBlocks::basic, HTPASSWD, CLIENT_AUTH);

  private static final Key<Action> ACTION =
      Key.of("action", Types.choiceOf(Action.class), Action.UPSERT, "what is done to the header");
  private static final Key<String> KEY = Key.required("key", HeadersType.NAME, "the header");
  private static final Key<Secret> VALUE =
      Key.optional("value", HeadersType.VALUE, "none", "its value");
  private static final Key<String> FROM_CONTEXT =
      Key.optional(
          "from_context",
          HeadersType.COMMON_NAME,
          "none",
          "or the header of the request that brought the data, on receivers with"
              + " `include_metadata`; data of different values is never joined");
  private static final Key<Secret> DEFAULT_VALUE =
      Key.optional(
          "default_value", HeadersType.VALUE, "empty", "the value when the request had no such");
  private static final Key<List<HeaderAction>> HEADERS =
      Key.required(
          "headers",
          ListType.of(
              Block.of(AuthBlocks::headerAction, ACTION, KEY, VALUE, FROM_CONTEXT, DEFAULT_VALUE)
                  .unsupported("from_context with a header of the request", "from_attribute")
                  .unsupported("value with the secret from ${env:NAME}", "value_file"),
              "headers"),
          "changes to the headers of an exporter's requests, in this order");

  static final Block<HeadersSetterConfig> HEADERS_SETTER =
      Block.of(v -> new HeadersSetterConfig(v.get(HEADERS)), HEADERS)
          .unsupported("a header Authorization with value", "additional_auth");

  private AuthBlocks() {}

  private static BearerTokenAuthConfig bearerToken(Values v) {
    Secret token = v.find(TOKEN);
    List<Secret> tokens = v.find(TOKENS);
    Path filename = v.find(FILENAME);
    if (token != null && tokens != null && !tokens.isEmpty()) {
      v.problem(TOKENS, "given besides token (expected: one of the two)");
    }
    // As in the Collector, several tokens win over the file, and the file over a single one.
    if (tokens != null && !tokens.isEmpty()) {
      if (filename != null) {
        v.notice(FILENAME, "has no effect: tokens wins");
      }
      return new BearerTokenAuthConfig(v.get(HEADER), v.get(SCHEME), tokens, null);
    }
    if (filename != null && token != null) {
      v.notice(TOKEN, "has no effect: filename wins");
    }
    return new BearerTokenAuthConfig(
        v.get(HEADER),
        v.get(SCHEME),
        filename == null && token != null ? List.of(token) : List.of(),
        filename);
  }

  private static @Nullable ExtensionConfig basic(Values v) {
    ExtensionConfig server = v.find(HTPASSWD);
    ExtensionConfig client = v.find(CLIENT_AUTH);
    if ((server == null) == (client == null)) {
      throw new IllegalArgumentException(
          server == null
              ? "no credentials (expected: htpasswd for receivers or client_auth for exporters)"
              : "client_auth: given besides htpasswd (expected: one of the two)");
    }
    return server == null ? client : server;
  }

  private static HeaderAction headerAction(Values v) {
    Secret value = v.find(VALUE);
    String context = v.find(FROM_CONTEXT);
    if (value != null && context != null) {
      v.problem(FROM_CONTEXT, "given besides value (expected: one of the two)");
    }
    Secret otherwise = v.find(DEFAULT_VALUE);
    Source source = null;
    if (v.get(ACTION) != Action.DELETE && context != null) {
      source = new Source.Context(context, otherwise == null ? new Secret("") : otherwise);
    } else if (v.get(ACTION) != Action.DELETE && value != null) {
      source = new Source.Fixed(value);
    }
    return new HeaderAction(v.get(ACTION), v.get(KEY), source);
  }
}
