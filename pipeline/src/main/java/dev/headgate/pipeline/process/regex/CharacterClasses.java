package dev.headgate.pipeline.process.regex;

import org.jspecify.annotations.Nullable;

/// The named classes of RE2, all of them ASCII.
final class CharacterClasses {
  private static final ByteSet DIGIT = ByteSet.range('0', '9');
  private static final ByteSet UPPER = ByteSet.range('A', 'Z');
  private static final ByteSet LOWER = ByteSet.range('a', 'z');
  private static final ByteSet ALNUM = DIGIT.or(UPPER).or(LOWER);
  private static final ByteSet WORD = ALNUM.or(ByteSet.of('_'));
  private static final ByteSet BLANK = ByteSet.of('\t').or(ByteSet.of(' '));

  private CharacterClasses() {}

  /// The class of `\d`, `\s` or `\w`, or null for another letter.
  static @Nullable ByteSet perl(int letter) {
    return switch (letter) {
      case 'd' -> DIGIT;
      case 's' -> BLANK.or(ByteSet.range('\n', '\n')).or(ByteSet.range('\f', '\r'));
      case 'w' -> WORD;
      default -> null;
    };
  }

  /// The class of `[:name:]`, or null for another name.
  static @Nullable ByteSet posix(String name) {
    return switch (name) {
      case "alnum" -> ALNUM;
      case "alpha" -> UPPER.or(LOWER);
      case "ascii" -> ByteSet.ASCII;
      case "blank" -> BLANK;
      case "cntrl" -> ByteSet.range(0, 0x1f).or(ByteSet.of(0x7f));
      case "digit" -> DIGIT;
      case "graph" -> ByteSet.range('!', '~');
      case "lower" -> LOWER;
      case "print" -> ByteSet.range(' ', '~');
      case "punct" ->
          ByteSet.range('!', '/')
              .or(ByteSet.range(':', '@'))
              .or(ByteSet.range('[', '`'))
              .or(ByteSet.range('{', '~'));
      case "space" -> ByteSet.range('\t', '\r').or(ByteSet.of(' '));
      case "upper" -> UPPER;
      case "word" -> WORD;
      case "xdigit" -> DIGIT.or(ByteSet.range('A', 'F')).or(ByteSet.range('a', 'f'));
      default -> null;
    };
  }
}
