package dev.headgate.gateway.admit;

import dev.headgate.gateway.admit.Authenticator.Verdict;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// A way in which clients make themselves known (RFC 9110 section 11.1). What it throws is the
/// [Authenticator]'s to answer.
///
/// **Threading:** any thread.
///
/// **Ownership:** may own a thread and watch files until it is closed.
interface AuthScheme extends AutoCloseable {
  /// The header that is looked at, in lower case.
  String header();

  /// The value of `WWW-Authenticate` (RFC 9110 section 11.6.1) for who is refused.
  String challenge();

  /// The verdict, or null when it takes time to find.
  ///
  /// @param value the header's first value, null when there is none
  @Nullable Verdict verdictNow(@Nullable String value);

  /// The verdict on a value for which there is none at once.
  Verdict verdict(String value);

  /// Where such verdicts are found, beside the event loops; rejects what is too much.
  Executor beside();

  @Override
  void close();
}
