package dev.headgate.pipeline.process.secrets;

/// Values that stand for a secret, or for none.
final class Placeholder {
  private static final Words WORDS =
      new Words(
          """
          accepted an and are at auth authentication basic bearer boolean by bytes can cannot changed
          default denied disabled does empty enabled error expired expires failed failure false field
          filtered for from get has hidden if in incorrect int invalid is masked may mismatch missing
          must n/a new nil no none not null object of ok on optional or provided redacted rejected
          removed required reset self set should str string success successful successfully text the
          this to too true undefined unknown unset unspecified updated used verified was with wrong yes
          """);

  private Placeholder() {}

  /// Whether `text[from, to)` is no secret but a mask, a variable or a word that says there is
  /// none.
  static boolean is(byte[] text, int from, int to) {
    if (from >= to) {
      return true;
    }
    return WORDS.contains(text, from, to) || isVariable(text, from, to) || isMask(text, from, to);
  }

  /// `$NAME`, `${...}`, `$(...)`, `{{...}}`, `%s`, `<...>`, `#{...}`, `[...]`.
  private static boolean isVariable(byte[] text, int from, int to) {
    int first = text[from];
    int last = text[to - 1];
    if (first == '\\' && to - from > 1) {
      return isVariable(text, from + 1, to);
    }
    if ((first == '<' && last == '>') || (first == '[' && last == ']')) {
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

  /// One character over and over, as in `****` and `xxxxxx`, also with a mark around it.
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
      if ((text[at] | 0x20) == word.charAt(0) && Ascii.startsWith(text, at, to, word)) {
        return true;
      }
    }
    return false;
  }
}
