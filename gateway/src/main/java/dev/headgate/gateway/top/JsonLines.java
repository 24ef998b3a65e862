package dev.headgate.gateway.top;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// JSON for a terminal.
public final class JsonLines {
  private JsonLines() {}

  /// The same JSON without anything that a terminal would obey: JSON itself escapes control
  /// characters below 32 only.
  public static String printable(byte[] json) {
    String text = new String(json, StandardCharsets.UTF_8);
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean obeyed =
          c != '\n' && (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT);
      if (obeyed) {
        out.append("\\u").append(HexFormat.of().toHexDigits(c));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
