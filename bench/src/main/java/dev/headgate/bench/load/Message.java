package dev.headgate.bench.load;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.codec.ContentCoding;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A request that is being received.
///
/// **Threading:** confined to the event loop. **Ownership:** holds an array of [Buffers] until
/// [#release].
final class Message {
  private static final int START_BYTES = 1 << 14;

  private final Buffers buffers;
  private byte @Nullable [] bytes;
  private int length;

  /// Its HTTP/2 stream; 0 = none.
  int stream;

  /// What it holds.
  Signal signal = Signal.TRACES;

  /// How it is compressed.
  ContentCoding coding = ContentCoding.IDENTITY;

  Message(Buffers buffers) {
    this.buffers = buffers;
  }

  /// Makes room for so many bytes in all.
  void expect(int total) {
    byte[] old = bytes;
    if (old == null) {
      bytes = buffers.take(total);
    } else if (old.length < total) {
      byte[] larger = buffers.take(total);
      System.arraycopy(old, 0, larger, 0, length);
      buffers.give(old);
      bytes = larger;
    }
  }

  /// Appends the next bytes of a buffer and leaves its position.
  void append(ByteBuffer in, int from, int count) {
    byte[] to = bytes;
    if (to == null || to.length - length < count) {
      expect(to == null ? Math.max(START_BYTES, count) : Math.max(2 * to.length, length + count));
      to = bytes;
    }
    if (to != null) {
      in.get(from, to, length, count);
      length += count;
    }
  }

  /// The bytes received, in the first [#length] elements.
  byte[] bytes() {
    byte[] array = bytes;
    return array == null ? new byte[0] : array;
  }

  /// How many bytes were received.
  int length() {
    return length;
  }

  /// The bytes from an offset on as an array of their own.
  byte[] copy(int from) {
    return Arrays.copyOfRange(bytes(), Math.min(from, length), length);
  }

  /// Gives the array back.
  void release() {
    byte[] array = bytes;
    if (array != null) {
      buffers.give(array);
      bytes = null;
    }
    length = 0;
    stream = 0;
    coding = ContentCoding.IDENTITY;
  }

  /// What a path or method of OTLP carries, null if it is none.
  static @Nullable Signal signalOf(CharSequence path) {
    String text = path.toString();
    if (text.endsWith("/v1/traces") || text.endsWith("TraceService/Export")) {
      return Signal.TRACES;
    }
    if (text.endsWith("/v1/logs") || text.endsWith("LogsService/Export")) {
      return Signal.LOGS;
    }
    return text.endsWith("/v1/metrics") || text.endsWith("MetricsService/Export")
        ? Signal.METRICS
        : null;
  }
}
