package dev.headgate.pipeline.process.regex;

/// An immutable set of byte values, 0 to 255.
public record ByteSet(long w0, long w1, long w2, long w3) {
  /// No value.
  public static final ByteSet NONE = new ByteSet(0, 0, 0, 0);

  /// Every byte of a character that is not ASCII.
  static final ByteSet HIGH = new ByteSet(0, 0, -1, -1);

  /// Every ASCII character.
  static final ByteSet ASCII = new ByteSet(-1, -1, 0, 0);

  /// One value.
  public static ByteSet of(int value) {
    return range(value, value);
  }

  /// The values from `lo` to `hi`.
  public static ByteSet range(int lo, int hi) {
    long[] words = new long[4];
    for (int value = lo; value <= hi; value++) {
      words[value >> 6] |= 1L << value;
    }
    return new ByteSet(words[0], words[1], words[2], words[3]);
  }

  /// Whether a value is in it.
  public boolean contains(int value) {
    long word =
        switch (value >> 6) {
          case 0 -> w0;
          case 1 -> w1;
          case 2 -> w2;
          default -> w3;
        };
    return ((word >>> value) & 1) != 0;
  }

  /// How many values are in it.
  public int size() {
    return Long.bitCount(w0) + Long.bitCount(w1) + Long.bitCount(w2) + Long.bitCount(w3);
  }

  /// The values of both.
  public ByteSet or(ByteSet other) {
    return new ByteSet(w0 | other.w0, w1 | other.w1, w2 | other.w2, w3 | other.w3);
  }

  /// The ASCII characters that are not in this set.
  ByteSet asciiComplement() {
    return new ByteSet(~w0, ~w1, 0, 0);
  }

  /// This set with the other case of every ASCII letter in it.
  ByteSet withBothCases() {
    // 'A' is bit 1 of the second word and 'a' bit 33: the letters of one case are 26 bits in a row.
    long letters = 0x07fffffeL;
    long folded = (w1 | (w1 >>> 32)) & letters;
    return new ByteSet(w0, w1 | folded | (folded << 32), w2, w3);
  }
}
