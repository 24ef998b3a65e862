package dev.headgate.pipeline.process.transform;

import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.otlp.MetricData;
import dev.headgate.pipeline.process.ottl.Part;
import dev.headgate.pipeline.wire.WireEditor;
import dev.headgate.pipeline.wire.WireScan;

/// The fields of a span or metric that hold messages with contexts of their own: its events, its
/// data.
final class Children {
  static final int EVENT = 11 << 3 | 2;

  private Children() {}

  /// Whether a field with a tag is one of them.
  static boolean isChild(Part part, int tag) {
    return switch (part) {
      case SPAN -> tag == EVENT;
      case METRIC -> MetricData.ofTag(tag) != MetricData.NONE;
      case RESOURCE, SCOPE, SPAN_EVENT, LOG, DATA_POINT -> false;
    };
  }

  /// Deletes them from the message `bytes[from, to)`.
  static void delete(Part part, byte[] bytes, int from, int to, WireEditor editor) {
    delete(part, true, bytes, from, to, editor);
  }

  /// Puts other fields in the place of all that are none.
  static void replaceOthers(
      Part part, byte[] bytes, int from, int to, Bytes others, WireEditor editor) {
    editor.edit(from, from).writeRaw(others.array(), 0, others.length());
    delete(part, false, bytes, from, to, editor);
  }

  private static void delete(
      Part part, boolean children, byte[] bytes, int from, int to, WireEditor editor) {
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int end = WireScan.skip(bytes, tag, WireScan.varintEnd(bytes, at));
      if (isChild(part, tag) == children) {
        editor.delete(at, end);
      }
      at = end;
    }
  }
}
