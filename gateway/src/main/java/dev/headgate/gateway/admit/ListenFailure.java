package dev.headgate.gateway.admit;

import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;

/// Why an address cannot be listened on, in words for the operator.
public final class ListenFailure {
  private ListenFailure() {}

  /// The reason that a failed bind shows.
  public static String reason(Throwable cause) {
    if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
      return "unknown host";
    }
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }
}
