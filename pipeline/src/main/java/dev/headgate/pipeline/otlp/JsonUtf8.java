package dev.headgate.pipeline.otlp;

import dev.headgate.pipeline.wire.WireWriter;

/// UTF-8 as RFC 3629, section 4 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
final class JsonUtf8 {
  private JsonUtf8() {}

  /// The length of the well-formed sequence of two to four bytes that begins at `at`, 0 for none.
  static int sequenceLength(byte[] b, int at, int end) {
    int first = b[at] & 0xff;
    if (first < 0xc2 || first > 0xf4) {
      return 0;
    }
    int length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (length > end - at) {
      return 0;
    }
    int second = b[at + 1] & 0xff;
    int low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    int high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (second < low || second > high) {
      return 0;
    }
    for (int i = 2; i < length; i++) {
      if ((b[at + i] & 0xc0) != 0x80) {
        return 0;
      }
    }
    return length;
  }

  /// Appends a code point.
  static void append(int codePoint, WireWriter out) {
    if (codePoint < 0x80) {
      out.writeByte(codePoint);
      return;
    }
    if (codePoint < 0x800) {
      out.writeByte(0xc0 | codePoint >> 6);
    } else {
      if (codePoint < 0x10000) {
        out.writeByte(0xe0 | codePoint >> 12);
      } else {
        out.writeByte(0xf0 | codePoint >> 18);
        out.writeByte(0x80 | (codePoint >> 12 & 0x3f));
      }
      out.writeByte(0x80 | (codePoint >> 6 & 0x3f));
    }
    out.writeByte(0x80 | (codePoint & 0x3f));
  }
}
