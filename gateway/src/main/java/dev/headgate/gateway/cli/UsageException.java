package dev.headgate.gateway.cli;

import java.io.Serial;

/// A command line that cannot be understood; the message says why.
final class UsageException extends Exception {
  @Serial private static final long serialVersionUID = 1;

  UsageException(String message) {
    super(message);
  }
}
