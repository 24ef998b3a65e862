package dev.headgate.pipeline.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Output of bits, the lowest first, as deflate has them (RFC 1951, 3.1.1). Who writes reserves
/// room first, and flushes before more than 56 bits are open.
///
/// **Threading:** confined to one thread.
final class BitWriter {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int START_BYTES = 1 << 14;
  private static final int KEEP_BYTES = 1 << 20;

  private byte[] out = new byte[START_BYTES];
  private int size;
  private long open;
  private int openBits;

  /// Starts an output.
  void reset() {
    size = 0;
    open = 0;
    openBits = 0;
  }

  /// Makes room for so many more bits.
  void reserve(long bits) {
    long needed = size + (bits + openBits) / 8 + 2 * Long.BYTES;
    if (needed > out.length) {
      out = Arrays.copyOf(out, Math.toIntExact(Math.max(needed, 2L * out.length)));
    }
  }

  /// Adds bits that are open until the next [#flush].
  void add(long bits, int count) {
    open |= bits << openBits;
    openBits += count;
  }

  /// Adds and flushes the codes of bytes. With its fields in local variables this loop takes half
  /// of the time.
  ///
  /// @param codes by byte: the bits of the code above [HuffmanCode#LENGTH_BITS] bits of its length
  void codes(byte[] source, int from, int to, int[] codes) {
    byte[] out = this.out;
    long open = this.open;
    int openBits = this.openBits;
    int size = this.size;
    int at = from;
    while (at < to) {
      // Three codes of at most 15 bits and the seven bits that a flush may leave.
      for (int three = Math.min(to, at + 3); at < three; at++) {
        int code = codes[source[at] & 0xff];
        open |= (long) (code >>> HuffmanCode.LENGTH_BITS) << openBits;
        openBits += code & HuffmanCode.LENGTH_MASK;
      }
      LONG.set(out, size, open);
      size += openBits >>> 3;
      open >>>= openBits & ~7;
      openBits &= 7;
    }
    this.open = open;
    this.openBits = openBits;
    this.size = size;
  }

  /// Adds a code.
  void code(int code) {
    add(code >>> HuffmanCode.LENGTH_BITS, code & HuffmanCode.LENGTH_MASK);
  }

  /// Writes the open bits but for those of a byte that is not full.
  void flush() {
    LONG.set(out, size, open);
    size += openBits >>> 3;
    open >>>= openBits & ~7;
    openBits &= 7;
  }

  /// Fills the last byte with zeros.
  void align() {
    openBits = (openBits + 7) & ~7;
    flush();
  }

  /// Adds whole bytes; the output is aligned and has room.
  void bytes(byte[] source, int from, int to) {
    System.arraycopy(source, from, out, size, to - from);
    size += to - from;
  }

  /// What was flushed, until the next output.
  Written written() {
    return new Written(out, size);
  }

  /// Keeps no large array, for the next output may be long in coming.
  void letGo() {
    if (out.length > KEEP_BYTES) {
      out = new byte[START_BYTES];
    }
  }
}
