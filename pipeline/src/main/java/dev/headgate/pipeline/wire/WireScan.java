package dev.headgate.pipeline.wire;

/// Stateless reads over bytes whose shape a check has already proven: nothing here looks at limits
/// again (what lies outside the array still throws). For bytes that are not proven use
/// [WireReader].
///
/// **Threading:** any thread.
public final class WireScan {
  private WireScan() {}

  /// The varint that begins at an offset.
  public static long varint(byte[] buffer, int at) {
    int first = buffer[at];
    if (first >= 0) {
      return first;
    }
    int second = buffer[at + 1];
    if (second >= 0) {
      return (first & 0x7f) | second << 7;
    }
    long value = (first & 0x7f) | (second & 0x7f) << 7;
    for (int i = 2, shift = 14; ; i++, shift += 7) {
      byte b = buffer[at + i];
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }

  /// The offset behind the varint that begins at an offset.
  public static int varintEnd(byte[] buffer, int at) {
    int end = at;
    while (buffer[end] < 0) {
      end++;
    }
    return end + 1;
  }

  /// The offset behind the value of a field.
  ///
  /// @param tag the field's tag
  /// @param at the offset behind that tag
  public static int skip(byte[] buffer, int tag, int at) {
    return switch (tag & 7) {
      case WireType.VARINT -> varintEnd(buffer, at);
      case WireType.FIXED64 -> at + 8;
      case WireType.LENGTH_DELIMITED -> varintEnd(buffer, at) + (int) varint(buffer, at);
      case WireType.FIXED32 -> at + 4;
      default -> throw new MalformedInputException(at, "group in checked bytes");
    };
  }
}
