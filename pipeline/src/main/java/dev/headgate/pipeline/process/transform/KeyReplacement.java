package dev.headgate.pipeline.process.transform;

import dev.headgate.pipeline.otlp.KeyValueCursor;
import dev.headgate.pipeline.wire.Utf8;
import dev.headgate.pipeline.wire.WireEditor;
import dev.headgate.pipeline.wire.WireScan;
import dev.headgate.pipeline.wire.WireType;
import dev.headgate.pipeline.wire.WireWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/// Replaces what a pattern matches in the keys of a map. Of entries whose keys become the same the
/// last one's value stays, in the place of the first, as in the Collector.
final class KeyReplacement implements MapEdit {
  private final PatternReplacement replacement;

  KeyReplacement(PatternReplacement replacement) {
    this.replacement = replacement;
  }

  @Override
  public void apply(byte[] bytes, int from, int to, int field, WireEditor editor) {
    KeyValueCursor entry = new KeyValueCursor();
    int wanted = WireType.tag(field, WireType.LENGTH_DELIMITED);
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == wanted) {
        entry.read(bytes, WireScan.varintEnd(bytes, length), end);
        if (replacement.finds(bytes, entry.keyFrom(), entry.keyTo())) {
          rewrite(bytes, from, to, wanted, editor);
          return;
        }
      }
      at = end;
    }
  }

  /// Where the body of an entry is in the source.
  private record Range(int from, int to) {}

  private void rewrite(byte[] bytes, int from, int to, int wanted, WireEditor editor) {
    Map<String, Range> entries = new LinkedHashMap<>();
    KeyValueCursor entry = new KeyValueCursor();
    int first = -1;
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == wanted) {
        first = first < 0 ? at : first;
        int body = WireScan.varintEnd(bytes, length);
        entry.read(bytes, body, end);
        byte[] key = replacement.replaceAll(bytes, entry.keyFrom(), entry.keyTo());
        entries.put(
            key == null
                ? Utf8.text(bytes, entry.keyFrom(), entry.keyTo())
                : Utf8.text(key, 0, key.length),
            new Range(body, end));
      }
      at = end;
    }
    write(bytes, entries, wanted, editor.edit(first, first));
    at = first;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int end = WireScan.skip(bytes, tag, WireScan.varintEnd(bytes, at));
      if (tag == wanted) {
        editor.delete(at, end);
      }
      at = end;
    }
  }

  private static void write(byte[] bytes, Map<String, Range> entries, int tag, WireWriter out) {
    entries.forEach((key, entry) -> {
      out.writeVarint(tag);
      int mark = out.beginLength();
      out.writeStringField(1, key);
      int at = entry.from();
      while (at < entry.to()) {
        int fieldTag = (int) WireScan.varint(bytes, at);
        int end = WireScan.skip(bytes, fieldTag, WireScan.varintEnd(bytes, at));
        if (fieldTag >>> 3 != 1) {
          out.writeRaw(bytes, at, end);
        }
        at = end;
      }
      out.endLength(mark);
    });
  }
}
