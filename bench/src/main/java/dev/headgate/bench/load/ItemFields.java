package dev.headgate.bench.load;

import dev.headgate.config.Signal;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Where an item carries its number and its time. Spans: the low half of the trace id and the
/// start; log records: the low half of the trace id and the time; data points: the integer value
/// and the time. No processor of the default policy edits any of them.
final class ItemFields {
  private static final VarHandle BIG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LITTLE =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int TRACE_ID_BYTES = 16;
  private static final int NONE = -1;

  private final Signal signal;
  private final ItemWalk walk;
  private final int idTag;
  private final int timeTag;
  private int idAt;
  private int timeAt;

  /// Creates a reader for the items of a signal.
  ItemFields(Signal signal, ItemWalk walk) {
    this.signal = signal;
    this.walk = walk;
    switch (signal) {
      case TRACES -> {
        idTag = 1 << 3 | 2;
        timeTag = 7 << 3 | 1;
      }
      case LOGS -> {
        idTag = 9 << 3 | 2;
        timeTag = 1 << 3 | 1;
      }
      case METRICS -> {
        idTag = 6 << 3 | 1;
        timeTag = 3 << 3 | 1;
      }
      default -> throw new IllegalArgumentException("signal: " + signal);
    }
  }

  /// Finds both fields of the item in `bytes[from, to)`; reads no further than they are.
  ///
  /// @return whether both are there
  boolean find(byte[] bytes, int from, int to) {
    idAt = NONE;
    timeAt = NONE;
    int position = from;
    while (position < to) {
      int tag = bytes[position] >= 0 ? bytes[position] : (int) walk.varint(bytes, position);
      int value = bytes[position] >= 0 ? position + 1 : walk.position();
      if (tag == idTag) {
        if (signal == Signal.METRICS) {
          idAt = value;
        } else if (bytes[value] == TRACE_ID_BYTES) {
          idAt = value + 1 + TRACE_ID_BYTES / 2;
        }
      } else if (tag == timeTag) {
        timeAt = value;
      }
      if (idAt != NONE && timeAt != NONE) {
        return Math.max(idAt, timeAt) + Long.BYTES <= to;
      }
      position = walk.skip(bytes, value, tag);
    }
    return false;
  }

  /// Where the eight bytes of the number are.
  int idAt() {
    return idAt;
  }

  /// Where the eight bytes of the time are, little-endian.
  int timeAt() {
    return timeAt;
  }

  /// The number of the item last found.
  long number(byte[] bytes) {
    return signal == Signal.METRICS
        ? (long) LITTLE.get(bytes, idAt)
        : ItemIds.gather((long) BIG.get(bytes, idAt));
  }

  /// The time of the item last found, in nanoseconds since 1970.
  long time(byte[] bytes) {
    return (long) LITTLE.get(bytes, timeAt);
  }
}
