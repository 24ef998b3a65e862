package dev.headgate.pipeline.log;

import java.util.HexFormat;

/// Makes texts of others fit to be shown: nothing in them is obeyed by a terminal, or begins
/// another line of a log.
public final class ForeignText {
  private ForeignText() {}

  /// The start of a text, on one line.
  ///
  /// @param mostChars where it is cut, but not inside a character
  public static String line(String text, int mostChars) {
    int length = Math.min(text.length(), mostChars);
    if (length < text.length()
        && length > 0
        && Character.isHighSurrogate(text.charAt(length - 1))) {
      length--;
    }
    StringBuilder out = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      out.append(isObeyed(c) ? ' ' : c);
    }
    return out.toString();
  }

  /// The same JSON, line breaks included, with escapes for what JSON itself leaves as it is.
  public static String json(String json) {
    StringBuilder out = new StringBuilder(json.length());
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (c != '\n' && isObeyed(c)) {
        out.append("\\u").append(HexFormat.of().toHexDigits(c));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  /** Controls, what turns the direction of writing, and the line breaks of Unicode. */
  private static boolean isObeyed(char c) {
    return Character.isISOControl(c)
        || Character.getType(c) == Character.FORMAT
        || c == '\u2028'
        || c == '\u2029';
  }
}
