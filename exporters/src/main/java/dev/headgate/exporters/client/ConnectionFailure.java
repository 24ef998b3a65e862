package dev.headgate.exporters.client;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLException;

/// Says why there is no connection, in words of ours and of the JVM's class names: messages of
/// exceptions may quote the other side.
final class ConnectionFailure {
  private ConnectionFailure() {}

  /// The cause below the wrappings of Netty and of futures.
  static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null
        && (root instanceof DecoderException || root instanceof CompletionException)) {
      root = root.getCause();
    }
    return root;
  }

  /// The label of a failure: `tls` or `connection`.
  static String kind(Throwable failure) {
    return root(failure) instanceof SSLException ? "tls" : "connection";
  }

  static String describe(Throwable failure) {
    Throwable root = root(failure);
    return switch (root) {
      case UnknownHostException _ -> "unknown host";
      case ConnectTimeoutException _ -> "connecting timed out";
      case ConnectException _ -> "connection refused or host unreachable";
      case SSLException _ -> "TLS failed: " + deepest(root).getClass().getSimpleName();
      default -> root.getClass().getSimpleName();
    };
  }

  private static Throwable deepest(Throwable failure) {
    Throwable deepest = failure;
    for (int depth = 0; depth < 20 && deepest.getCause() != null; depth++) {
      deepest = deepest.getCause();
    }
    return deepest;
  }
}
