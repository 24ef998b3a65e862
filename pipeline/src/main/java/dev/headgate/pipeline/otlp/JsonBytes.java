package dev.headgate.pipeline.otlp;

/// The text forms of bytes in OTLP/JSON: hexadecimal for ids, base64 (RFC 4648) for the rest. Both
/// are decoded where they stand, because the result is never longer than the text.
final class JsonBytes {
  /// What a decoder returns for text that it does not take.
  static final int INVALID = -1;

  private JsonBytes() {}

  /// The value of a hexadecimal digit of any case, or -1.
  static int hexDigit(int c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    int lower = c | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }

  /// Decodes `b[from, to)` in place.
  ///
  /// @return the end of the result, or [#INVALID]
  static int decodeHex(byte[] b, int from, int to) {
    if (((to - from) & 1) != 0) {
      return INVALID;
    }
    int out = from;
    for (int in = from; in < to; in += 2) {
      int high = hexDigit(b[in]);
      int low = hexDigit(b[in + 1]);
      if ((high | low) < 0) {
        return INVALID;
      }
      b[out++] = (byte) (high << 4 | low);
    }
    return out;
  }

  /// Decodes `b[from, to)` in place: the standard or the URL-safe alphabet, with or without
  /// padding, as protojson readers take it.
  ///
  /// @return the end of the result, or [#INVALID]
  static int decodeBase64(byte[] b, int from, int to) {
    int end = to;
    if (((to - from) & 3) == 0) {
      for (int pads = 0; pads < 2 && end > from && b[end - 1] == '='; pads++) {
        end--;
      }
    }
    if (((end - from) & 3) == 1) {
      return INVALID;
    }
    int out = from;
    int bits = 0;
    int held = 0;
    for (int in = from; in < end; in++) {
      int value = base64Digit(b[in]);
      if (value < 0) {
        return INVALID;
      }
      bits = bits << 6 | value;
      held += 6;
      if (held >= 8) {
        held -= 8;
        b[out++] = (byte) (bits >> held);
      }
    }
    return out;
  }

  private static int base64Digit(int c) {
    if (c >= 'A' && c <= 'Z') {
      return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
      return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
      return c - '0' + 52;
    }
    return switch (c) {
      case '+', '-' -> 62;
      case '/', '_' -> 63;
      default -> -1;
    };
  }
}
