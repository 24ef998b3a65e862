package dev.headgate.exporters.backend;

import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.otlp.AnyValueCursor;
import dev.headgate.pipeline.otlp.KeyValueCursor;
import dev.headgate.pipeline.wire.WireEditor;
import dev.headgate.pipeline.wire.WireScan;
import dev.headgate.pipeline.wire.WireType;
import dev.headgate.pipeline.wire.WireWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Makes a logs request fit for Loki, which puts the attributes of resource, scope and record and
/// the record's fields into one namespace of label names: keys that are no names are removed, and
/// the attributes `trace_id` and `span_id` (`trace.id` is the same name there) become the fields,
/// or go where the field is set.
///
/// **Threading:** confined to one thread; one instance per request.
final class LogFields {
  private static final int FIRST = 1 << 3 | 2;
  private static final int SECOND = 2 << 3 | 2;
  private static final int SCOPE_ATTRIBUTES = 3 << 3 | 2;
  private static final int RECORD_ATTRIBUTES = 6 << 3 | 2;
  private static final int NOT_HEX = -1;

  private final boolean dropsUnusableKeys;
  private final boolean promotes;
  private final WireEditor editor = new WireEditor();
  private final LabelKeys keys = new LabelKeys();
  private final KeyValueCursor attribute = new KeyValueCursor();
  private final AnyValueCursor value = new AnyValueCursor();
  private final Id traceId = new Id(9, 16, "trace");
  private final Id spanId = new Id(10, 8, "span");
  private byte[] bytes = {};
  private int promoted;
  private int repeated;

  LogFields(boolean dropsUnusableKeys, boolean promotes) {
    this.dropsUnusableKeys = dropsUnusableKeys;
    this.promotes = promotes;
  }

  /// One of the two fields: what is known of it in the record being read.
  private static final class Id {
    private final int field;
    private final int tag;
    private final byte[] bytes;
    private final byte[] word;

    /// Whether the record has it, from the beginning or by now.
    private boolean set;

    /// Whether [#bytes] holds what it shall become.
    private boolean promoted;

    Id(int field, int length, String word) {
      this.field = field;
      this.tag = WireType.tag(field, WireType.LENGTH_DELIMITED);
      this.bytes = new byte[length];
      this.word = word.getBytes(StandardCharsets.US_ASCII);
    }

    private void reset() {
      set = false;
      promoted = false;
    }
  }

  /// The request as Loki takes it; the identical bytes when it is so already.
  Bytes adapt(Bytes request) {
    bytes = request.array();
    editor.reset(request);
    int at = 0;
    while (at < request.length()) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == FIRST) {
        int body = WireScan.varintEnd(bytes, length);
        editor.enter(at, length, body, end);
        envelope(body, end, FIRST, true);
        editor.leave();
      }
      at = end;
    }
    Bytes edited = editor.finish();
    return edited == null ? request : edited;
  }

  /// How many attributes became a field.
  int promoted() {
    return promoted;
  }

  /// How many attributes were removed because the field is set.
  int repeated() {
    return repeated;
  }

  /// How many attributes were removed for their keys.
  int unusableKeys() {
    return keys.removed();
  }

  /// A ResourceLogs or ScopeLogs: first its owner, then what it owns.
  private void envelope(int from, int to, int ownerAttributes, boolean outer) {
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == FIRST || tag == SECOND) {
        int body = WireScan.varintEnd(bytes, length);
        editor.enter(at, length, body, end);
        if (tag == SECOND && outer) {
          envelope(body, end, SCOPE_ATTRIBUTES, false);
        } else if (tag == SECOND) {
          record(body, end);
        } else if (dropsUnusableKeys) {
          keys.walk(bytes, body, end, ownerAttributes, editor);
        }
        editor.leave();
      }
      at = end;
    }
  }

  private void record(int from, int to) {
    if (promotes) {
      readFields(from, to);
    }
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == RECORD_ATTRIBUTES) {
        recordAttribute(at, length, end);
      } else if (isReplaced(traceId, tag) || isReplaced(spanId, tag)) {
        editor.delete(at, end);
      }
      at = end;
    }
    write(traceId, to);
    write(spanId, to);
  }

  /// A field of zeros, which is none, that makes way.
  private boolean isReplaced(Id id, int tag) {
    return id.promoted && tag == id.tag;
  }

  private void write(Id id, int at) {
    if (id.promoted) {
      WireWriter out = editor.edit(at, at);
      out.writeBytesField(id.field, id.bytes, 0, id.bytes.length);
    }
  }

  /// Reads whether the fields are set, and where they are not, what of the attributes they become.
  private void readFields(int from, int to) {
    traceId.reset();
    spanId.reset();
    boolean attributes = false;
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      attributes |= tag == RECORD_ATTRIBUTES;
      if (tag == traceId.tag) {
        traceId.set = isSet(WireScan.varintEnd(bytes, length), end);
      } else if (tag == spanId.tag) {
        spanId.set = isSet(WireScan.varintEnd(bytes, length), end);
      }
      at = end;
    }
    if (attributes && !(traceId.set && spanId.set)) {
      readAttributes(from, to);
    }
  }

  /// An id of zeros is none.
  private boolean isSet(int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return true;
      }
    }
    return false;
  }

  private void readAttributes(int from, int to) {
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == RECORD_ATTRIBUTES) {
        Id id = idOf(WireScan.varintEnd(bytes, length), end);
        if (id != null && !id.set && !id.promoted) {
          id.promoted = readHex(id.bytes);
        }
      }
      at = end;
    }
  }

  private void recordAttribute(int at, int length, int end) {
    if (promotes) {
      Id id = idOf(WireScan.varintEnd(bytes, length), end);
      if (id != null && (id.set || id.promoted)) {
        editor.delete(at, end);
        if (id.set) {
          repeated++;
        } else {
          // This one, or one behind it: what is left of them repeats the field.
          id.set = true;
          promoted++;
        }
        return;
      }
    }
    if (dropsUnusableKeys) {
      keys.attribute(bytes, at, length, end, editor);
    }
  }

  /// Which of the two an attribute is named after; reads it.
  private @Nullable Id idOf(int from, int to) {
    attribute.read(bytes, from, to);
    if (isNamed(traceId)) {
      return traceId;
    }
    return isNamed(spanId) ? spanId : null;
  }

  /// Whether the key becomes the field's name where everything but letters and digits becomes one
  /// underscore.
  private boolean isNamed(Id id) {
    int from = attribute.keyFrom();
    int to = attribute.keyTo();
    int word = id.word.length;
    if (to - from < word + 3 || bytes[to - 2] != 'i' || bytes[to - 1] != 'd') {
      return false;
    }
    for (int i = 0; i < word; i++) {
      if (bytes[from + i] != id.word[i]) {
        return false;
      }
    }
    for (int i = from + word; i < to - 2; i++) {
      if (LabelKeys.isLetterOrDigit(bytes[i])) {
        return false;
      }
    }
    return true;
  }

  /// Reads the attribute's text as an id; false when it is none.
  private boolean readHex(byte[] id) {
    value.read(bytes, attribute.valueFrom(), attribute.valueTo());
    if (value.kind() != AnyValueCursor.Kind.STRING || value.to() - value.from() != 2 * id.length) {
      return false;
    }
    int any = 0;
    for (int i = 0; i < id.length; i++) {
      int high = hexDigit(bytes[value.from() + 2 * i]);
      int low = hexDigit(bytes[value.from() + 2 * i + 1]);
      if (high == NOT_HEX || low == NOT_HEX) {
        return false;
      }
      id[i] = (byte) (high << 4 | low);
      any |= id[i];
    }
    return any != 0;
  }

  private static int hexDigit(byte b) {
    return b >= 0 ? Character.digit(b, 16) : NOT_HEX;
  }
}
