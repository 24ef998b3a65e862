package dev.headgate.pipeline.codec;

import java.util.Arrays;

/// A canonical Huffman code of limited length (RFC 1951, 3.2.2) for symbols that were counted.
/// Reusable.
///
/// **Threading:** confined to one thread.
final class HuffmanCode {
  /// How many bits of a code hold its length.
  static final int LENGTH_BITS = 4;

  static final int LENGTH_MASK = (1 << LENGTH_BITS) - 1;

  private static final int MAX_LENGTH = 15;
  private static final int SYMBOL_BITS = 10;
  private static final int SYMBOL_MASK = (1 << SYMBOL_BITS) - 1;

  private final int limit;
  private final int[] counts;
  private final byte[] lengths;
  private final int[] codes;
  private final long[] sorted;
  private final int[] work;
  private final int[] ofLength = new int[64];
  private final int[] nextCode = new int[MAX_LENGTH + 2];

  /// @param symbols how many there are
  /// @param limit the longest code
  HuffmanCode(int symbols, int limit) {
    this.limit = limit;
    this.counts = new int[symbols];
    this.lengths = new byte[symbols];
    this.codes = new int[symbols];
    this.sorted = new long[symbols];
    this.work = new int[symbols];
  }

  /// A code with given lengths.
  static HuffmanCode of(byte[] lengths) {
    HuffmanCode code = new HuffmanCode(lengths.length, MAX_LENGTH);
    System.arraycopy(lengths, 0, code.lengths, 0, lengths.length);
    code.assign();
    return code;
  }

  /// How often each symbol occurs; whoever counts, counts here.
  int[] counts() {
    return counts;
  }

  /// The bits of each symbol's code, 0 without one.
  byte[] lengths() {
    return lengths;
  }

  /// The code of each symbol, first bit lowest, and below it [#LENGTH_BITS] bits of its length.
  int[] codes() {
    return codes;
  }

  /// The bits that all counted symbols take.
  long bits() {
    long bits = 0;
    for (int symbol = 0; symbol < counts.length; symbol++) {
      bits += (long) counts[symbol] * lengths[symbol];
    }
    return bits;
  }

  /// How many symbols there are up to the last one with a code, but at least so many.
  int used(int least) {
    int used = lengths.length;
    while (used > least && lengths[used - 1] == 0) {
      used--;
    }
    return used;
  }

  /// Makes the best code for the counts. It has two symbols at least, as some readers want a
  /// complete code.
  void build() {
    int used = 0;
    for (int symbol = 0; symbol < counts.length; symbol++) {
      if (counts[symbol] > 0) {
        sorted[used++] = (long) counts[symbol] << SYMBOL_BITS | symbol;
      }
    }
    for (int symbol = 0; used < 2; symbol++) {
      if (counts[symbol] == 0) {
        sorted[used++] = symbol;
      }
    }
    Arrays.sort(sorted, 0, used);
    for (int i = 0; i < used; i++) {
      work[i] = (int) (sorted[i] >>> SYMBOL_BITS);
    }
    depths(work, used);
    limitLengths(used);
    Arrays.fill(lengths, (byte) 0);
    int at = used;
    // The rarest symbols stand first and get the longest codes.
    for (int length = 1; length <= limit; length++) {
      for (int i = ofLength[length]; i > 0; i--) {
        lengths[(int) sorted[--at] & SYMBOL_MASK] = (byte) length;
      }
    }
    assign();
  }

  /**
   * Turns counts in ascending order into the depths of their leaves, in place (Moffat and
   * Katajainen, "In-place calculation of minimum-redundancy codes", 1995).
   */
  private static void depths(int[] a, int n) {
    a[0] += a[1];
    int root = 0;
    int leaf = 2;
    for (int next = 1; next < n - 1; next++) {
      if (leaf >= n || a[root] < a[leaf]) {
        a[next] = a[root];
        a[root++] = next;
      } else {
        a[next] = a[leaf++];
      }
      if (leaf >= n || (root < next && a[root] < a[leaf])) {
        a[next] += a[root];
        a[root++] = next;
      } else {
        a[next] += a[leaf++];
      }
    }
    a[n - 2] = 0;
    for (int next = n - 3; next >= 0; next--) {
      a[next] = a[a[next]] + 1;
    }
    int available = 1;
    int depth = 0;
    root = n - 2;
    for (int next = n - 1; available > 0; depth++) {
      int inner = 0;
      while (root >= 0 && a[root] == depth) {
        inner++;
        root--;
      }
      for (; available > inner; available--) {
        a[next--] = depth;
      }
      available = 2 * inner;
    }
  }

  /** Counts codes by length, and shortens those that are too long at the cost of others. */
  private void limitLengths(int used) {
    Arrays.fill(ofLength, 0);
    for (int i = 0; i < used; i++) {
      ofLength[Math.min(work[i], limit)]++;
    }
    long taken = 0;
    for (int length = 1; length <= limit; length++) {
      taken += (long) ofLength[length] << (limit - length);
    }
    // Each turn gives two leaves the place of one that moves a level down: one unit less is taken.
    for (; taken > 1L << limit; taken--) {
      ofLength[limit]--;
      int length = limit - 1;
      while (ofLength[length] == 0) {
        length--;
      }
      ofLength[length]--;
      ofLength[length + 1] += 2;
    }
  }

  private void assign() {
    Arrays.fill(nextCode, 0);
    for (byte length : lengths) {
      nextCode[length + 1] += length == 0 ? 0 : 1;
    }
    // nextCode[n + 1] holds how many codes have n bits; from the shortest on it becomes the first.
    int code = 0;
    int shorter = 0;
    for (int length = 1; length <= MAX_LENGTH; length++) {
      code = (code + shorter) << 1;
      shorter = nextCode[length + 1];
      nextCode[length] = code;
    }
    for (int symbol = 0; symbol < lengths.length; symbol++) {
      int length = lengths[symbol];
      if (length > 0) {
        int bits = Integer.reverse(nextCode[length]++) >>> (32 - length);
        codes[symbol] = bits << LENGTH_BITS | length;
      }
    }
  }
}
