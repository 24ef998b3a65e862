package dev.headgate.bench.load;

import java.nio.ByteBuffer;

/// Reads what an OTLP answer says of items that were not taken: field 1 of the answer, and in it
/// field 1, a varint; the same for all signals.
final class PartialSuccess {
  private PartialSuccess() {}

  /// The rejected items of an answer; 0 when it has none or cannot be read.
  static long rejectedItems(ByteBuffer answer) {
    if (answer.remaining() < 4 || answer.get() != (1 << 3 | 2)) {
      return 0;
    }
    varint(answer);
    return answer.hasRemaining() && answer.get() == 1 << 3 ? varint(answer) : 0;
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; in.hasRemaining() && shift < 64; shift += 7) {
      byte next = in.get();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        break;
      }
    }
    return value;
  }
}
