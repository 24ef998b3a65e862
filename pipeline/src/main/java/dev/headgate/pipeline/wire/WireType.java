package dev.headgate.pipeline.wire;

/// The wire types of protobuf (encoding guide, "Message Structure") and tag arithmetic.
public final class WireType {
  public static final int VARINT = 0;
  public static final int FIXED64 = 1;
  public static final int LENGTH_DELIMITED = 2;
  public static final int GROUP_START = 3;
  public static final int GROUP_END = 4;
  public static final int FIXED32 = 5;

  private WireType() {}

  /// The tag of a field.
  public static int tag(int field, int wireType) {
    return field << 3 | wireType;
  }

  /// The field number of a tag.
  public static int field(int tag) {
    return tag >>> 3;
  }

  /// The wire type of a tag.
  public static int type(int tag) {
    return tag & 7;
  }
}
