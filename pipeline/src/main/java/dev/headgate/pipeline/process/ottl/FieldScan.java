package dev.headgate.pipeline.process.ottl;

import dev.headgate.pipeline.wire.WireScan;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Looks for a field of a message in checked bytes. Reusable; allocates nothing.
///
/// **Threading:** confined to one thread.
final class FieldScan {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final byte[] EMPTY = {};

  private byte[] bytes = EMPTY;
  private int from;
  private int to;

  /// Looks for the first field of a number in the message `bytes[start, end)`; without one the
  /// content is empty.
  boolean find(byte[] bytes, int start, int end, int field) {
    return find(bytes, start, end, field, 0);
  }

  /// Looks for the field of a number that comes behind `index` others.
  boolean find(byte[] newBytes, int start, int end, int field, long index) {
    bytes = newBytes;
    long left = index;
    int at = start;
    while (at < end) {
      int tag = (int) WireScan.varint(bytes, at);
      int value = WireScan.varintEnd(bytes, at);
      int next = WireScan.skip(bytes, tag, value);
      if (tag >>> 3 == field && left-- == 0) {
        from = (tag & 7) == 2 ? WireScan.varintEnd(bytes, value) : value;
        to = next;
        return true;
      }
      at = next;
    }
    from = start;
    to = start;
    return false;
  }

  /// Lets go of the bytes looked at last.
  void clear() {
    bytes = EMPTY;
  }

  /// Where the content of the field found begins.
  int from() {
    return from;
  }

  /// Where it ends.
  int to() {
    return to;
  }

  /// The content as a varint.
  long varint() {
    return WireScan.varint(bytes, from);
  }

  /// The content as four bytes.
  long fixed32() {
    return Integer.toUnsignedLong((int) INT.get(bytes, from));
  }

  /// The content as eight bytes.
  long fixed64() {
    return (long) LONG.get(bytes, from);
  }
}
