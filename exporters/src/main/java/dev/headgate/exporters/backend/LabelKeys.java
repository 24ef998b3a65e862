package dev.headgate.exporters.backend;

import dev.headgate.pipeline.otlp.AnyValueCursor;
import dev.headgate.pipeline.otlp.KeyValueCursor;
import dev.headgate.pipeline.wire.WireEditor;
import dev.headgate.pipeline.wire.WireScan;

/// Removes attributes whose keys Loki, Mimir and Prometheus can make no label name of: those
/// without a single ASCII letter or digit, because every other character becomes an underscore and
/// a name of underscores alone is refused, with the whole request. Keys in maps count, keys in
/// arrays do not: maps are flattened into names, arrays become text.
///
/// **Threading:** confined to one thread.
final class LabelKeys {
  private static final int FIRST = 1 << 3 | 2;

  private final KeyValueCursor attribute = new KeyValueCursor();
  private final AnyValueCursor value = new AnyValueCursor();
  private int removed;

  /// How many attributes were removed so far.
  int removed() {
    return removed;
  }

  /// Walks the attributes among the fields in `[from, to)` of a message that the editor stands in.
  ///
  /// @param attributeTag the tag of the attributes in that message
  void walk(byte[] bytes, int from, int to, int attributeTag, WireEditor editor) {
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == attributeTag) {
        attribute(bytes, at, length, end, editor);
      }
      at = end;
    }
  }

  /// Removes one attribute, or what is unusable in it.
  void attribute(byte[] bytes, int at, int length, int end, WireEditor editor) {
    int body = WireScan.varintEnd(bytes, length);
    attribute.read(bytes, body, end);
    if (!isUsable(bytes, attribute.keyFrom(), attribute.keyTo())) {
      editor.delete(at, end);
      removed++;
      return;
    }
    value.read(bytes, attribute.valueFrom(), attribute.valueTo());
    if (value.kind() != AnyValueCursor.Kind.KVLIST) {
      return;
    }
    // The cursors serve the levels below as well: what this level needs of them is taken now. The
    // depth of values is bounded by the check at the receiver.
    int valueEnd = attribute.valueTo();
    int mapFrom = value.from();
    int mapTo = value.to();
    int mapTag = value.memberTagStart();
    int mapLength = value.memberLengthStart();
    int valueTag = attribute.valueTagStart();
    int valueLength = attribute.valueLengthStart();
    int valueFrom = attribute.valueFrom();
    editor.enter(at, length, body, end);
    editor.enter(valueTag, valueLength, valueFrom, valueEnd);
    editor.enter(mapTag, mapLength, mapFrom, mapTo);
    walk(bytes, mapFrom, mapTo, FIRST, editor);
    editor.leave();
    editor.leave();
    editor.leave();
  }

  private static boolean isUsable(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (isLetterOrDigit(bytes[i])) {
        return true;
      }
    }
    return false;
  }

  static boolean isLetterOrDigit(byte b) {
    return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9');
  }
}
