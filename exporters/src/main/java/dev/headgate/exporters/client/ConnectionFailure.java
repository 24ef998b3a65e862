package dev.headgate.exporters.client;

import io.netty.channel.ConnectTimeoutException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLException;

/// Says why there is no connection, in words of ours and of the JVM's class names: messages of
/// exceptions may quote the other side.
final class ConnectionFailure {
  private static final int MAX_DEPTH = 20;

  private ConnectionFailure() {}

  /// The cause below the wrappings of transports and of futures.
  static Throwable root(Throwable failure) {
    Throwable root = failure;
    for (int depth = 0; depth < MAX_DEPTH && root.getCause() != null && isWrapping(root); depth++) {
      root = root.getCause();
    }
    return root;
  }

  /// Whether an exception only carries another; grpc-java has Netty's classes under other names.
  private static boolean isWrapping(Throwable failure) {
    return failure instanceof CompletionException
        || failure.getClass().getSimpleName().equals("DecoderException");
  }

  /// Whether memory was missing, and not the other side.
  static boolean isMemory(Throwable failure) {
    return deepest(failure) instanceof OutOfMemoryError;
  }

  /// The label of a failure: `memory`, `tls` or `connection`.
  static String kind(Throwable failure) {
    if (isMemory(failure)) {
      return "memory";
    }
    return root(failure) instanceof SSLException ? "tls" : "connection";
  }

  static String describe(Throwable failure) {
    if (isMemory(failure)) {
      return "no memory outside the heap";
    }
    Throwable root = root(failure);
    return switch (root) {
      case UnknownHostException _ -> "unknown host";
      case ConnectTimeoutException _ -> "connecting timed out";
      case ConnectException _ -> "connection refused or host unreachable";
      case SSLException _ -> "TLS failed: " + tls(root);
      default -> root.getClass().getSimpleName();
    };
  }

  private static String tls(Throwable failure) {
    Throwable deepest = deepest(failure);
    return switch (deepest) {
      case CertificateExpiredException _ -> "the backend's certificate has expired";
      case CertificateNotYetValidException _ -> "the backend's certificate is not valid yet";
      case CertPathBuilderException _ ->
          "the backend's certificate is of no trusted authority (see tls.ca_file)";
      case CertificateException _ ->
          "the backend's certificate is for another name (see tls.server_name_override)";
      default -> alert(deepest);
    };
  }

  /// The alert that the other side sent, which the JVM names from a fixed list (RFC 8446 section
  /// 6).
  private static String alert(Throwable failure) {
    String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    if (message.contains("bad_certificate")
        || message.contains("certificate_required")
        || message.contains("certificate_unknown")
        || message.contains("certificate_expired")
        || message.contains("unknown_ca")) {
      return "the backend refuses our certificate or wants one (see tls.cert_file)";
    }
    if (message.contains("protocol_version")) {
      return "no version of TLS in common";
    }
    if (message.contains("not an ssl/tls record")) {
      return "the backend speaks plain text";
    }
    return failure.getClass().getSimpleName();
  }

  private static Throwable deepest(Throwable failure) {
    Throwable deepest = failure;
    for (int depth = 0; depth < MAX_DEPTH && deepest.getCause() != null; depth++) {
      deepest = deepest.getCause();
    }
    return deepest;
  }
}
