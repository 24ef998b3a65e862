package dev.headgate.exporters.backend;

/// Makes a backend's text fit to be shown: bounded, on one line, without control characters.
final class ForeignText {
  static final int MAX_CHARS = 500;

  private ForeignText() {}

  static String clean(String text) {
    int length = Math.min(text.length(), MAX_CHARS);
    if (length < text.length() && Character.isHighSurrogate(text.charAt(length - 1))) {
      length--;
    }
    StringBuilder out = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      boolean harmful =
          Character.isISOControl(c)
              || Character.getType(c) == Character.FORMAT
              || c == '\u2028'
              || c == '\u2029';
      out.append(harmful ? ' ' : c);
    }
    return out.toString();
  }
}
