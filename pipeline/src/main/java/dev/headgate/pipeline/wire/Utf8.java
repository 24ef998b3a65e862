package dev.headgate.pipeline.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// UTF-8 in place: validity and equality of parts of an array.
///
/// **Threading:** any thread.
public final class Utf8 {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long HIGH_BITS = 0x8080808080808080L;

  private Utf8() {}

  /// The UTF-8 bytes of a text.
  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// The text of `buffer[from, to)`.
  public static String text(byte[] buffer, int from, int to) {
    return new String(buffer, from, to - from, StandardCharsets.UTF_8);
  }

  /// Whether `buffer[from, to)` holds exactly these bytes.
  public static boolean equals(byte[] buffer, int from, int to, byte[] other) {
    return to - from == other.length && Arrays.equals(buffer, from, to, other, 0, other.length);
  }

  /// Whether `buffer[from, to)` is UTF-8 as the Unicode standard defines it (table 3-7): no
  /// overlong forms, no surrogates, nothing above U+10FFFF.
  public static boolean isValid(byte[] buffer, int from, int to) {
    int at = from;
    while (true) {
      while (at <= to - 8 && ((long) LONG.get(buffer, at) & HIGH_BITS) == 0) {
        at += 8;
      }
      // Here is the end, fewer than eight bytes, or a byte that is not ASCII within the next eight.
      if (to - at < 8 && to >= 8 && (last(buffer, at, to) & HIGH_BITS) == 0) {
        return true;
      }
      while (at < to && buffer[at] >= 0) {
        at++;
      }
      if (at >= to) {
        return true;
      }
      int next = afterMultibyte(buffer, at, to);
      if (next < 0) {
        return false;
      }
      at = next;
    }
  }

  /** At most seven bytes that end at an offset of eight or more, in the low ones of a word. */
  private static long last(byte[] buffer, int from, int to) {
    // Shifted in two steps: by 64 at once would be by 0.
    return (long) LONG.get(buffer, to - 8) >>> 8 >>> (8 * (7 - (to - from)));
  }

  /// Whether `buffer[from, to)` holds nothing but ASCII.
  public static boolean isAscii(byte[] buffer, int from, int to) {
    int at = from;
    long bits = 0;
    for (; at <= to - 8; at += 8) {
      bits |= (long) LONG.get(buffer, at);
    }
    if (to >= 8) {
      bits |= last(buffer, at, to);
    } else {
      for (; at < to; at++) {
        bits |= buffer[at];
      }
    }
    return (bits & HIGH_BITS) == 0;
  }

  /** The offset behind the character of two to four bytes that begins here, or -1. */
  private static int afterMultibyte(byte[] buffer, int at, int to) {
    int first = buffer[at] & 0xff;
    if (first < 0xc2) {
      return -1; // a continuation byte, or an overlong form of ASCII
    }
    if (first < 0xe0) {
      return at + 1 < to && continues(buffer[at + 1]) ? at + 2 : -1;
    }
    if (first < 0xf0) {
      if (at + 2 >= to || !continues(buffer[at + 1]) || !continues(buffer[at + 2])) {
        return -1;
      }
      int second = buffer[at + 1] & 0xff;
      boolean overlong = first == 0xe0 && second < 0xa0;
      boolean surrogate = first == 0xed && second >= 0xa0;
      return overlong || surrogate ? -1 : at + 3;
    }
    if (first > 0xf4
        || at + 3 >= to
        || !continues(buffer[at + 1])
        || !continues(buffer[at + 2])
        || !continues(buffer[at + 3])) {
      return -1;
    }
    int second = buffer[at + 1] & 0xff;
    boolean overlong = first == 0xf0 && second < 0x90;
    boolean tooLarge = first == 0xf4 && second >= 0x90;
    return overlong || tooLarge ? -1 : at + 4;
  }

  private static boolean continues(byte b) {
    return (b & 0xc0) == 0x80;
  }
}
