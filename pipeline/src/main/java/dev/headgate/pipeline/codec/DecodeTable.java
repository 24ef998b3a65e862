package dev.headgate.pipeline.codec;

import java.util.Arrays;

/// Decodes a canonical Huffman code (RFC 1951, 3.2.2) by looking at its next bits: one look for the
/// short codes, two for the others. Reusable.
///
/// **Threading:** confined to one thread.
final class DecodeTable {
  /*
   * An entry holds, from the lowest bit on: the length of the code (4 bits), how many extra bits
   * follow it (4 bits), its kind (3 bits), and from bit 16 on the literal or what the extra bits are
   * added to. The entry of a prefix that is longer codes' holds the bits that tell them apart as extra
   * bits, and where their entries begin. The entry of a literal holds how many literals there are as
   * extra bits: two whose codes one look sees together are decoded at once.
   */
  static final int LENGTH_MASK = 0xf;
  static final int EXTRA_SHIFT = 4;
  static final int KIND_MASK = 7 << 8;
  static final int VALUE_SHIFT = 16;

  static final int LITERAL = 0;
  static final int BASE = 1 << 8;
  static final int END = 2 << 8;
  static final int PREFIX = 3 << 8;
  static final int INVALID = 4 << 8;

  private static final int MAX_LENGTH = 15;

  private final int mostLookBits;
  private final int[] symbols;
  private final int[] counts = new int[MAX_LENGTH + 2];
  private int[] entries;
  private int lookBits;

  /// @param lookBits the longest codes that one look finds
  /// @param symbols the entry of each symbol but for the length of its code
  DecodeTable(int lookBits, int[] symbols) {
    this.mostLookBits = lookBits;
    this.lookBits = lookBits;
    this.symbols = symbols;
    this.entries = new int[2 << lookBits];
  }

  /// The kinds of literals and lengths.
  static int[] literals() {
    int[] symbols = new int[288];
    Arrays.fill(symbols, INVALID);
    for (int literal = 0; literal < 256; literal++) {
      symbols[literal] = literal << VALUE_SHIFT | LITERAL | 1 << EXTRA_SHIFT;
    }
    symbols[DeflateTables.END_OF_BLOCK] = END;
    for (int i = 257; i < DeflateTables.LITERALS_AND_LENGTHS; i++) {
      int base = DeflateTables.lengthBase(i - 257);
      symbols[i] = base << VALUE_SHIFT | BASE | DeflateTables.lengthExtra(i - 257) << EXTRA_SHIFT;
    }
    return symbols;
  }

  /// The kinds of distances.
  static int[] distances() {
    int[] symbols = new int[32];
    Arrays.fill(symbols, INVALID);
    for (int i = 0; i < DeflateTables.DISTANCES; i++) {
      int base = DeflateTables.distanceBase(i);
      symbols[i] = base << VALUE_SHIFT | BASE | DeflateTables.distanceExtra(i) << EXTRA_SHIFT;
    }
    return symbols;
  }

  /// The kinds of the lengths of codes: all of them literals.
  static int[] codeLengths() {
    int[] symbols = new int[DeflateTables.LENGTH_CODES];
    for (int i = 0; i < symbols.length; i++) {
      symbols[i] = i << VALUE_SHIFT | LITERAL;
    }
    return symbols;
  }

  /// How many bits one look takes; no more than the longest code of the table has, but for
  /// [#pairLiterals].
  int lookBits() {
    return lookBits;
  }

  /// By the next bits; behind those of one look, the entries of the second.
  int[] entries() {
    return entries;
  }

  /// Builds the table of the code with these lengths, and says whether it is one. As with zlib, a
  /// code is complete, or is none, or (`mayBeSingle`) has one symbol of one bit.
  boolean build(byte[] lengths, int from, int to, boolean mayBeSingle) {
    Arrays.fill(counts, 0);
    for (int i = from; i < to; i++) {
      counts[lengths[i]]++;
    }
    int longest = MAX_LENGTH;
    while (longest > 0 && counts[longest] == 0) {
      longest--;
    }
    // A code of short codes has a small table: who sends many of them must not make work of them.
    lookBits = Math.clamp(longest, 1, mostLookBits);
    if (longest == 0) {
      Arrays.fill(entries, 0, 1 << lookBits, INVALID | 1);
      return true;
    }
    int left = 1;
    for (int length = 1; length <= MAX_LENGTH; length++) {
      left = 2 * left - counts[length];
      if (left < 0) {
        return false;
      }
    }
    if (left > 0 && !(mayBeSingle && longest == 1)) {
      return false;
    }
    if (left > 0 || longest > lookBits) {
      Arrays.fill(entries, 0, 1 << lookBits, INVALID | 1);
    }
    firstCodes();
    int used = 1 << lookBits;
    for (int i = from; i < to; i++) {
      int length = lengths[i];
      if (length > 0) {
        used = put(counts[length]++, length, symbols[i - from] | length, used, longest);
      }
    }
    return true;
  }

  /// Joins literals whose codes one look sees together, which are all but a few where texts are
  /// decoded. The look is as wide for it as it can be, so that it pays for large blocks only.
  void pairLiterals() {
    for (; lookBits < mostLookBits; lookBits++) {
      System.arraycopy(entries, 0, entries, 1 << lookBits, 1 << lookBits);
    }
    int[] all = entries;
    int mask = (1 << lookBits) - 1;
    // From the last entry on: the second literal stands further in front and is still a single one.
    for (int look = mask; look > 0; look--) {
      int first = all[look];
      int length = first & LENGTH_MASK;
      int second = all[look >>> length];
      boolean literals = ((first | second) & KIND_MASK) == LITERAL;
      if (literals && length + (second & LENGTH_MASK) <= lookBits) {
        int values = (second >>> VALUE_SHIFT & 0xff) << 8 | first >>> VALUE_SHIFT;
        int bits = length + (second & LENGTH_MASK);
        all[look] = values << VALUE_SHIFT | 2 << EXTRA_SHIFT | bits;
      }
    }
  }

  /** Turns the counts into the first code of each length. */
  private void firstCodes() {
    counts[0] = 0;
    int code = 0;
    int shorter = 0;
    for (int length = 1; length <= MAX_LENGTH; length++) {
      code = (code + shorter) << 1;
      shorter = counts[length];
      counts[length] = code;
    }
  }

  private int put(int code, int length, int entry, int used, int longest) {
    int reversed = Integer.reverse(code) >>> (32 - length);
    if (length <= lookBits) {
      for (int at = reversed; at < 1 << lookBits; at += 1 << length) {
        entries[at] = entry;
      }
      return used;
    }
    int behind = used;
    int prefix = reversed & ((1 << lookBits) - 1);
    int bits = longest - lookBits;
    if ((entries[prefix] & KIND_MASK) != PREFIX) {
      entries[prefix] = used << VALUE_SHIFT | PREFIX | bits << EXTRA_SHIFT | lookBits;
      behind += 1 << bits;
      if (behind > entries.length) {
        entries = Arrays.copyOf(entries, Math.max(behind, 2 * entries.length));
      }
      Arrays.fill(entries, used, behind, INVALID | 1);
    }
    int start = entries[prefix] >>> VALUE_SHIFT;
    for (int at = reversed >>> lookBits; at < 1 << bits; at += 1 << (length - lookBits)) {
      entries[start + at] = entry - lookBits;
    }
    return behind;
  }
}
