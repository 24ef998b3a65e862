package dev.headgate.pipeline.process.transform;

import dev.headgate.pipeline.otlp.AnyValueCursor;
import dev.headgate.pipeline.otlp.KeyValueCursor;
import dev.headgate.pipeline.wire.WireEditor;
import dev.headgate.pipeline.wire.WireScan;
import dev.headgate.pipeline.wire.WireType;

/// Changes the texts that are values of a map: `truncate_all`, and `replace_all_patterns` of
/// values.
final class TextEdit implements MapEdit {
  private final TextRewriter rewriter;

  /// Rewrites a text.
  interface TextRewriter {
    /// Writes the new text in the place of the field `[tagStart, to)`, which holds the old one, or
    /// leaves it.
    ///
    /// @param from where the old text begins
    void rewrite(byte[] bytes, int tagStart, int from, int to, WireEditor editor);
  }

  private TextEdit(TextRewriter rewriter) {
    this.rewriter = rewriter;
  }

  /// Replaces what a pattern matches.
  static TextEdit replacing(PatternReplacement replacement) {
    return new TextEdit((bytes, tagStart, from, to, editor) -> {
      byte[] replaced = replacement.replaceAll(bytes, from, to);
      if (replaced != null) {
        editor.edit(tagStart, to).writeBytesField(1, replaced, 0, replaced.length);
      }
    });
  }

  /// Cuts texts of more bytes than the limit, between characters.
  static TextEdit truncating(long limitBytes) {
    return new TextEdit((bytes, tagStart, from, to, editor) -> {
      if (to - from > limitBytes) {
        int end = from + (int) limitBytes;
        while (end > from && (bytes[end] & 0xc0) == 0x80) {
          end--;
        }
        editor.edit(tagStart, to).writeBytesField(1, bytes, from, end);
      }
    });
  }

  @Override
  public void apply(byte[] bytes, int from, int to, int field, WireEditor editor) {
    KeyValueCursor entry = new KeyValueCursor();
    AnyValueCursor value = new AnyValueCursor();
    int wanted = WireType.tag(field, WireType.LENGTH_DELIMITED);
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == wanted) {
        int body = WireScan.varintEnd(bytes, length);
        entry.read(bytes, body, end);
        value.read(bytes, entry.valueFrom(), entry.valueTo());
        if (value.kind() == AnyValueCursor.Kind.STRING) {
          editor.enter(at, length, body, end);
          editor.enter(
              entry.valueTagStart(), entry.valueLengthStart(), entry.valueFrom(), entry.valueTo());
          rewriter.rewrite(bytes, value.memberTagStart(), value.from(), value.to(), editor);
          editor.leave();
          editor.leave();
        }
      }
      at = end;
    }
  }
}
