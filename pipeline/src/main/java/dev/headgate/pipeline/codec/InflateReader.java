package dev.headgate.pipeline.codec;

import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.wire.MalformedInputException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Decodes deflate (RFC 1951), with the JDK's zlib as the measure of what is valid.
///
/// **Threading:** confined to one thread.
final class InflateReader {
  /*
   * Output goes into a buffer in which the last 32 KiB stay for copies; when it is full, what is new in
   * it is passed on. Input is taken eight bytes at a time. Behind its end come zeros, of which none may
   * have been used in the end; more than eight are never given out, so that a stream that was cut off
   * cannot go on.
   */
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int WINDOW_BYTES = DeflateTables.MAX_DISTANCE;
  private static final int FULL_BYTES = 3 * WINDOW_BYTES;
  private static final int SLACK_BYTES = DeflateTables.MAX_LENGTH + Long.BYTES;
  private static final int SYMBOL_BITS = 48;
  private static final int BRIEF_BYTES = 512;
  private static final String INVALID = "invalid deflate";
  private static final byte[] NOTHING = {};
  private static final Sink NOBODY = (_, _, _) -> {};
  // Never changed after they were built, and thus for all threads: building them took 2.7 us for
  // each
  // fixed block, of which an empty one is ten bits.
  private static final DecodeTable FIXED_LITERALS = new DecodeTable(9, DecodeTable.literals());
  private static final DecodeTable FIXED_DISTANCES = new DecodeTable(5, DecodeTable.distances());

  static {
    byte[] fixed = DeflateTables.fixedLengths();
    FIXED_LITERALS.build(fixed, 0, fixed.length, false);
    Arrays.fill(fixed, 0, 32, (byte) 5);
    FIXED_DISTANCES.build(fixed, 0, 32, false);
  }

  private final byte[] out = new byte[FULL_BYTES + SLACK_BYTES];
  private final DecodeTable literals = new DecodeTable(11, DecodeTable.literals());
  private final DecodeTable distances = new DecodeTable(9, DecodeTable.distances());
  private final DecodeTable codeLengths = new DecodeTable(7, DecodeTable.codeLengths());
  private final byte[] lengths = new byte[DeflateTables.LITERALS_AND_LENGTHS + 34];
  private byte[] in = NOTHING;
  private int inEnd;
  private int at;
  private long bits;
  private int bitCount;
  private int size;
  private int passedOn;
  // Whether the last dynamic block, be it of another stream, was too short to pair its literals.
  private boolean brief;
  private Sink sink = NOBODY;

  /// Takes what was decoded.
  @FunctionalInterface
  interface Sink {
    void take(byte[] bytes, int from, int to);
  }

  /// Decodes one stream that begins at an offset, and returns the offset behind it.
  ///
  /// @throws MalformedInputException when it is no valid deflate or is cut off
  int inflate(Bytes body, int from, Sink to) {
    in = body.array();
    inEnd = body.length();
    at = from;
    bits = 0;
    bitCount = 0;
    size = 0;
    passedOn = 0;
    sink = to;
    try {
      blocks();
      int end = at - (bitCount >>> 3);
      if (end > inEnd) {
        throw new MalformedInputException(inEnd, "deflate ends too early");
      }
      sink.take(out, passedOn, size);
      return end;
    } finally {
      in = NOTHING;
      sink = NOBODY;
    }
  }

  private void blocks() {
    boolean last = false;
    while (!last) {
      refill();
      last = take(1) != 0;
      switch (take(2)) {
        case 0 -> stored();
        case 1 -> symbols(FIXED_LITERALS, FIXED_DISTANCES);
        case 2 -> {
          int from = at;
          dynamic();
          symbols(literals, distances);
          brief = at - from < BRIEF_BYTES;
        }
        default -> throw invalid();
      }
    }
  }

  private MalformedInputException invalid() {
    return at - (bitCount >>> 3) >= inEnd
        ? new MalformedInputException(inEnd, "deflate ends too early")
        : new MalformedInputException(at - (bitCount >>> 3), INVALID);
  }

  /** At least 56 bits are there afterwards. */
  private void refill() {
    if (at <= inEnd - Long.BYTES) {
      bits |= (long) LONG.get(in, at) << bitCount;
      at += (63 - bitCount) >>> 3;
      bitCount |= 56;
    } else {
      refillSlowly();
    }
  }

  private void refillSlowly() {
    for (; bitCount < 56; bitCount += 8) {
      if (at < inEnd) {
        bits |= (in[at] & 0xffL) << bitCount;
      } else if (at - inEnd >= Long.BYTES) {
        throw new MalformedInputException(inEnd, "deflate ends too early");
      }
      at++;
    }
  }

  private int take(int count) {
    int value = (int) bits & ((1 << count) - 1);
    bits >>>= count;
    bitCount -= count;
    return value;
  }

  private void stored() {
    take(bitCount & 7);
    at -= bitCount >>> 3;
    bits = 0;
    bitCount = 0;
    if (at > inEnd - 4) {
      throw new MalformedInputException(inEnd, "deflate ends too early");
    }
    int count = (in[at] & 0xff) | (in[at + 1] & 0xff) << 8;
    int complement = (in[at + 2] & 0xff) | (in[at + 3] & 0xff) << 8;
    if ((count ^ 0xffff) != complement) {
      throw new MalformedInputException(at, INVALID);
    }
    at += 4;
    if (count > inEnd - at) {
      throw new MalformedInputException(inEnd, "deflate ends too early");
    }
    for (int left = count; left > 0; ) {
      makeRoom();
      int part = Math.min(left, FULL_BYTES - size);
      System.arraycopy(in, at, out, size, part);
      size += part;
      at += part;
      left -= part;
    }
  }

  private void dynamic() {
    int literalCount = take(5) + 257;
    int distanceCount = take(5) + 1;
    int codeCount = take(4) + 4;
    if (literalCount > DeflateTables.LITERALS_AND_LENGTHS
        || distanceCount > DeflateTables.DISTANCES) {
      throw invalid();
    }
    Arrays.fill(lengths, 0, DeflateTables.LENGTH_CODES, (byte) 0);
    for (int i = 0; i < codeCount; i++) {
      refill();
      lengths[DeflateTables.lengthCodeAt(i)] = (byte) take(3);
    }
    if (!codeLengths.build(lengths, 0, DeflateTables.LENGTH_CODES, false)) {
      throw invalid();
    }
    readLengths(literalCount + distanceCount);
    int total = literalCount + distanceCount;
    if (lengths[DeflateTables.END_OF_BLOCK] == 0
        || !literals.build(lengths, 0, literalCount, true)
        || !distances.build(lengths, literalCount, total, true)) {
      throw invalid();
    }
    if (!brief) {
      literals.pairLiterals();
    }
  }

  private void readLengths(int total) {
    int[] entries = codeLengths.entries();
    for (int i = 0; i < total; ) {
      refill();
      int entry = entries[(int) bits & ((1 << codeLengths.lookBits()) - 1)];
      if ((entry & DecodeTable.KIND_MASK) != DecodeTable.LITERAL) {
        throw invalid();
      }
      take(entry & DecodeTable.LENGTH_MASK);
      int symbol = entry >>> DecodeTable.VALUE_SHIFT;
      int length = symbol;
      int times = 1;
      switch (symbol) {
        case 16 -> {
          if (i == 0) {
            throw invalid();
          }
          length = lengths[i - 1];
          times = 3 + take(2);
        }
        case 17 -> {
          length = 0;
          times = 3 + take(3);
        }
        case 18 -> {
          length = 0;
          times = 11 + take(7);
        }
        default -> {}
      }
      if (times > total - i) {
        throw invalid();
      }
      Arrays.fill(lengths, i, i + times, (byte) length);
      i += times;
    }
  }

  /**
   * Decodes symbols up to the end of the block: the loop that all the time is spent in, with its
   * state in local variables.
   */
  private void symbols(DecodeTable literals, DecodeTable distances) {
    byte[] in = this.in;
    byte[] out = this.out;
    int[] literalEntries = literals.entries();
    int[] distanceEntries = distances.entries();
    int literalMask = (1 << literals.lookBits()) - 1;
    int distanceMask = (1 << distances.lookBits()) - 1;
    int fastTo = inEnd - Long.BYTES;
    int at = this.at;
    int size = this.size;
    long bits = this.bits;
    int bitCount = this.bitCount;
    while (true) {
      if (bitCount < SYMBOL_BITS) {
        if (at <= fastTo) {
          bits |= (long) LONG.get(in, at) << bitCount;
          at += (63 - bitCount) >>> 3;
          bitCount |= 56;
        } else {
          this.at = at;
          this.bits = bits;
          this.bitCount = bitCount;
          refillSlowly();
          at = this.at;
          bits = this.bits;
          bitCount = this.bitCount;
        }
      }
      if (size >= FULL_BYTES) {
        this.size = size;
        makeRoom();
        size = this.size;
      }
      int entry = literalEntries[(int) bits & literalMask];
      if ((entry & DecodeTable.KIND_MASK) == DecodeTable.PREFIX) {
        bits >>>= entry & DecodeTable.LENGTH_MASK;
        bitCount -= entry & DecodeTable.LENGTH_MASK;
        int more = entry >>> DecodeTable.EXTRA_SHIFT & 0xf;
        entry =
            literalEntries[(entry >>> DecodeTable.VALUE_SHIFT) + ((int) bits & ((1 << more) - 1))];
      }
      bits >>>= entry & DecodeTable.LENGTH_MASK;
      bitCount -= entry & DecodeTable.LENGTH_MASK;
      int kind = entry & DecodeTable.KIND_MASK;
      if (kind == DecodeTable.LITERAL) {
        SHORT.set(out, size, (short) (entry >>> DecodeTable.VALUE_SHIFT));
        size += entry >>> DecodeTable.EXTRA_SHIFT & 0xf;
        entry = literalEntries[(int) bits & literalMask];
        if ((entry & DecodeTable.KIND_MASK) == DecodeTable.LITERAL) {
          SHORT.set(out, size, (short) (entry >>> DecodeTable.VALUE_SHIFT));
          size += entry >>> DecodeTable.EXTRA_SHIFT & 0xf;
          bits >>>= entry & DecodeTable.LENGTH_MASK;
          bitCount -= entry & DecodeTable.LENGTH_MASK;
        }
        continue;
      }
      if (kind != DecodeTable.BASE) {
        this.at = at;
        this.size = size;
        this.bits = bits;
        this.bitCount = bitCount;
        if (kind == DecodeTable.END) {
          return;
        }
        throw invalid();
      }
      int extra = entry >>> DecodeTable.EXTRA_SHIFT & 0xf;
      int length = (entry >>> DecodeTable.VALUE_SHIFT) + ((int) bits & ((1 << extra) - 1));
      bits >>>= extra;
      bitCount -= extra;
      entry = distanceEntries[(int) bits & distanceMask];
      if ((entry & DecodeTable.KIND_MASK) == DecodeTable.PREFIX) {
        bits >>>= entry & DecodeTable.LENGTH_MASK;
        bitCount -= entry & DecodeTable.LENGTH_MASK;
        int more = entry >>> DecodeTable.EXTRA_SHIFT & 0xf;
        entry =
            distanceEntries[(entry >>> DecodeTable.VALUE_SHIFT) + ((int) bits & ((1 << more) - 1))];
      }
      bits >>>= entry & DecodeTable.LENGTH_MASK;
      bitCount -= entry & DecodeTable.LENGTH_MASK;
      extra = entry >>> DecodeTable.EXTRA_SHIFT & 0xf;
      int distance = (entry >>> DecodeTable.VALUE_SHIFT) + ((int) bits & ((1 << extra) - 1));
      bits >>>= extra;
      bitCount -= extra;
      if ((entry & DecodeTable.KIND_MASK) != DecodeTable.BASE || distance > size) {
        this.at = at;
        this.bitCount = bitCount;
        throw invalid();
      }
      copy(out, size, distance, length);
      size += length;
    }
  }

  /** Copies from so far back; up to seven bytes behind the copy are overwritten. */
  private static void copy(byte[] out, int size, int distance, int length) {
    int to = size + length;
    if (distance >= Long.BYTES) {
      for (int at = size; at < to; at += Long.BYTES) {
        LONG.set(out, at, (long) LONG.get(out, at - distance));
      }
    } else {
      for (int at = size; at < to; at++) {
        out[at] = out[at - distance];
      }
    }
  }

  /** Passes on what is new when the buffer is full, and moves its last 32 KiB to the front. */
  private void makeRoom() {
    if (size >= FULL_BYTES) {
      sink.take(out, passedOn, size);
      System.arraycopy(out, size - WINDOW_BYTES, out, 0, WINDOW_BYTES);
      size = WINDOW_BYTES;
      passedOn = WINDOW_BYTES;
    }
  }
}
