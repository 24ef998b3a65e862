package dev.headgate.bench.load;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/// Arrays for messages that are being received, kept for those that follow.
///
/// **Threading:** confined to the event loop.
final class Buffers {
  private static final int SMALLEST_BITS = 12;
  private static final int LARGEST_BITS = 27;

  private final List<Queue<byte[]>> free = new ArrayList<>();

  /// Creates an empty pool.
  Buffers() {
    for (int bits = SMALLEST_BITS; bits <= LARGEST_BITS; bits++) {
      free.add(new ArrayDeque<>());
    }
  }

  /// An array of at least so many bytes.
  byte[] take(int bytes) {
    int bits = Math.max(SMALLEST_BITS, 32 - Integer.numberOfLeadingZeros(Math.max(bytes, 1) - 1));
    if (bits > LARGEST_BITS) {
      throw new IllegalArgumentException("message: " + bytes + " B (expected: at most 128 MiB)");
    }
    byte[] array = free.get(bits - SMALLEST_BITS).poll();
    return array != null ? array : new byte[1 << bits];
  }

  /// Takes an array back.
  void give(byte[] array) {
    free.get(31 - Integer.numberOfLeadingZeros(array.length) - SMALLEST_BITS).add(array);
  }
}
