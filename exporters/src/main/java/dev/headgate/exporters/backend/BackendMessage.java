package dev.headgate.exporters.backend;

import dev.headgate.pipeline.log.ForeignText;

/// What a backend said, fit to be shown.
final class BackendMessage {
  private static final int MAX_CHARS = 500;

  private BackendMessage() {}

  static String clean(String text) {
    return ForeignText.line(text, MAX_CHARS);
  }
}
