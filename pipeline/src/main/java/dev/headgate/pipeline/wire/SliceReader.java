package dev.headgate.pipeline.wire;

import dev.headgate.pipeline.memory.Content;
import dev.headgate.pipeline.memory.Slice;
import java.util.Iterator;

/// Steps over the fields of a checked message wherever its bytes stand. For what needs tags and
/// lengths only: [WireReader] reads an array faster.
///
/// **Threading:** confined to one thread.
public final class SliceReader {
  private final Iterator<Slice> slices;
  private final int length;
  private byte[] array = {};
  private int at;
  private int end;
  private int position;

  /// Creates a reader that stands at the beginning.
  public SliceReader(Content content) {
    this.slices = content.slices().iterator();
    this.length = content.length();
  }

  /// How many bytes were read.
  public int position() {
    return position;
  }

  /// Reads a tag.
  public int readTag() {
    return (int) readVarint();
  }

  /// Reads the length of a length-delimited field; the reader stands at the first of its bytes.
  public int readLength() {
    long bytes = readVarint();
    if (bytes < 0 || bytes > length - position) {
      throw new MalformedInputException(position, "length beyond the end");
    }
    return (int) bytes;
  }

  private long readVarint() {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      while (at == end) {
        next();
      }
      byte b = array[at++];
      position++;
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new MalformedInputException(position, "varint over ten bytes");
  }

  /// Steps over the rest of a field whose tag was read.
  public void skip(int tag) {
    switch (WireType.type(tag)) {
      case WireType.VARINT -> readVarint();
      case WireType.FIXED64 -> advance(Long.BYTES);
      case WireType.LENGTH_DELIMITED -> advance(readLength());
      case WireType.FIXED32 -> advance(Integer.BYTES);
      default -> throw new MalformedInputException(position, "group");
    }
  }

  /// Steps over bytes.
  public void advance(int bytes) {
    int left = bytes;
    while (left > end - at) {
      left -= end - at;
      next();
    }
    at += left;
    position += bytes;
  }

  private void next() {
    if (!slices.hasNext()) {
      throw new MalformedInputException(position, "length beyond the end");
    }
    Slice slice = slices.next();
    array = slice.bytes().array();
    at = slice.from();
    end = at + slice.length();
  }
}
