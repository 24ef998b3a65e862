package dev.headgate.pipeline.process.regex;

import com.google.re2j.Matcher;
import dev.headgate.pipeline.wire.WireWriter;
import java.util.List;

/// What takes the place of a match.
@FunctionalInterface
public interface Replacement {
  /// Appends the text that replaces a match.
  ///
  /// @param match stands on the match
  void append(StringBuilder out, String text, Matcher match);

  /// Appends the UTF-8 that replaces a match.
  ///
  /// @param groups begin and end of the match and of its groups in `text`, -1 for those that are
  ///   not in it
  /// @return whether it has; a replacement that needs a text says no and appends nothing
  default boolean append(WireWriter out, byte[] text, int[] groups) {
    return false;
  }

  /// Always the same text.
  static Replacement constant(String replacement) {
    return new Template(List.of(replacement), List.of());
  }
}
