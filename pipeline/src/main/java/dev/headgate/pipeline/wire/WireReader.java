package dev.headgate.pipeline.wire;

import dev.headgate.pipeline.memory.Bytes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// A cursor over one protobuf message in an array. Every read is checked against the limit; what
/// does not fit throws [MalformedInputException]. Reusable: [#reset] starts over without
/// allocating.
///
/// **Threading:** confined to one thread.
public final class WireReader {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int MAX_GROUP_DEPTH = 30;
  private static final byte[] EMPTY = {};

  private byte[] buffer = EMPTY;
  private int position;
  private int limit;
  private int tagStart;

  /// Creates a reader that stands at the end of nothing.
  public WireReader() {}

  /// Creates a reader over a message.
  public WireReader(Bytes message) {
    reset(message.array(), 0, message.length());
  }

  /// Creates a reader over a whole array.
  public WireReader(byte[] buffer) {
    reset(buffer, 0, buffer.length);
  }

  /// Reads `buffer[from, to)` from now on.
  public void reset(byte[] buffer, int from, int to) {
    this.buffer = buffer;
    this.position = from;
    this.limit = to;
    this.tagStart = from;
  }

  /// The array that is read.
  public byte[] array() {
    return buffer;
  }

  /// The offset of the next byte.
  public int position() {
    return position;
  }

  /// Moves to an offset that the caller has proven to lie inside the message.
  public void position(int position) {
    this.position = position;
  }

  /// The offset behind the last byte.
  public int limit() {
    return limit;
  }

  /// Whether the message is read to its end.
  public boolean atEnd() {
    return position >= limit;
  }

  /// Where the tag last read begins.
  public int tagStart() {
    return tagStart;
  }

  /// Reads a tag; field number 0 and numbers above 2^29-1 are malformed.
  public int readTag() {
    tagStart = position;
    if (position < limit) {
      int first = buffer[position];
      if (first >= 8) {
        position++;
        return first;
      }
    }
    long tag = readVarint();
    if (tag >>> 3 == 0 || tag >>> 32 != 0) {
      throw malformed("invalid tag");
    }
    return (int) tag;
  }

  /// Reads a varint of up to ten bytes.
  public long readVarint() {
    if (position < limit) {
      int first = buffer[position];
      if (first >= 0) {
        position++;
        return first;
      }
    }
    return readLongVarint();
  }

  private long readLongVarint() {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      if (position >= limit) {
        throw malformed("truncated varint");
      }
      byte b = buffer[position++];
      if (shift == 63 && b > 1) {
        throw malformed("varint over 64 bits");
      }
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw malformed("varint over ten bytes");
  }

  /// Reads the length of a length-delimited field and proves that its bytes are inside the message.
  /// The reader stands at the first of them.
  public int readLength() {
    long length = readVarint();
    if (length < 0 || length > limit - position) {
      throw malformed("length beyond the end");
    }
    return (int) length;
  }

  /// Reads four bytes, little-endian.
  public int readFixed32() {
    require(4);
    int value = (int) INT.get(buffer, position);
    position += 4;
    return value;
  }

  /// Reads eight bytes, little-endian.
  public long readFixed64() {
    require(8);
    long value = (long) LONG.get(buffer, position);
    position += 8;
    return value;
  }

  /// Steps over `bytes` bytes.
  public void advance(int bytes) {
    require(bytes);
    position += bytes;
  }

  /// Narrows the reader to the next `bytes` bytes, which [#readLength] has proven to be there.
  ///
  /// @return the limit to give to [#popLimit]
  public int pushLimit(int bytes) {
    int outer = limit;
    limit = position + bytes;
    return outer;
  }

  /// Steps to the end of the narrowed part and widens the reader again.
  public void popLimit(int outer) {
    position = limit;
    limit = outer;
  }

  /// Steps over the value of a field whose tag was just read.
  public void skip(int tag) {
    skip(tag, 0);
  }

  private void skip(int tag, int depth) {
    switch (WireType.type(tag)) {
      case WireType.VARINT -> readVarint();
      case WireType.FIXED64 -> advance(8);
      case WireType.FIXED32 -> advance(4);
      case WireType.LENGTH_DELIMITED -> {
        int length = readLength();
        position += length;
      }
      case WireType.GROUP_START -> skipGroup(WireType.field(tag), depth);
      default -> throw malformed("invalid wire type");
    }
  }

  private void skipGroup(int field, int depth) {
    if (depth >= MAX_GROUP_DEPTH) {
      throw malformed("groups nested too deep");
    }
    while (true) {
      int start = tagStart;
      int tag = readTag();
      tagStart = start;
      if (WireType.type(tag) == WireType.GROUP_END) {
        if (WireType.field(tag) != field) {
          throw malformed("end of another group");
        }
        return;
      }
      skip(tag, depth + 1);
      tagStart = start;
    }
  }

  private void require(int bytes) {
    if (bytes < 0 || bytes > limit - position) {
      throw malformed("truncated field");
    }
  }

  private MalformedInputException malformed(String reason) {
    return new MalformedInputException(position, reason);
  }
}
