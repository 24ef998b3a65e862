package dev.headgate.pipeline.otlp;

import dev.headgate.pipeline.wire.WireScan;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The member that is set in one AnyValue in checked bytes. Reusable; allocates nothing.
///
/// **Threading:** confined to one thread.
public final class AnyValueCursor {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final Kind[] KIND_BY_FIELD = {
    Kind.NONE,
    Kind.STRING,
    Kind.BOOL,
    Kind.INT,
    Kind.DOUBLE,
    Kind.ARRAY,
    Kind.KVLIST,
    Kind.BYTES,
    Kind.STRING_INDEX
  };

  private Kind kind = Kind.NONE;
  private int memberTagStart;
  private int from;
  private int to;
  private long bits;

  /// What an AnyValue holds.
  public enum Kind {
    /// Nothing is set, or only fields that this version does not know.
    NONE,
    STRING,
    BOOL,
    INT,
    DOUBLE,
    ARRAY,
    KVLIST,
    BYTES,
    /// An index into a table of strings, which only profiles have.
    STRING_INDEX
  }

  /// Reads the AnyValue whose body is `buffer[bodyFrom, bodyTo)`; an absent value (-1, -1) is NONE.
  public void read(byte[] buffer, int bodyFrom, int bodyTo) {
    kind = Kind.NONE;
    memberTagStart = -1;
    from = bodyTo;
    to = bodyTo;
    bits = 0;
    int at = bodyFrom;
    while (at < bodyTo) {
      int tag = (int) WireScan.varint(buffer, at);
      int value = WireScan.varintEnd(buffer, at);
      int end = WireScan.skip(buffer, tag, value);
      int field = tag >>> 3;
      if (field < KIND_BY_FIELD.length) {
        kind = KIND_BY_FIELD[field];
        memberTagStart = at;
        readMember(buffer, tag & 7, value, end);
      }
      at = end;
    }
  }

  private void readMember(byte[] buffer, int wireType, int value, int end) {
    to = end;
    switch (wireType) {
      case 0 -> {
        from = value;
        bits = WireScan.varint(buffer, value);
      }
      case 1 -> {
        from = value;
        bits = (long) LONG.get(buffer, value);
      }
      default -> from = WireScan.varintEnd(buffer, value);
    }
  }

  /// What is set.
  public Kind kind() {
    return kind;
  }

  /// Where the payload begins: text, bytes, the body of an array or map, or the raw scalar.
  public int from() {
    return from;
  }

  /// Where the payload ends; the member's field ends here too.
  public int to() {
    return to;
  }

  /// Where the tag of the member begins, or -1 when nothing is set.
  public int memberTagStart() {
    return memberTagStart;
  }

  /// Where the length of a string, bytes, array or map begins (member tags take one byte).
  public int memberLengthStart() {
    return memberTagStart + 1;
  }

  /// The value of an INT.
  public long intValue() {
    return bits;
  }

  /// The value of a BOOL.
  public boolean boolValue() {
    return bits != 0;
  }

  /// The value of a DOUBLE.
  public double doubleValue() {
    return Double.longBitsToDouble(bits);
  }
}
