package dev.headgate.pipeline.process.secrets;

import dev.headgate.pipeline.process.regex.ByteSet;

/// Where a value ends.
final class AssignedValue {
  private static final ByteSet PLAIN = Ascii.letters("+/_.-~:@!*#$=");
  private static final ByteSet TOKEN = Ascii.letters("+/_.-~%:@!*#$");

  private AssignedValue() {}

  /// The end of the value behind a [Separator].
  static int end(byte[] text, long separator, int to) {
    int from = Separator.value(separator);
    int quote = Separator.quote(separator);
    if (quote == '<' || quote == '%') {
      return unquoted(text, from, to, quote);
    }
    return quote == 0 ? unquoted(text, from, to, 0) : quoted(text, separator, to);
  }

  /// The end of what has to be looked at in an unquoted value: in `key=token=...` the other value
  /// is told by the other key.
  static int beforeNested(byte[] text, int from, int end) {
    for (int at = from; at + 1 < end; at++) {
      if (text[at] == '=' && Ascii.isAlphanumeric(text[at + 1])) {
        return at;
      }
    }
    return end;
  }

  /// The closing quote; what is cut off before it ends with its line. Only strings of JSON may be
  /// expected to be whole, so that behind other keys none goes on in the next line.
  private static int quoted(byte[] text, long separator, int to) {
    int from = Separator.value(separator);
    int quote = Separator.quote(separator);
    int escapes = Separator.escapes(separator);
    boolean oneLine = escapes == 0 && !Separator.isKeyQuoted(separator);
    int backslashes = 0;
    int lineEnd = -1;
    for (int at = from; at < to; at++) {
      int c = text[at];
      if (c == quote && (escapes == 0 ? backslashes % 2 == 0 : backslashes <= escapes)) {
        return at - (escapes == 0 ? 0 : backslashes);
      }
      if (c == '\n' && lineEnd < 0) {
        if (oneLine) {
          return at;
        }
        lineEnd = at;
      }
      backslashes = c == '\\' ? backslashes + 1 : 0;
    }
    return lineEnd < 0 ? to : lineEnd;
  }

  private static int unquoted(byte[] text, int from, int to, int end) {
    int at = from;
    while (at < to
        && (PLAIN.contains(text[at] & 0xff) || (!endsValue(text, at, to) && text[at] != end))) {
      at++;
    }
    return at;
  }

  private static boolean endsValue(byte[] text, int at, int to) {
    int c = text[at];
    if (c >= 0 && c <= ' ') {
      return true;
    }
    return switch (c) {
      case ',', ';', '&', '"', '\'', '`', '<', '>', '|' -> true;
      case ')', ']', '}' -> at + 1 == to || isOutside(text[at + 1]);
      case '\\' -> at + 1 < to && "nrt\"'\\".indexOf(text[at + 1]) >= 0;
      default -> false;
    };
  }

  private static boolean isOutside(int c) {
    return (c >= 0 && c <= ' ') || ",;)]}\"'.:<".indexOf(c) >= 0;
  }

  /// The end of what may be a token: letters, digits and the signs that encodings use.
  static int token(byte[] text, int from, int to) {
    int at = from;
    while (at < to && TOKEN.contains(text[at] & 0xff)) {
      at++;
    }
    if (at < to && text[at] == '=') {
      while (at < to && text[at] == '=') {
        at++;
      }
      return at;
    }
    // What ends a sentence is no part of it.
    while (at > from && (text[at - 1] == '.' || text[at - 1] == ':' || text[at - 1] == '!')) {
      at--;
    }
    return at;
  }
}
