package dev.headgate.pipeline.otlp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// 64-bit hashes under two secret words, by folded multiplication (as in wyhash). The secret keeps
/// clients from arranging that two series count as one.
///
/// **Threading:** any thread.
public final class SeededHash {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final long seed;
  private final long secret;

  /// Creates a hash from two words that clients do not know.
  public SeededHash(long seed, long secret) {
    this.seed = seed;
    // An even or small factor would mix badly.
    this.secret = secret | 0x8000_0000_0000_0001L;
  }

  /// The hash of some bytes.
  public long bytes(byte[] bytes, int from, int to) {
    long hash = seed ^ (to - from);
    int at = from;
    for (; at <= to - 8; at += 8) {
      hash = mix(hash, (long) LONG.get(bytes, at));
    }
    long tail = 0;
    for (; at < to; at++) {
      tail = (tail << 8) | (bytes[at] & 0xff);
    }
    return mix(hash, tail);
  }

  /// The hash of a value: different types differ, and so do different numbers, NaN included. Arrays
  /// and maps are taken by their bytes.
  public long value(byte[] bytes, AnyValueCursor value) {
    long content =
        switch (value.kind()) {
          case STRING, BYTES, ARRAY, KVLIST -> bytes(bytes, value.from(), value.to());
          case BOOL -> value.boolValue() ? 1 : 0;
          case INT, STRING_INDEX -> value.intValue();
          case DOUBLE -> Double.doubleToRawLongBits(value.doubleValue());
          case NONE -> 0;
        };
    return mix(content, typeNumber(value.kind()));
  }

  private static int typeNumber(AnyValueCursor.Kind kind) {
    return switch (kind) {
      case NONE -> 0;
      case STRING -> 1;
      case BOOL -> 2;
      case INT -> 3;
      case DOUBLE -> 4;
      case ARRAY -> 5;
      case KVLIST -> 6;
      case BYTES -> 7;
      case STRING_INDEX -> 8;
    };
  }

  /// The hash of two hashes, in this order.
  public long mix(long first, long second) {
    long a = first ^ seed;
    long b = Long.rotateLeft(second, 32) ^ secret;
    long folded = a * b ^ Math.unsignedMultiplyHigh(a, b);
    long c = folded ^ second;
    return c * secret ^ Math.unsignedMultiplyHigh(c, secret);
  }
}
