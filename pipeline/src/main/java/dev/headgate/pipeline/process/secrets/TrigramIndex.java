package dev.headgate.pipeline.process.secrets;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// The literals of all rules, found by three bytes of each: one pass over a text, a shift and a
/// look into 4 KiB a byte.
///
/// **Threading:** immutable; any thread.
final class TrigramIndex {
  /*
   * Bytes are folded into 32 classes: a letter in both cases, all digits, four common signs, the others.
   * Three classes in a row make a number of 15 bits, and a bit in a table says whether some literal has
   * these three at the place by which it is found. Literals are compared by class too; what the case or
   * the sign has to be, the rule tells. A run of digits is looked at once, at its beginning.
   */
  private static final int DIGIT = 26;
  private static final int UNDERSCORE = 27;
  private static final int HYPHEN = 28;
  private static final int DOT = 29;
  private static final int SIGN = 30;
  private static final int OTHER = 31;
  private static final int MASK = 0x7fff;
  private static final int DIGITS = DIGIT << 10 | DIGIT << 5 | DIGIT;

  /// Letters by how often they stand in log lines, the most common first; digits count as such.
  private static final String COMMON = "etaoinsrlcdupmghfbyvwkxjqz";

  private static final byte[] CLASS_OF = classes();

  private final long[] present = new long[(MASK + 1) / 64];
  private final int[] before = new int[present.length];
  private final Literal[][] literals;

  /// A literal of a rule.
  ///
  /// @param classes the classes of its bytes
  /// @param found which byte of it is the last of the three by which it is found
  /// @param rule the number of its rule
  record Literal(byte[] classes, int found, int rule) {
    int trigram() {
      return classes[found - 2] << 10 | classes[found - 1] << 5 | classes[found];
    }

    int length() {
      return classes.length;
    }

    /// Where it begins in `text[from, to)` when the three bytes end at `at`, or -1 when it is not
    /// there.
    int start(byte[] text, int from, int to, int at) {
      int start = at - found;
      if (start < from || classes.length > to - start) {
        return -1;
      }
      for (int i = 0; i < classes.length; i++) {
        if (CLASS_OF[text[start + i] & 0xff] != classes[i]) {
          return -1;
        }
      }
      return start;
    }
  }

  /// Indexes the literals of rules.
  TrigramIndex(List<SecretRule> rules) {
    List<Literal> all = new ArrayList<>();
    for (int rule = 0; rule < rules.size(); rule++) {
      for (byte[] literal : rules.get(rule).literals()) {
        byte[] classes = fold(literal);
        all.add(new Literal(classes, rarest(classes), rule));
      }
    }
    all.sort(Comparator.comparingInt(Literal::trigram));
    for (Literal literal : all) {
      present[literal.trigram() >> 6] |= 1L << literal.trigram();
    }
    int count = 0;
    for (int i = 0; i < present.length; i++) {
      before[i] = count;
      count += Long.bitCount(present[i]);
    }
    literals = new Literal[count][];
    for (int from = 0; from < all.size(); ) {
      int trigram = all.get(from).trigram();
      int to = from;
      while (to < all.size() && all.get(to).trigram() == trigram) {
        to++;
      }
      literals[slot(trigram)] = all.subList(from, to).toArray(Literal[]::new);
      from = to;
    }
  }

  /// The first offset from `at` on at which the last of three bytes of a literal may stand; `to`
  /// when there is none.
  ///
  /// @param from where the text begins, at least two before `at`
  int next(byte[] text, int from, int at, int to) {
    long[] bits = present;
    byte[] classOf = CLASS_OF;
    if (at >= to) {
      return to;
    }
    int trigram = classOf[text[at - 2] & 0xff] << 5 | classOf[text[at - 1] & 0xff];
    for (int i = at; i < to; i++) {
      trigram = (trigram << 5 | classOf[text[i] & 0xff]) & MASK;
      if ((bits[trigram >> 6] >>> trigram & 1) != 0
          && (trigram != DIGITS || i - 3 < from || classOf[text[i - 3] & 0xff] != DIGIT)) {
        return i;
      }
    }
    return to;
  }

  /// The literals that are found by the three bytes that end at `at`, which [#next] has returned.
  Literal[] found(byte[] text, int at) {
    return literals[
        slot(
            CLASS_OF[text[at - 2] & 0xff] << 10
                | CLASS_OF[text[at - 1] & 0xff] << 5
                | CLASS_OF[text[at] & 0xff])];
  }

  private int slot(int trigram) {
    long below = present[trigram >> 6] & ((1L << trigram) - 1);
    return before[trigram >> 6] + Long.bitCount(below);
  }

  private static byte[] fold(byte[] literal) {
    if (literal.length < 3) {
      throw new IllegalArgumentException(
          "literal: " + literal.length + " bytes (expected: 3 or more)");
    }
    byte[] classes = new byte[literal.length];
    for (int i = 0; i < literal.length; i++) {
      classes[i] = CLASS_OF[literal[i] & 0xff];
    }
    return classes;
  }

  /// The end of the three classes in a row that stand in texts most rarely.
  private static int rarest(byte[] classes) {
    int best = 2;
    for (int found = 3; found < classes.length; found++) {
      if (rarity(classes, found) > rarity(classes, best)) {
        best = found;
      }
    }
    return best;
  }

  private static int rarity(byte[] classes, int found) {
    int first = classes[found - 2];
    int second = classes[found - 1];
    int third = classes[found];
    // Found at the beginning of a run only, and common.
    boolean digits = first == DIGIT && second == DIGIT && third == DIGIT;
    return digits ? -1 : rarity(first) + rarity(second) + rarity(third);
  }

  private static int rarity(int byteClass) {
    if (byteClass < DIGIT) {
      return COMMON.indexOf('a' + byteClass);
    }
    return byteClass == DIGIT ? 0 : byteClass == UNDERSCORE ? 20 : 10;
  }

  private static byte[] classes() {
    byte[] classes = new byte[256];
    Arrays.fill(classes, (byte) OTHER);
    for (int c = 'a'; c <= 'z'; c++) {
      classes[c] = (byte) (c - 'a');
      classes[c - 'a' + 'A'] = (byte) (c - 'a');
    }
    for (int c = '0'; c <= '9'; c++) {
      classes[c] = DIGIT;
    }
    classes['_'] = UNDERSCORE;
    classes['-'] = HYPHEN;
    classes['.'] = DOT;
    for (char c : "/:=$~+@".toCharArray()) {
      classes[c] = SIGN;
    }
    return classes;
  }
}
