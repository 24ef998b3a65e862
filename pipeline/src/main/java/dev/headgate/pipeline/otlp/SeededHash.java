package dev.headgate.pipeline.otlp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// 64-bit hashes under two secret words, by folded multiplication (as in wyhash). The secret keeps
/// clients from arranging that two series count as one.
///
/// **Threading:** any thread.
public final class SeededHash {
  /*
   * Sixteen bytes go into one multiplication; the last sixteen, which may overlap those before, into
   * one of their own, and its result with length and type into another. Length and type must not be
   * combined with bytes before a multiplication: two texts could then be made to cancel them out
   * without knowing the keys.
   */
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final long start;
  private final long key;
  private final long last;

  /// Creates a hash from two words that clients do not know.
  public SeededHash(long seed, long secret) {
    // Multiplication by small or sparse numbers would mix badly.
    this.start = scrambled(seed);
    this.key = scrambled(secret ^ start);
    this.last = scrambled(key + start) | 1;
  }

  /** A bijection (the finaliser of SplitMix64): words with few ones get as many as others. */
  private static long scrambled(long word) {
    long bits = word + 0x9e3779b97f4a7c15L;
    bits = (bits ^ bits >>> 30) * 0xbf58476d1ce4e5b9L;
    bits = (bits ^ bits >>> 27) * 0x94d049bb133111ebL;
    return bits ^ bits >>> 31;
  }

  private static long fold(long a, long b) {
    return a * b ^ Math.unsignedMultiplyHigh(a, b);
  }

  /// The hash of some bytes.
  public long bytes(byte[] bytes, int from, int to) {
    return bytes(bytes, from, to, 0);
  }

  private long bytes(byte[] bytes, int from, int to, int type) {
    int length = to - from;
    long hash = start;
    long first;
    long second;
    if (length >= 8) {
      for (int at = from; at < to - 16; at += 16) {
        hash = fold((long) LONG.get(bytes, at) ^ key, (long) LONG.get(bytes, at + 8) ^ hash);
      }
      first = (long) LONG.get(bytes, Math.max(from, to - 16));
      second = (long) LONG.get(bytes, to - 8);
    } else if (length >= 4) {
      first = (int) INT.get(bytes, from);
      second = (int) INT.get(bytes, to - 4);
    } else {
      first = length == 0 ? 0 : bytes[from] << 16 | (bytes[from + (length >> 1)] & 0xff) << 8;
      second = length == 0 ? 0 : bytes[to - 1];
    }
    return number(fold(first ^ key, second ^ hash), (long) type << 32 | length);
  }

  private long number(long number, long kind) {
    return fold(number ^ key, last ^ kind);
  }

  /// The hash of a value that is the text in `bytes[from, to)`.
  public long text(byte[] bytes, int from, int to) {
    return bytes(bytes, from, to, typeNumber(AnyValueCursor.Kind.STRING));
  }

  /// The hash of a value: different types differ, and so do different numbers, NaN included. Arrays
  /// and maps are taken by their bytes.
  public long value(byte[] bytes, AnyValueCursor value) {
    int type = typeNumber(value.kind());
    return switch (value.kind()) {
      case STRING, BYTES, ARRAY, KVLIST -> bytes(bytes, value.from(), value.to(), type);
      case BOOL -> number(value.boolValue() ? 1 : 0, type);
      case INT, STRING_INDEX -> number(value.intValue(), type);
      case DOUBLE -> number(Double.doubleToRawLongBits(value.doubleValue()), type);
      case NONE -> number(0, type);
    };
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
    return fold(fold(first ^ start, second ^ key) ^ key, last);
  }
}
