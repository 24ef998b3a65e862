package dev.headgate.pipeline.codec;

import java.util.Arrays;

/// The head of a dynamic block: the lengths of its two codes, run by run, in a code of their own
/// (RFC 1951, 3.2.7).
///
/// **Threading:** confined to one thread.
final class CodeLengths {
  private static final int REPEAT = 16;
  private static final int ZEROS = 17;
  private static final int MANY_ZEROS = 18;
  private static final int SYMBOL_BITS = 5;
  private static final int COUNT_BITS = 5 + 5 + 4;

  private final HuffmanCode code = new HuffmanCode(DeflateTables.LENGTH_CODES, 7);
  private final byte[] lengths =
      new byte[DeflateTables.LITERALS_AND_LENGTHS + DeflateTables.DISTANCES];
  // Symbols with what their extra bits hold above.
  private final int[] runs = new int[lengths.length];
  private int usedLiterals;
  private int usedDistances;
  private int runCount;

  /// Reads the lengths of two codes.
  void of(HuffmanCode literals, HuffmanCode distances) {
    usedLiterals = literals.used(DeflateTables.END_OF_BLOCK + 1);
    usedDistances = distances.used(1);
    System.arraycopy(literals.lengths(), 0, lengths, 0, usedLiterals);
    System.arraycopy(distances.lengths(), 0, lengths, usedLiterals, usedDistances);
    Arrays.fill(code.counts(), 0);
    runCount = 0;
    int total = usedLiterals + usedDistances;
    for (int from = 0; from < total; ) {
      int to = from + 1;
      while (to < total && lengths[to] == lengths[from]) {
        to++;
      }
      run(lengths[from], to - from);
      from = to;
    }
    code.build();
  }

  private void run(int length, int count) {
    int left = count;
    if (length == 0) {
      for (; left >= 11; left -= Math.min(left, 138)) {
        add(MANY_ZEROS, Math.min(left, 138) - 11);
      }
      if (left >= 3) {
        add(ZEROS, left - 3);
        left = 0;
      }
    } else if (left >= 4) {
      add(length, 0);
      for (left--; left >= 3; left -= Math.min(left, 6)) {
        add(REPEAT, Math.min(left, 6) - 3);
      }
    }
    for (; left > 0; left--) {
      add(length, 0);
    }
  }

  private void add(int symbol, int extra) {
    runs[runCount++] = extra << SYMBOL_BITS | symbol;
    code.counts()[symbol]++;
  }

  private static int extraBits(int symbol) {
    return switch (symbol) {
      case REPEAT -> 2;
      case ZEROS -> 3;
      case MANY_ZEROS -> 7;
      default -> 0;
    };
  }

  private int usedCodes() {
    int used = DeflateTables.LENGTH_CODES;
    while (used > 4 && code.lengths()[DeflateTables.lengthCodeAt(used - 1)] == 0) {
      used--;
    }
    return used;
  }

  /// How many bits it takes.
  long bits() {
    long bits = COUNT_BITS + 3L * usedCodes() + code.bits();
    for (int symbol = REPEAT; symbol <= MANY_ZEROS; symbol++) {
      bits += (long) code.counts()[symbol] * extraBits(symbol);
    }
    return bits;
  }

  /// Writes it.
  void writeTo(BitWriter out) {
    int usedCodes = usedCodes();
    out.add(usedLiterals - 257, 5);
    out.add(usedDistances - 1, 5);
    out.add(usedCodes - 4, 4);
    out.flush();
    for (int i = 0; i < usedCodes; i++) {
      out.add(code.lengths()[DeflateTables.lengthCodeAt(i)], 3);
      out.flush();
    }
    for (int i = 0; i < runCount; i++) {
      int symbol = runs[i] & (1 << SYMBOL_BITS) - 1;
      out.code(code.codes()[symbol]);
      out.add(runs[i] >>> SYMBOL_BITS, extraBits(symbol));
      out.flush();
    }
  }
}
