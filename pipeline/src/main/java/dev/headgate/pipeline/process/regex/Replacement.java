package dev.headgate.pipeline.process.regex;

import com.google.re2j.Matcher;

/// What takes the place of a match.
@FunctionalInterface
public interface Replacement {
  /// Appends the text that replaces a match.
  ///
  /// @param match stands on the match
  void append(StringBuilder out, String text, Matcher match);

  /// Always the same text.
  static Replacement constant(String replacement) {
    return (out, text, match) -> out.append(replacement);
  }
}
