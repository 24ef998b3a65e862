package dev.headgate.pipeline.process.sampling;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// What the sampler takes from a trace id.
final class TraceIds {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final int LENGTH = 16;

  private TraceIds() {}

  /// Whether the bytes are a trace id that is not all zero.
  static boolean isPresent(byte[] bytes, int from, int to) {
    return to - from == LENGTH
        && ((long) LONG.get(bytes, from) | (long) LONG.get(bytes, from + 8)) != 0;
  }

  /// The last seven bytes of a trace id that ends at an offset.
  static long randomness(byte[] bytes, int to) {
    return (long) LONG.get(bytes, to - 8) & Thresholds.MAX_RANDOMNESS;
  }
}
