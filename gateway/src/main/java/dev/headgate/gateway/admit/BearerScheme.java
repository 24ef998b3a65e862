package dev.headgate.gateway.admit;

import dev.headgate.config.BearerTokenAuthConfig;
import dev.headgate.config.Secret;
import dev.headgate.gateway.admit.Authenticator.Verdict;
import dev.headgate.pipeline.credentials.BearerTokens;
import dev.headgate.pipeline.files.FileWatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// Admits who shows one of the tokens, compared whole and in a time that tells nothing.
///
/// **Threading:** any thread.
///
/// **Ownership:** watches a file until it is closed.
final class BearerScheme implements AuthScheme {
  private final BearerTokens tokens;
  private final String header;
  private final String challenge;

  BearerScheme(BearerTokenAuthConfig config, FileWatch files) throws IOException {
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
    return value == null ? Verdict.REFUSED : verdict(value);
  }

  @Override
  public Verdict verdict(String value) {
    byte[] shown = value.getBytes(StandardCharsets.UTF_8);
    boolean known = false;
    for (Secret token : tokens.values()) {
      known |= MessageDigest.isEqual(token.reveal().getBytes(StandardCharsets.UTF_8), shown);
    }
    return known ? Verdict.ADMITTED : Verdict.REFUSED;
  }

  /// Never needed: there is always a verdict at once.
  @Override
  public Executor beside() {
    return Runnable::run;
  }

  @Override
  public void close() {
    tokens.close();
  }
}
