package dev.headgate.pipeline.process.secrets;

import dev.headgate.pipeline.process.regex.ByteSet;

/// Questions about bytes of a text.
final class Ascii {
  private Ascii() {}

  /// Letters, digits and some signs.
  static ByteSet letters(String signs) {
    ByteSet set = ByteSet.range('0', '9').or(ByteSet.range('A', 'Z')).or(ByteSet.range('a', 'z'));
    for (int i = 0; i < signs.length(); i++) {
      set = set.or(ByteSet.of(signs.charAt(i)));
    }
    return set;
  }

  static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  static boolean isLetter(int c) {
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
  }

  static boolean isUpper(int c) {
    return c >= 'A' && c <= 'Z';
  }

  static boolean isLower(int c) {
    return c >= 'a' && c <= 'z';
  }

  static boolean isAlphanumeric(int c) {
    return isDigit(c) || isLetter(c);
  }

  static boolean isHex(int c) {
    return isDigit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
  }

  static boolean isSpace(int c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
  }

  /// Whether a word may begin at `at`: behind what is no letter or digit, or behind an escape such
  /// as `\n` or `%3D`.
  static boolean beginsWord(byte[] text, int from, int at) {
    if (at == from || !isAlphanumeric(text[at - 1])) {
      return true;
    }
    if (at - from >= 2 && text[at - 2] == '\\') {
      return text[at - 1] == 'n' || text[at - 1] == 'r' || text[at - 1] == 't';
    }
    return at - from >= 3 && text[at - 3] == '%' && isHex(text[at - 2]) && isHex(text[at - 1]);
  }

  /// Whether at least so many different bytes stand in `text[from, to)`.
  static boolean distinct(byte[] text, int from, int to, int count) {
    long low = 0;
    long high = 0;
    for (int at = from; at < to; at++) {
      int b = text[at] & 0x7f;
      if (b < 64) {
        low |= 1L << b;
      } else {
        high |= 1L << b;
      }
    }
    return Long.bitCount(low) + Long.bitCount(high) >= count;
  }

  /// Whether `text[from, to)` begins with a word in lower case, however it is spelt there.
  static boolean startsWith(byte[] text, int from, int to, String word) {
    if (word.length() > to - from) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      int c = text[from + i];
      if ((isUpper(c) ? c | 0x20 : c) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /// Whether `text[from, to)` is a word in lower case, however it is spelt there.
  static boolean is(byte[] text, int from, int to, String word) {
    return word.length() == to - from && startsWith(text, from, to, word);
  }
}
