package dev.headgate.pipeline.process.transform;

import dev.headgate.pipeline.wire.WireEditor;
import dev.headgate.pipeline.wire.WireScan;
import dev.headgate.pipeline.wire.WireWriter;
import java.util.Arrays;

/// Where a field is in a message, and putting another in its place. Reusable.
///
/// **Threading:** confined to one thread.
final class Splice {
  private int tagStart;
  private int lengthStart;
  private int end;

  /// Looks for the first field of a number in the message `bytes[from, to)`.
  boolean find(byte[] bytes, int from, int to, int field) {
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      lengthStart = WireScan.varintEnd(bytes, at);
      end = WireScan.skip(bytes, tag, lengthStart);
      if (tag >>> 3 == field) {
        tagStart = at;
        return true;
      }
      at = end;
    }
    return false;
  }

  /// Where the tag of the field found begins.
  int tagStart() {
    return tagStart;
  }

  /// Where the length of the field found begins, if it has one.
  int lengthStart() {
    return lengthStart;
  }

  /// Where the body of the field found begins, if it has a length.
  int bodyFrom(byte[] bytes) {
    return WireScan.varintEnd(bytes, lengthStart);
  }

  /// Where the field found ends.
  int end() {
    return end;
  }

  /// Puts an encoded field, which may be empty for none, in the place of that with its number, or
  /// at the end.
  void put(byte[] bytes, int from, int to, int field, WireWriter encoded, WireEditor editor) {
    boolean found = find(bytes, from, to, field);
    int start = found ? tagStart : to;
    int stop = found ? end : to;
    if (!Arrays.equals(bytes, start, stop, encoded.array(), 0, encoded.size())) {
      editor.edit(start, stop).writeRaw(encoded.array(), 0, encoded.size());
    }
  }
}
