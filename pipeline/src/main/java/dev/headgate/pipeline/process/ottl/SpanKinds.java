package dev.headgate.pipeline.process.ottl;

import java.util.List;
import java.util.Locale;

/// The kinds of spans in words.
public final class SpanKinds {
  private static final List<String> KINDS =
      List.of("Unspecified", "Internal", "Server", "Client", "Producer", "Consumer");

  private SpanKinds() {}

  /// The word for a kind, empty for one that is not known.
  ///
  /// @param type SPAN_KIND_TEXT or SPAN_KIND_SYMBOL
  static String text(Path.Type type, int kind) {
    if (kind < 0 || kind >= KINDS.size()) {
      return "";
    }
    String word = KINDS.get(kind);
    return type == Path.Type.SPAN_KIND_TEXT ? word : symbol(word);
  }

  /// The kind of a word, or -1.
  ///
  /// @param type SPAN_KIND_TEXT or SPAN_KIND_SYMBOL
  public static int kind(Path.Type type, String text) {
    for (int kind = 0; kind < KINDS.size(); kind++) {
      if (text(type, kind).equals(text)) {
        return kind;
      }
    }
    return -1;
  }

  private static String symbol(String word) {
    return "SPAN_KIND_" + word.toUpperCase(Locale.ROOT);
  }
}
