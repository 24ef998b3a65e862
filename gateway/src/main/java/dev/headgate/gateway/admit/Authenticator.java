package dev.headgate.gateway.admit;

import dev.headgate.config.BasicServerAuthConfig;
import dev.headgate.config.BearerTokenAuthConfig;
import dev.headgate.config.ServerAuthConfig;
import dev.headgate.pipeline.files.FileWatch;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Knows the clients of a receiver by one of their headers.
///
/// **Threading:** any thread.
///
/// **Ownership:** owns a thread and watches files until it is closed.
public sealed interface Authenticator extends AutoCloseable
    permits BearerAuthenticator, BasicAuthenticator {
  /// What is found out about a client.
  enum Verdict {
    /// It may send.
    ADMITTED,
    /// It showed nothing, or nothing that is known.
    REFUSED,
    /// Too many others are being looked at.
    BUSY
  }

  /// Makes what a configuration says.
  ///
  /// @throws IOException when a file cannot be read or nobody could ever be admitted
  static Authenticator of(ServerAuthConfig config, FileWatch files) throws IOException {
    return switch (config) {
      case BearerTokenAuthConfig bearer -> new BearerAuthenticator(bearer, files);
      case BasicServerAuthConfig basic -> new BasicAuthenticator(basic, files);
    };
  }

  /// The header that is looked at, in lower case.
  String header();

  /// The value of `WWW-Authenticate` (RFC 9110 section 11.6.1) for who is refused.
  String challenge();

  /// The verdict, or null when it takes time to find.
  ///
  /// @param value the header's first value, null when there is none
  @Nullable Verdict verdictNow(@Nullable String value);

  /// Finds the verdict on another thread, or at once that there is no time for it.
  ///
  /// @param onVerdict called once
  void verdictLater(String value, Consumer<Verdict> onVerdict);

  @Override
  void close();
}
