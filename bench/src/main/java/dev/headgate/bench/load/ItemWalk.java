package dev.headgate.bench.load;

import dev.headgate.config.Signal;

/// Visits the spans, log records or data points of a request in an array.
final class ItemWalk {
  /// Takes items.
  interface Visitor {
    /// Takes the item in `bytes[from, to)`.
    void onItem(byte[] bytes, int from, int to);
  }

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED32 = 5;

  /* resource_x, scope_x, item of a request: field 1, then field 2 twice, in every signal; a metric
  holds its kind of data in a oneof, and that its points in field 1. */
  private static final int RESOURCES = 1 << 3 | LENGTH;
  private static final int SCOPES = 2 << 3 | LENGTH;
  private static final int ITEMS = 2 << 3 | LENGTH;
  private static final int POINTS = 1 << 3 | LENGTH;

  /* Where the varint last read ends. */
  private int at;

  /// Visits the items of the request in `bytes[from, to)`.
  ///
  /// @throws IndexOutOfBoundsException when the bytes are no such request
  void walk(Signal signal, byte[] bytes, int from, int to, Visitor visitor) {
    if (signal == Signal.METRICS) {
      walk(bytes, from, to, 0, (b, start, end) -> points(b, start, end, visitor));
    } else {
      walk(bytes, from, to, 0, visitor);
    }
  }

  private void walk(byte[] bytes, int from, int to, int level, Visitor visitor) {
    int wanted = level == 0 ? RESOURCES : level == 1 ? SCOPES : ITEMS;
    int position = from;
    while (position < to) {
      int tag = (int) varint(bytes, position);
      if (tag != wanted) {
        position = skip(bytes, at, tag);
        continue;
      }
      int length = (int) varint(bytes, at);
      int start = at;
      position = start + length;
      if (length < 0 || position > to) {
        throw new IndexOutOfBoundsException("length: " + length);
      }
      if (level == 2) {
        visitor.onItem(bytes, start, position);
      } else {
        walk(bytes, start, position, level + 1, visitor);
      }
    }
  }

  private void points(byte[] bytes, int from, int to, Visitor visitor) {
    int position = from;
    while (position < to) {
      int tag = (int) varint(bytes, position);
      if ((tag & 7) != LENGTH || !isData(tag >>> 3)) {
        position = skip(bytes, at, tag);
        continue;
      }
      int length = (int) varint(bytes, at);
      int inner = at;
      position = inner + length;
      if (length < 0 || position > to) {
        throw new IndexOutOfBoundsException("length: " + length);
      }
      while (inner < position) {
        int field = (int) varint(bytes, inner);
        int next = skip(bytes, at, field);
        if (field == POINTS) {
          varint(bytes, at);
          visitor.onItem(bytes, at, next);
        }
        inner = next;
      }
    }
  }

  /* gauge, sum, histogram, exponential histogram, summary */
  private static boolean isData(int field) {
    return field == 5 || field == 7 || field >= 9 && field <= 11;
  }

  /// Steps over the value of a field.
  ///
  /// @param position behind the tag, and where [#position] points again afterwards
  /// @return the offset behind the value
  int skip(byte[] bytes, int position, int tag) {
    int end =
        switch (tag & 7) {
          case VARINT -> {
            varint(bytes, position);
            yield at;
          }
          case FIXED64 -> position + 8;
          case LENGTH -> {
            int length = (int) varint(bytes, position);
            if (length < 0) {
              throw new IndexOutOfBoundsException("length: " + length);
            }
            yield at + length;
          }
          case FIXED32 -> position + 4;
          default -> throw new IndexOutOfBoundsException("wire type: " + (tag & 7));
        };
    at = position;
    return end;
  }

  /// Reads a varint; [#position] tells where it ends.
  long varint(byte[] bytes, int from) {
    int position = from;
    long value = bytes[position++];
    if (value < 0) {
      value &= 0x7f;
      for (int shift = 7; ; shift += 7) {
        long next = bytes[position++];
        value |= (next & 0x7f) << shift;
        if (next >= 0) {
          break;
        }
        if (shift > 56) {
          throw new IndexOutOfBoundsException("varint");
        }
      }
    }
    at = position;
    return value;
  }

  /// Where the varint last read ends.
  int position() {
    return at;
  }
}
