package dev.headgate.pipeline.process.sanitize;

import dev.headgate.pipeline.wire.Utf8;

/// White space as Go's `strings.TrimSpace` knows it: Unicode's property White_Space.
final class GoSpace {
  private GoSpace() {}

  /// The UTF-8 text without white space at its ends.
  static byte[] trim(byte[] text) {
    if (text.length == 0 || (!mayBeSpace(text[0]) && !mayBeSpace(text[text.length - 1]))) {
      return text;
    }
    String decoded = Utf8.text(text, 0, text.length);
    int from = 0;
    int to = decoded.length();
    // All of them are single UTF-16 units.
    while (from < to && isSpace(decoded.charAt(from))) {
      from++;
    }
    while (to > from && isSpace(decoded.charAt(to - 1))) {
      to--;
    }
    return Utf8.bytes(decoded.substring(from, to));
  }

  private static boolean mayBeSpace(byte b) {
    return b <= ' ';
  }

  private static boolean isSpace(char c) {
    return (c >= '\t' && c <= '\r')
        || c == ' '
        || c == 0x85
        || c == 0xa0
        || c == 0x1680
        || (c >= 0x2000 && c <= 0x200a)
        || c == 0x2028
        || c == 0x2029
        || c == 0x202f
        || c == 0x205f
        || c == 0x3000;
  }
}
