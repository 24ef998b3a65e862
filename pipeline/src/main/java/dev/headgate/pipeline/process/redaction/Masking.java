package dev.headgate.pipeline.process.redaction;

import dev.headgate.config.RedactionConfig;
import dev.headgate.config.RedactionConfig.Action;
import dev.headgate.config.RedactionConfig.Hashing;
import dev.headgate.pipeline.otlp.AnyValueCursor;
import dev.headgate.pipeline.otlp.AnyValueText;
import dev.headgate.pipeline.process.regex.Regex;
import dev.headgate.pipeline.process.regex.Replacement;
import dev.headgate.pipeline.wire.Utf8;
import dev.headgate.pipeline.wire.WireScan;
import dev.headgate.pipeline.wire.WireWriter;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What takes the place of a value: a fixed text, or the value's hash.
///
/// **Threading:** any thread.
final class Masking {
  private static final long MAX_GROWTH = 8;
  private static final int FREE_GROWTH_BYTES = 4096;

  private final @Nullable Hash hash;
  private final String mask;
  private final byte[] maskText;
  private final byte[] maskValue;
  private final byte[] maskField;

  Masking(RedactionConfig config) {
    Hashing hashing = config.hashing();
    this.hash = config.action() == Action.HASH && hashing != null ? new Hash(hashing) : null;
    this.mask = config.replacement();
    this.maskText = Utf8.bytes(mask);
    this.maskValue = stringValue(maskText);
    this.maskField = valueField(maskValue);
  }

  /// What takes the place of a match inside a value.
  Replacement ofMatches() {
    return hash != null ? hash : Replacement.constant(mask);
  }

  /// Writes what takes the place of the part `[from, to)` of a value.
  void writeMasked(WireWriter out, byte[] text, int from, int to) {
    byte[] bytes = hash == null ? maskText : Utf8.bytes(hash.of(text, from, to));
    out.writeRaw(bytes, 0, bytes.length);
  }

  /// Whether values are hashed.
  boolean hashes() {
    return hash != null;
  }

  /// The value field of a KeyValue that holds the mask.
  byte[] maskField() {
    return maskField;
  }

  /// The body of the AnyValue that takes the place of the one in `buffer[from, to)`.
  byte[] value(byte[] buffer, int from, int to) {
    return hash == null ? maskValue : stringValue(Utf8.bytes(hashOf(hash, buffer, from, to)));
  }

  /// The value field of a KeyValue that takes the place of one whose AnyValue is in `buffer[from,
  /// to)` or absent (-1, -1).
  byte[] field(byte[] buffer, int from, int to) {
    return hash == null ? maskField : valueField(value(buffer, from, to));
  }

  private static String hashOf(Hash hash, byte[] buffer, int from, int to) {
    AnyValueCursor value = new AnyValueCursor();
    value.read(buffer, from, to);
    return switch (value.kind()) {
      case STRING, BYTES -> hash.of(buffer, value.from(), value.to());
      case NONE, BOOL, INT, DOUBLE, ARRAY, KVLIST, STRING_INDEX -> {
        byte[] text = Utf8.bytes(AnyValueText.of(buffer, from, to));
        yield hash.of(text, 0, text.length);
      }
    };
  }

  /// The value field of a KeyValue that takes the place of the text `[from, to)` as the Collector
  /// does it: every line for itself, empty ones included, as its pattern `.*` matches them.
  byte[] fieldByLines(byte[] text, int from, int to) {
    int lineEnd = lineEnd(text, from, to);
    if (hash == null && lineEnd == to) {
      return maskField;
    }
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    int at = from;
    long maxBytes = MAX_GROWTH * (to - from) + FREE_GROWTH_BYTES;
    while (lines.size() <= maxBytes) {
      lines.writeBytes(hash == null ? maskText : Utf8.bytes(hash.of(text, at, lineEnd)));
      if (lineEnd == to) {
        return valueField(stringValue(lines.toByteArray()));
      }
      lines.write('\n');
      at = lineEnd + 1;
      lineEnd = lineEnd(text, at, to);
    }
    return valueField(stringValue(Utf8.bytes(Regex.OVERGROWN)));
  }

  private static int lineEnd(byte[] text, int from, int to) {
    int at = from;
    while (at < to && text[at] != '\n') {
      at++;
    }
    return at;
  }

  /// The body of an AnyValue that holds a text.
  static byte[] stringValue(byte[] utf8) {
    WireWriter out = new WireWriter(utf8.length + 8);
    out.writeBytesField(1, utf8, 0, utf8.length);
    return out.toByteArray();
  }

  /// The body of the AnyValue in a value field of a KeyValue.
  static byte[] anyValue(byte[] valueField) {
    return Arrays.copyOfRange(valueField, WireScan.varintEnd(valueField, 1), valueField.length);
  }

  /// The value field of a KeyValue that holds an AnyValue.
  static byte[] valueField(byte[] anyValue) {
    WireWriter out = new WireWriter(anyValue.length + 8);
    out.writeBytesField(2, anyValue, 0, anyValue.length);
    return out.toByteArray();
  }
}
