package dev.headgate.bench.load;

import java.nio.ByteBuffer;

/// One request, encoded and framed, whose ids and times are patched in place before it is sent.
///
/// **Threading:** confined to the event loop. **Ownership:** belongs to one connection from
/// [Templates#take] to [Templates#give].
final class Template {
  /// Ends of the parts that flow control lets through one by one: HTTP/2 frames, or the whole.
  final int[] partEnds;

  /// What each part takes from the windows of flow control.
  final int[] partDataBytes;

  /// What is in it.
  final Answers.Request request;

  /// Head (of HTTP/1.1), frames and body.
  final ByteBuffer bytes;

  private final boolean framed;
  private final Patches patches;

  Template(ByteBuffer bytes, Parts parts, Patches patches, int items, int uncompressedBytes) {
    this.bytes = bytes;
    this.framed = parts.framed;
    this.partEnds = parts.ends;
    this.partDataBytes = parts.dataBytes;
    this.patches = patches;
    this.request = new Answers.Request(items, uncompressedBytes, bytes.capacity());
  }

  /// How the bytes are divided.
  record Parts(boolean framed, int[] ends, int[] dataBytes) {}

  /// Which bytes differ from one sending to the next: the low halves of trace ids, or the values of
  /// data points, and the times. Empty in compressed requests.
  record Patches(boolean scattered, int[] ids, int[] times, int[] ends, int[] durations) {}

  /// Makes the request one that was not sent before.
  ///
  /// @param stream the HTTP/2 stream it goes on
  /// @param firstNumber the number of its first item; those behind it follow
  /// @param epochNanos the time that its items carry
  void patch(int stream, long firstNumber, long epochNanos) {
    bytes.clear();
    if (framed) {
      int start = 0;
      for (int end : partEnds) {
        bytes.putInt(start + Http2.STREAM_OFFSET, stream);
        start = end;
      }
    }
    int[] ids = patches.ids;
    int[] times = patches.times;
    int[] ends = patches.ends;
    long time = Long.reverseBytes(epochNanos);
    if (!patches.scattered) {
      for (int i = 0; i < ids.length; i++) {
        bytes.putLong(times[i], time);
        bytes.putLong(ids[i], Long.reverseBytes(firstNumber + i));
      }
      return;
    }
    for (int i = 0; i < ids.length; i++) {
      long low = ItemIds.scatter(firstNumber + i);
      bytes.putLong(ids[i] - Long.BYTES, ItemIds.scatter(low));
      bytes.putLong(ids[i], low);
      bytes.putLong(times[i], time);
    }
    for (int i = 0; i < ends.length; i++) {
      bytes.putLong(ends[i], Long.reverseBytes(epochNanos + patches.durations[i]));
    }
  }
}
