package dev.headgate.pipeline.codec;

/// The alphabets of deflate (RFC 1951, 3.2.5 to 3.2.7).
final class DeflateTables {
  static final int MAX_DISTANCE = 1 << 15;
  static final int MAX_LENGTH = 258;
  static final int END_OF_BLOCK = 256;
  static final int LITERALS_AND_LENGTHS = 286;
  static final int DISTANCES = 30;
  static final int LENGTH_CODES = 19;

  private static final int[] LENGTH_BASE = {
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
    163, 195, 227, 258
  };
  private static final byte[] LENGTH_EXTRA = {
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0
  };
  private static final byte[] LENGTH_CODE_ORDER = {
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15
  };
  private static final byte[] LENGTH_SYMBOL = new byte[MAX_LENGTH + 1];
  private static final byte[] FIXED_LENGTHS = new byte[288];

  static {
    for (int symbol = 0; symbol < LENGTH_BASE.length; symbol++) {
      for (int length = LENGTH_BASE[symbol]; length <= MAX_LENGTH; length++) {
        LENGTH_SYMBOL[length] = (byte) symbol;
      }
    }
    for (int symbol = 0; symbol < FIXED_LENGTHS.length; symbol++) {
      FIXED_LENGTHS[symbol] = (byte) (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8);
    }
  }

  private DeflateTables() {}

  /// Which of the 29 length symbols (from 0) a length of 3 to 258 has.
  static int lengthSymbol(int length) {
    return LENGTH_SYMBOL[length];
  }

  /// The shortest length of a symbol (from 0).
  static int lengthBase(int symbol) {
    return LENGTH_BASE[symbol];
  }

  /// How many bits follow a length symbol (from 0).
  static int lengthExtra(int symbol) {
    return LENGTH_EXTRA[symbol];
  }

  /// Which symbol a distance from 1 on has.
  static int distanceSymbol(int distance) {
    int less = distance - 1;
    if (less < 4) {
      return less;
    }
    int highest = 31 - Integer.numberOfLeadingZeros(less);
    return 2 * highest + (less >>> (highest - 1) & 1);
  }

  /// The shortest distance of a symbol.
  static int distanceBase(int symbol) {
    return symbol < 4 ? symbol + 1 : ((2 | (symbol & 1)) << distanceExtra(symbol)) + 1;
  }

  /// How many bits follow a distance symbol.
  static int distanceExtra(int symbol) {
    return symbol < 4 ? 0 : symbol / 2 - 1;
  }

  /// In which order the lengths of the codes of lengths stand.
  static int lengthCodeAt(int index) {
    return LENGTH_CODE_ORDER[index];
  }

  /// The lengths of the fixed code of literals and lengths; the fixed distances have five bits
  /// each.
  static byte[] fixedLengths() {
    return FIXED_LENGTHS.clone();
  }
}
