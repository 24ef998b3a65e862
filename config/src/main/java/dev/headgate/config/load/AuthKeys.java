package dev.headgate.config.load;

import dev.headgate.config.ClientAuthConfig;
import dev.headgate.config.ExtensionConfig;
import dev.headgate.config.HeadersSetterConfig;
import dev.headgate.config.HeadersSetterConfig.HeaderAction;
import dev.headgate.config.HeadersSetterConfig.Source;
import dev.headgate.config.ServerAuthConfig;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The `auth` keys, which name an extension. Extensions are read before everything else, so that
/// one can stand where it is used.
final class AuthKeys {
  private static final String TENANT_HEADER = "x-scope-orgid";

  private static final Key<Reference> AUTHENTICATOR =
      Key.required(
          "authenticator",
          Reference.TYPE,
          "an extension that authenticates, also named in `service.extensions`");

  /// `auth` of a receiver.
  static final Key<ServerAuthConfig> SERVER =
      Key.presence(
          "auth",
          Block.<ServerAuthConfig>of(
                  v ->
                      resolve(
                          v,
                          extension -> extension instanceof ServerAuthConfig auth ? auth : null,
                          "bearertokenauth, or basicauth with htpasswd"),
                  AUTHENTICATOR)
              .unsupported("a header", "request_params"),
          "everybody may send",
          "who may send");

  /// `auth` of an exporter.
  static final Key<ClientAuthConfig> CLIENT =
      Key.presence(
          "auth", Block.of(AuthKeys::client, AUTHENTICATOR), "none", "what is added to requests");

  private AuthKeys() {}

  private static @Nullable ClientAuthConfig client(Values v) {
    ClientAuthConfig resolved =
        resolve(
            v,
            extension -> extension instanceof ClientAuthConfig auth ? auth : null,
            "bearertokenauth, basicauth with client_auth, or headers_setter");
    if (resolved instanceof HeadersSetterConfig setter) {
      Map<String, Boolean> names = v.place().reading().contextHeaders();
      for (HeaderAction action : setter.headers()) {
        if (action.source() instanceof Source.Context context
            && !context.name().equals(TENANT_HEADER)) {
          names.merge(
              context.name(), action.key().equalsIgnoreCase(TENANT_HEADER), Boolean::logicalOr);
        }
      }
    }
    return resolved;
  }

  private static <T> @Nullable T resolve(
      Values v, Function<ExtensionConfig, @Nullable T> role, String expected) {
    Reference reference = v.get(AUTHENTICATOR);
    Reading reading = v.place().reading();
    Declared<ExtensionConfig> extensions = reading.extensions();
    reading.authenticators().add(reference);
    String id = reference.id().toString();
    if (!extensions.marks().containsKey(reference.id())) {
      reference.problem(
          "unknown extension '"
              + Shown.name(id)
              + "' "
              + Suggestion.expected(id, Section.names(extensions)));
      return null;
    }
    ExtensionConfig extension = extensions.valid().get(reference.id());
    T resolved = extension == null ? null : role.apply(extension);
    if (resolved == null && (extension != null || extensions.idle().contains(reference.id()))) {
      reference.problem("'" + Shown.name(id) + "' cannot do that (expected: " + expected + ")");
    }
    return resolved;
  }
}
