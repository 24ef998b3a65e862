package dev.headgate.gateway.admit;

import dev.headgate.config.BearerTokenAuthConfig;
import dev.headgate.config.Secret;
import dev.headgate.pipeline.credentials.BearerTokens;
import dev.headgate.pipeline.files.FileWatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Admits who shows one of the tokens, compared whole and in a time that tells nothing.
///
/// **Threading:** any thread.
///
/// **Ownership:** watches a file until it is closed.
final class BearerAuthenticator implements Authenticator {
  private final BearerTokens tokens;
  private final String header;
  private final String challenge;

  BearerAuthenticator(BearerTokenAuthConfig config, FileWatch files) throws IOException {
    this.tokens = new BearerTokens(config, files);
    this.header = config.header().toLowerCase(Locale.ROOT);
    this.challenge = (config.scheme().isEmpty() ? "Bearer" : config.scheme()) + " realm=\"otlp\"";
  }

  @Override
  public String header() {
    return header;
  }

  @Override
  public String challenge() {
    return challenge;
  }

  @Override
  public Verdict verdictNow(@Nullable String value) {
    if (value == null) {
      return Verdict.REFUSED;
    }
    byte[] shown = value.getBytes(StandardCharsets.UTF_8);
    boolean known = false;
    for (Secret token : tokens.values()) {
      known |= MessageDigest.isEqual(token.reveal().getBytes(StandardCharsets.UTF_8), shown);
    }
    return known ? Verdict.ADMITTED : Verdict.REFUSED;
  }

  @Override
  public void verdictLater(String value, Consumer<Verdict> onVerdict) {
    onVerdict.accept(verdictNow(value));
  }

  @Override
  public void close() {
    tokens.close();
  }
}
