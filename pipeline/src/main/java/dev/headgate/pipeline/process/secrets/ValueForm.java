package dev.headgate.pipeline.process.secrets;

/// What a value is made of.
final class ValueForm {
  private static final int MAX_EXTENSION = 8;
  private static final int BEGINNING = 32;
  private static final int LONG_WORD = 16;
  private static final int POD_SUFFIX = 5;
  private static final int MAX_POD_HASH = 10;

  private ValueForm() {}

  static boolean isAddress(byte[] text, int from, int end) {
    for (int at = from; at + 2 < end; at++) {
      if (text[at] == ':' && text[at + 1] == '/' && text[at + 2] == '/') {
        return true;
      }
    }
    return false;
  }

  /// Whether it has a slash and ends like the name of a file.
  static boolean isPath(byte[] text, int from, int end) {
    int at = end;
    while (at > from && end - at < MAX_EXTENSION && Ascii.isLetter(text[at - 1])) {
      at--;
    }
    return at < end && at > from && text[at - 1] == '.' && contains(text, from, end, '/');
  }

  /// Whether it begins like a path of Windows, with a drive.
  static boolean isDrive(byte[] text, int from, int to) {
    return to - from >= 3
        && Ascii.isLetter(text[from])
        && text[from + 1] == ':'
        && (text[from + 2] == '\\' || text[from + 2] == '/');
  }

  /// Whether it is a number, a fraction, a percentage or a range of them.
  static boolean isFigure(byte[] text, int from, int end) {
    for (int at = from; at < end; at++) {
      if (!Ascii.isDigit(text[at]) && "/.%:-+".indexOf(text[at]) < 0) {
        return false;
      }
    }
    return true;
  }

  /// Whether it is how a program names a password: `user.getPassword`.
  static boolean isReference(byte[] text, int from, int end) {
    int word = end - "password".length();
    if (word <= from || !Ascii.is(text, word, end, "password")) {
      return false;
    }
    for (int at = from; at < word; at++) {
      if (!Ascii.isLetter(text[at]) && text[at] != '.' && text[at] != '_') {
        return false;
      }
    }
    return contains(text, from, word, '.');
  }

  /// Whether it ends as the names of pods do: two runs, as in `7d9f8b6c5d-x2x4z`.
  static boolean isPodName(byte[] text, int from, int end) {
    int hyphen = end - POD_SUFFIX - 1;
    if (hyphen <= from || text[hyphen] != '-' || !isLowerRun(text, hyphen + 1, end)) {
      return false;
    }
    int hash = hyphen;
    while (hash > from && text[hash - 1] != '-') {
      hash--;
    }
    return hyphen - hash <= MAX_POD_HASH
        && isLowerRun(text, hash, hyphen)
        && (hash == from || isLowerRun(text, from, hash - 1));
  }

  /// Whether it begins with words, none of them longer than words are, and without a digit.
  static boolean isWordy(byte[] text, int from, int end) {
    int most = Math.min(end, from + BEGINNING);
    int run = 0;
    for (int at = from; at < most; at++) {
      run = Ascii.isLetter(text[at]) ? run + 1 : 0;
      if (Ascii.isDigit(text[at]) || run > LONG_WORD) {
        return false;
      }
    }
    return end - from >= BEGINNING || run <= LONG_WORD;
  }

  static boolean isLowerRun(byte[] text, int from, int end) {
    for (int at = from; at < end; at++) {
      if (!Ascii.isDigit(text[at]) && !Ascii.isLower(text[at])) {
        return false;
      }
    }
    return true;
  }

  static boolean isRun(byte[] text, int from, int end) {
    for (int at = from; at < end; at++) {
      if (!Ascii.isAlphanumeric(text[at])) {
        return false;
      }
    }
    return true;
  }

  static boolean isNumber(byte[] text, int from, int end) {
    for (int at = from; at < end; at++) {
      if (!Ascii.isDigit(text[at])) {
        return false;
      }
    }
    return true;
  }

  static boolean hasDigit(byte[] text, int from, int end) {
    for (int at = from; at < end; at++) {
      if (Ascii.isDigit(text[at])) {
        return true;
      }
    }
    return false;
  }

  static boolean isLetters(byte[] text, int from, int end) {
    for (int at = from; at < end; at++) {
      if (!Ascii.isLetter(text[at])) {
        return false;
      }
    }
    return true;
  }

  static boolean contains(byte[] text, int from, int end, int sign) {
    for (int at = from; at < end; at++) {
      if (text[at] == sign) {
        return true;
      }
    }
    return false;
  }
}
