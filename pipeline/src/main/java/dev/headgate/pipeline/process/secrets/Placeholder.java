package dev.headgate.pipeline.process.secrets;

import java.util.Set;

/// Values that stand for a secret, or for none.
final class Placeholder {
  private static final Set<String> WORDS =
      Set.of(
          "null",
          "none",
          "nil",
          "true",
          "false",
          "undefined",
          "yes",
          "no",
          "empty",
          "string",
          "str",
          "text",
          "int",
          "object",
          "bytes",
          "boolean",
          "optional",
          "required",
          "missing",
          "invalid",
          "incorrect",
          "wrong",
          "expired",
          "expires",
          "not",
          "is",
          "was",
          "are",
          "has",
          "must",
          "may",
          "should",
          "can",
          "cannot",
          "changed",
          "reset",
          "updated",
          "redacted",
          "masked",
          "hidden",
          "filtered",
          "removed",
          "unknown",
          "unset",
          "set",
          "failed",
          "failure",
          "error",
          "denied",
          "accepted",
          "rejected",
          "disabled",
          "enabled",
          "default",
          "authentication",
          "auth",
          "field",
          "for",
          "from",
          "with",
          "and",
          "the",
          "too",
          "mismatch",
          "ok",
          "success",
          "bearer",
          "basic",
          "provided",
          "successful",
          "successfully",
          "verified",
          "used",
          "unspecified",
          "n/a",
          "self",
          "this",
          "new",
          "get",
          "in",
          "on",
          "of",
          "to",
          "by",
          "at",
          "or",
          "an",
          "if",
          "does");

  private static final int MAX_WORD = 16;

  private Placeholder() {}

  /// Whether `text[from, to)` is no secret but a mask, a variable or a word that says there is
  /// none.
  static boolean is(byte[] text, int from, int to) {
    if (from >= to) {
      return true;
    }
    return isWord(text, from, to) || isVariable(text, from, to) || isMask(text, from, to);
  }

  /// Whether it is a word that is said about secrets.
  static boolean isWord(byte[] text, int from, int to) {
    if (to - from > MAX_WORD) {
      return false;
    }
    StringBuilder word = new StringBuilder(MAX_WORD);
    for (int at = from; at < to; at++) {
      int c = text[at];
      if (!Ascii.isLetter(c) && c != '/') {
        return false;
      }
      word.append((char) (Ascii.isUpper(c) ? c | 0x20 : c));
    }
    return WORDS.contains(word.toString());
  }

  /** `$NAME`, `${...}`, `$(...)`, `{{...}}`, `%s`, `<...>`, `#{...}`, `[...]`. */
  private static boolean isVariable(byte[] text, int from, int to) {
    int first = text[from];
    int last = text[to - 1];
    if (first == '\\' && to - from > 1) {
      return isVariable(text, from + 1, to);
    }
    if (first == '<' && last == '>' || first == '[' && last == ']') {
      return true;
    }
    if (first == '{') {
      return true;
    }
    if (first == '%') {
      return to - from <= 3 || text[from + 1] == '{' || text[from + 1] == '(' || last == '%';
    }
    if (first == '#') {
      return to - from > 1 && text[from + 1] == '{';
    }
    if (first != '$') {
      return false;
    }
    if (to - from > 1 && (text[from + 1] == '{' || text[from + 1] == '(')) {
      return true;
    }
    if (to - from > 1 && Ascii.isDigit(text[from + 1])) {
      return false;
    }
    for (int at = from + 1; at < to; at++) {
      int c = text[at];
      if (!Ascii.isAlphanumeric(c) && c != '_' && c != '[' && c != '-' && c != '>') {
        return false;
      }
    }
    return true;
  }

  /** One character over and over, as in `****` and `xxxxxx`, also with a mark around it. */
  private static boolean isMask(byte[] text, int from, int to) {
    int first = text[from];
    boolean same = true;
    for (int at = from + 1; at < to && same; at++) {
      same = text[at] == first;
    }
    if (same) {
      return to - from > 2 || !Ascii.isAlphanumeric(first);
    }
    int stars = 0;
    for (int at = from; at < to; at++) {
      stars = text[at] == '*' ? stars + 1 : 0;
      if (stars == 3) {
        return true;
      }
    }
    return contains(text, from, to, "redacted") || contains(text, from, to, "example_");
  }

  private static boolean contains(byte[] text, int from, int to, String word) {
    int most = Math.min(to, from + 64) - word.length();
    for (int at = from; at <= most; at++) {
      if (Ascii.startsWith(text, at, to, word)) {
        return true;
      }
    }
    return false;
  }
}
