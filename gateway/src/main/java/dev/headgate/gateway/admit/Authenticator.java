package dev.headgate.gateway.admit;

import dev.headgate.config.BasicServerAuthConfig;
import dev.headgate.config.BearerTokenAuthConfig;
import dev.headgate.config.ServerAuthConfig;
import dev.headgate.pipeline.files.FileWatch;
import dev.headgate.pipeline.log.RateLimitedLog;
import dev.headgate.pipeline.payload.SystemNanoClock;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Knows the clients of a receiver by one of their headers, and has a verdict on each whatever goes
/// wrong: nothing is read of a request before it is there.
///
/// **Threading:** any thread.
///
/// **Ownership:** owns its scheme until it is closed.
public final class Authenticator implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Authenticator.class);
  private static final Duration BETWEEN_ERRORS = Duration.ofSeconds(10);

  private final RateLimitedLog log = new RateLimitedLog(LOG, new SystemNanoClock(), BETWEEN_ERRORS);
  private final AuthScheme scheme;

  /// What is found out about a client.
  public enum Verdict {
    /// It may send.
    ADMITTED,
    /// It showed nothing, or nothing that is known.
    REFUSED,
    /// It cannot be looked at now: too many others are, or it failed.
    BUSY
  }

  Authenticator(AuthScheme scheme) {
    this.scheme = scheme;
  }

  /// Makes what a configuration says.
  ///
  /// @throws IOException when a file cannot be read or nobody could ever be admitted
  public static Authenticator of(ServerAuthConfig config, FileWatch files) throws IOException {
    return new Authenticator(
        switch (config) {
          case BearerTokenAuthConfig bearer -> new BearerScheme(bearer, files);
          case BasicServerAuthConfig basic -> new BasicScheme(basic, files);
        });
  }

  /// The header that is looked at, in lower case.
  public String header() {
    return scheme.header();
  }

  /// The value of `WWW-Authenticate` (RFC 9110 section 11.6.1) for who is refused.
  public String challenge() {
    return scheme.challenge();
  }

  /// Asks who a client is.
  ///
  /// @param value the header's first value, null when there is none
  /// @param loop the caller's event loop
  /// @param later gets the verdict on the loop, once, when none is returned
  /// @return the verdict, or null when it takes time to find
  public @Nullable Verdict ask(@Nullable String value, Executor loop, Consumer<Verdict> later) {
    try {
      Verdict now = scheme.verdictNow(value);
      if (now != null || value == null) {
        return now == null ? Verdict.REFUSED : now;
      }
      scheme.beside().execute(() -> answer(find(value), loop, later));
      return null;
    } catch (RejectedExecutionException _) {
      return Verdict.BUSY;
    } catch (RuntimeException | Error e) {
      return failed(e);
    }
  }

  private Verdict find(String value) {
    try {
      return scheme.verdict(value);
    } catch (RuntimeException | Error e) {
      return failed(e);
    }
  }

  private static void answer(Verdict verdict, Executor loop, Consumer<Verdict> later) {
    try {
      loop.execute(() -> later.accept(verdict));
    } catch (RejectedExecutionException _) {
      // The loop has ended, and its connections with it.
    }
  }

  /// What was thrown may quote what the client showed, so only its kind is told.
  private Verdict failed(Throwable cause) {
    String kind = cause.getClass().getName();
    log.error("", "authentication failed, clients are told to come again: " + kind);
    return Verdict.BUSY;
  }

  @Override
  public void close() {
    scheme.close();
  }
}
