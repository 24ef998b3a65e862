package dev.headgate.pipeline.process.transform;

import dev.headgate.pipeline.process.ottl.Path;
import dev.headgate.pipeline.process.ottl.SpanKinds;
import dev.headgate.pipeline.process.ottl.Value;
import dev.headgate.pipeline.process.ottl.Value.Kind;
import dev.headgate.pipeline.wire.WireEditor;
import dev.headgate.pipeline.wire.WireType;
import dev.headgate.pipeline.wire.WireWriter;

/// Sets the fields of messages that are neither attributes nor AnyValues.
///
/// **Threading:** confined to one thread.
final class FieldSetter {
  private static final int STATUS = 15;
  private static final int STATUS_MESSAGE = 2;
  private static final int STATUS_CODE = 3;
  private static final int POINT_DOUBLE = 4;
  private static final int POINT_INT = 6;
  private static final int KEEP_BYTES = 1 << 16;

  private final Splice splice = new Splice();
  private final WireWriter encoded = new WireWriter(256);

  /// Lets go of a large value set last.
  void clear() {
    encoded.reset(KEEP_BYTES);
  }

  /// Whether this can set fields of a type.
  static boolean sets(Path.Type type) {
    return switch (type) {
      case STRING,
          INT32,
          UINT32,
          FIXED32,
          FIXED64,
          SPAN_KIND_TEXT,
          SPAN_KIND_SYMBOL,
          STATUS_CODE,
          STATUS_MESSAGE,
          POINT_INT,
          POINT_DOUBLE,
          POINT_FLAGS ->
          true;
      case ANY_VALUE,
          ANY_VALUE_TEXT,
          ATTRIBUTES,
          TRACE_ID,
          TRACE_ID_TEXT,
          SPAN_ID,
          SPAN_ID_TEXT,
          METRIC_TYPE,
          TEMPORALITY,
          MONOTONIC,
          POINT_COUNT,
          POINT_SUM ->
          false;
    };
  }

  /// Sets a field of the draft that the editor edits.
  ///
  /// @param field its number
  /// @return false when the value is of another type
  boolean set(Draft draft, Path.Type type, int field, Value value, WireEditor editor) {
    if (value.kind() != kindOf(type)) {
      return false;
    }
    byte[] bytes = draft.bytes();
    int from = draft.from();
    int to = draft.to();
    encoded.reset(KEEP_BYTES);
    switch (type) {
      case STRING -> text(field, value);
      case INT32 -> varint(field, int32(value));
      case UINT32, POINT_FLAGS -> varint(field, value.integer() & 0xffff_ffffL);
      case FIXED32 -> {
        if (value.integer() < 0 || value.integer() > 0xffff_ffffL) {
          return false;
        }
        fixed32(field, (int) value.integer());
      }
      case FIXED64 -> fixed64(field, value.integer(), false);
      case SPAN_KIND_TEXT, SPAN_KIND_SYMBOL -> {
        int kind = SpanKinds.kind(type, String.valueOf(value.literalText()));
        if (kind < 0) {
          return false;
        }
        varint(field, kind);
      }
      case STATUS_CODE -> {
        varint(STATUS_CODE, int32(value));
        inStatus(bytes, from, to, STATUS_CODE, editor);
        return true;
      }
      case STATUS_MESSAGE -> {
        text(STATUS_MESSAGE, value);
        inStatus(bytes, from, to, STATUS_MESSAGE, editor);
        return true;
      }
      case POINT_INT -> {
        remove(bytes, from, to, POINT_DOUBLE, editor);
        fixed64(POINT_INT, value.integer(), true);
      }
      case POINT_DOUBLE -> {
        remove(bytes, from, to, POINT_INT, editor);
        fixed64(POINT_DOUBLE, Double.doubleToRawLongBits(value.floating()), true);
      }
      default -> throw new IllegalStateException("not to be set: " + type);
    }
    splice.put(bytes, from, to, field, encoded, editor);
    return true;
  }

  /* What is left of a number in an int32 field. */
  private static int int32(Value number) {
    return (int) number.integer();
  }

  private static Kind kindOf(Path.Type type) {
    return switch (type) {
      case STRING, SPAN_KIND_TEXT, SPAN_KIND_SYMBOL, STATUS_MESSAGE -> Kind.STRING;
      case POINT_DOUBLE -> Kind.DOUBLE;
      default -> Kind.INT;
    };
  }

  /* The other member of a point's value comes before its new one, which is then at the end. */
  private void remove(byte[] bytes, int from, int to, int field, WireEditor editor) {
    if (splice.find(bytes, from, to, field)) {
      editor.delete(splice.tagStart(), splice.end());
    }
  }

  private void inStatus(byte[] bytes, int from, int to, int field, WireEditor editor) {
    if (splice.find(bytes, from, to, STATUS)) {
      int body = splice.bodyFrom(bytes);
      int end = splice.end();
      editor.enter(splice.tagStart(), splice.lengthStart(), body, end);
      splice.put(bytes, body, end, field, encoded, editor);
      editor.leave();
    } else if (encoded.size() > 0) {
      editor.edit(to, to).writeBytesField(STATUS, encoded.array(), 0, encoded.size());
    }
  }

  /* Defaults are not written, as proto3 has it for fields without presence. */

  private void text(int field, Value value) {
    if (value.to() > value.from()) {
      encoded.writeBytesField(field, value.bytes(), value.from(), value.to());
    }
  }

  private void varint(int field, long number) {
    if (number != 0) {
      encoded.writeTag(field, WireType.VARINT);
      encoded.writeVarint(number);
    }
  }

  private void fixed32(int field, int number) {
    if (number != 0) {
      encoded.writeTag(field, WireType.FIXED32);
      encoded.writeFixed32(number);
    }
  }

  private void fixed64(int field, long bits, boolean presence) {
    if (bits != 0 || presence) {
      encoded.writeTag(field, WireType.FIXED64);
      encoded.writeFixed64(bits);
    }
  }
}
