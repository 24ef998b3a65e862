package dev.headgate.pipeline.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Appends protobuf to a growing array that is kept between uses.
///
/// **Threading:** confined to one thread.
public final class WireWriter {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int SMALL = 128;

  /** What an edit may add to any message. */
  private static final int FREE_GROWTH_BYTES = 4 << 20;

  private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

  private int maxBytes;
  private byte[] buffer;
  private int size;

  /// Creates an unbounded writer (up to the largest array).
  public WireWriter(int initialBytes) {
    this(initialBytes, LARGEST_ARRAY);
  }

  /// Creates a writer that throws [OutputLimitException] instead of growing beyond `maxBytes`.
  public WireWriter(int initialBytes, int maxBytes) {
    this.buffer = new byte[initialBytes];
    this.maxBytes = maxBytes;
  }

  /// Starts over; an array larger than `keepBytes` is given back.
  public void reset(int keepBytes) {
    if (buffer.length > keepBytes) {
      buffer = new byte[keepBytes];
    }
    size = 0;
  }

  /// Starts over as [#reset(int)] does, for the edit of a message: what is made of it may be twice
  /// as long and 4 MiB longer, or a million empty messages could become large ones.
  ///
  /// @param sourceBytes the length of the message
  public void resetForEdit(int keepBytes, int sourceBytes) {
    reset(keepBytes);
    maxBytes = (int) Math.min(LARGEST_ARRAY, 2L * sourceBytes + FREE_GROWTH_BYTES);
  }

  /// Starts over in another array, and returns the one that it had.
  byte[] exchange(byte[] array) {
    byte[] before = buffer;
    buffer = array;
    size = 0;
    return before;
  }

  /// Starts over and keeps the array.
  public void clear() {
    size = 0;
  }

  /// The bytes written so far.
  public int size() {
    return size;
  }

  /// The array behind the writer; valid until the next write.
  public byte[] array() {
    return buffer;
  }

  /// Forgets everything from `newSize` on.
  public void truncate(int newSize) {
    size = newSize;
  }

  /// A copy of what was written, of exactly its length.
  public byte[] toByteArray() {
    return Arrays.copyOf(buffer, size);
  }

  /// Appends a tag.
  public void writeTag(int field, int wireType) {
    writeVarint(Integer.toUnsignedLong(WireType.tag(field, wireType)));
  }

  /// Appends a varint.
  public void writeVarint(long value) {
    ensure(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      buffer[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    buffer[size++] = (byte) rest;
  }

  /// Appends four bytes, little-endian.
  public void writeFixed32(int value) {
    ensure(4);
    INT.set(buffer, size, value);
    size += 4;
  }

  /// Appends eight bytes, little-endian.
  public void writeFixed64(long value) {
    ensure(8);
    LONG.set(buffer, size, value);
    size += 8;
  }

  /// Appends one byte.
  public void writeByte(int value) {
    ensure(1);
    buffer[size++] = (byte) value;
  }

  /// Appends the first `digits` hex digits, in lower case, of the 16 that a number has.
  public void writeHex(long value, int digits) {
    ensure(16);
    LONG.set(buffer, size, hex(value >>> 32));
    LONG.set(buffer, size + 8, hex(value & 0xffffffffL));
    size += digits;
  }

  /** The eight digits of 32 bits as ASCII, the first one in the lowest byte. */
  private static long hex(long bits) {
    long spread = (bits | bits << 16) & 0x0000ffff0000ffffL;
    spread = (spread | spread << 8) & 0x00ff00ff00ff00ffL;
    spread = (spread | spread << 4) & 0x0f0f0f0f0f0f0f0fL;
    long letters = (spread + 0x0606060606060606L) >>> 4 & 0x0101010101010101L;
    return Long.reverseBytes(spread + 0x3030303030303030L + letters * ('a' - '0' - 10));
  }

  /// Appends `source[from, to)` as it is.
  public void writeRaw(byte[] source, int from, int to) {
    int length = to - from;
    ensure(length);
    if (length >= 8 && length <= 16) {
      // Half of all runs are as short: two overlapping moves instead of a call.
      LONG.set(buffer, size, (long) LONG.get(source, from));
      LONG.set(buffer, size + length - 8, (long) LONG.get(source, to - 8));
    } else {
      System.arraycopy(source, from, buffer, size, length);
    }
    size += length;
  }

  /// Replaces one byte that was written.
  public void set(int at, int value) {
    buffer[at] = (byte) value;
  }

  /// Appends a length-delimited field.
  public void writeBytesField(int field, byte[] source, int from, int to) {
    writeTag(field, WireType.LENGTH_DELIMITED);
    writeVarint(to - from);
    writeRaw(source, from, to);
  }

  /// Appends a string field.
  public void writeStringField(int field, String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    writeBytesField(field, utf8, 0, utf8.length);
  }

  /// Leaves room for a length that [#endLength] fills in: a padded varint, which every parser
  /// takes.
  ///
  /// @return the mark to give to [#endLength]
  public int beginLength() {
    ensure(5);
    int mark = size;
    size += 5;
    return mark;
  }

  /// Fills in the length of what was written since the mark. Small bodies are moved up so that
  /// their length takes one byte; larger ones keep five.
  public void endLength(int mark) {
    int body = mark + 5;
    int length = size - body;
    if (length < SMALL) {
      buffer[mark] = (byte) length;
      System.arraycopy(buffer, body, buffer, mark + 1, length);
      size -= 4;
      return;
    }
    buffer[mark] = (byte) (length | 0x80);
    buffer[mark + 1] = (byte) (length >>> 7 | 0x80);
    buffer[mark + 2] = (byte) (length >>> 14 | 0x80);
    buffer[mark + 3] = (byte) (length >>> 21 | 0x80);
    buffer[mark + 4] = (byte) (length >>> 28);
  }

  private void ensure(int more) {
    if (more > buffer.length - size) {
      grow(more);
    }
  }

  private void grow(int more) {
    long needed = (long) size + more;
    if (needed > maxBytes) {
      throw new OutputLimitException(maxBytes);
    }
    long target = Math.min(maxBytes, Math.max(256L, buffer.length * 2L));
    buffer = Arrays.copyOf(buffer, (int) Math.max(needed, target));
  }
}
