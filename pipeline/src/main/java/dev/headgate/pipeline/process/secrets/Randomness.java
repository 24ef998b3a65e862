package dev.headgate.pipeline.process.secrets;

/// Tells values that a generator made from words, names and numbers.
final class Randomness {
  /// Letters and digits mixed once suffice, as in `abcd1234`.
  static final int LENIENT = 0;

  /// A part of the value has to be dense: letters and digits that alternate, or a run that no word
  /// is as long as.
  static final int STRICT = 1;

  /*
   * A value is cut into runs of letters and digits. Names in logs are made of plain runs: words, short
   * numbers, a word with a short number. A dense run is what no such name has. How far a value is looked
   * at is bounded; what is dense in its first part is dense.
   */
  private static final int MAX_LOOK = 256;
  private static final int MIN_DISTINCT = 5;
  private static final int DENSE_RUN = 8;
  private static final int DENSE_IN_ALL = 12;
  private static final int LONG_MIX = 13;
  private static final int MIXED_IN_ALL = 16;
  private static final int LONG_WORD = 20;
  private static final int LONG_NUMBER = 16;
  private static final double SHORT_HUMP = 3.3;
  private static final double LONG_HUMP = 14;

  private Randomness() {}

  /// Whether `text[from, to)` looks as if a generator had made it.
  ///
  /// @param min the least length
  /// @param how [#LENIENT] or [#STRICT]
  static boolean looksRandom(byte[] text, int from, int to, int min, int how) {
    int end = Math.min(to, from + MAX_LOOK);
    if (to - from < min || !Ascii.distinct(text, from, end, MIN_DISTINCT)) {
      return false;
    }
    int dense = 0;
    int mixed = 0;
    int densest = 0;
    int letters = 0;
    int digits = 0;
    int at = from;
    while (at < end) {
      if (!Ascii.isAlphanumeric(text[at])) {
        at++;
        continue;
      }
      int run = at;
      int changes = 0;
      int runLetters = 0;
      while (at < end && Ascii.isAlphanumeric(text[at])) {
        boolean digit = Ascii.isDigit(text[at]);
        runLetters += digit ? 0 : 1;
        changes += at > run && digit != Ascii.isDigit(text[at - 1]) ? 1 : 0;
        at++;
      }
      letters += runLetters;
      digits += at - run - runLetters;
      mixed += changes > 0 ? at - run : 0;
      if (isDense(text, run, at, runLetters, changes)) {
        dense += at - run;
        densest = Math.max(densest, at - run);
      }
    }
    if (how == LENIENT && letters > 0 && digits > 0 && letters + digits >= (to - from) / 2) {
      return true;
    }
    return densest >= DENSE_RUN
        || dense >= DENSE_IN_ALL
        || mixed >= MIXED_IN_ALL
        || isUuid(text, from, to);
  }

  private static boolean isDense(byte[] text, int from, int to, int letters, int changes) {
    int length = to - from;
    if (letters == 0) {
      return length >= LONG_NUMBER;
    }
    if (letters == length) {
      return length >= LONG_WORD && !isCamel(text, from, to);
    }
    return changes >= 2 || length >= LONG_MIX;
  }

  /// Whether capitals stand as in a name of several words.
  private static boolean isCamel(byte[] text, int from, int to) {
    int turns = 0;
    for (int at = from + 1; at < to; at++) {
      boolean upper = Ascii.isUpper(text[at]);
      turns += upper != Ascii.isUpper(text[at - 1]) ? 1 : 0;
    }
    int length = to - from;
    double word = length / (1 + turns / 2.0);
    return turns > 0 && word >= SHORT_HUMP && word <= LONG_HUMP;
  }

  /// Whether it is a UUID (RFC 9562), be its digits hexadecimal or not.
  static boolean isUuid(byte[] text, int from, int to) {
    if (to - from != 36) {
      return false;
    }
    for (int i = 0; i < 36; i++) {
      boolean hyphen = i == 8 || i == 13 || i == 18 || i == 23;
      if (hyphen ? text[from + i] != '-' : !Ascii.isAlphanumeric(text[from + i])) {
        return false;
      }
    }
    return true;
  }
}
