package dev.headgate.pipeline.process.filter;

import dev.headgate.pipeline.otlp.AnyValueCursor;
import dev.headgate.pipeline.otlp.AnyValueText;
import dev.headgate.pipeline.otlp.AttributeLookup;
import dev.headgate.pipeline.process.filter.Operand.Part;
import dev.headgate.pipeline.process.filter.Operand.Path;
import dev.headgate.pipeline.wire.Utf8;
import dev.headgate.pipeline.wire.WireScan;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/// What conditions are evaluated on: an item and the messages around it, in place. Reusable.
///
/// **Threading:** confined to one thread.
final class Subject {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int STATUS_FIELD = 15;
  private static final int FIRST_METRIC_DATA = 5;
  private static final byte[][] SPAN_KINDS = {
    Utf8.bytes("Unspecified"),
    Utf8.bytes("Internal"),
    Utf8.bytes("Server"),
    Utf8.bytes("Client"),
    Utf8.bytes("Producer"),
    Utf8.bytes("Consumer")
  };

  private final Map<Part, Range> ranges = new EnumMap<>(Part.class);
  private final AttributeLookup lookup = new AttributeLookup();
  private final AnyValueCursor cursor = new AnyValueCursor();
  private static final byte[] EMPTY = {};

  private byte[] bytes = EMPTY;
  private int pointAttributesField;
  private int fieldFrom;
  private int fieldTo;

  Subject() {
    for (Part part : Part.values()) {
      ranges.put(part, new Range());
    }
  }

  /// Sets where a message is.
  void set(Part part, byte[] bytes, int from, int to) {
    this.bytes = bytes;
    Range range = range(part);
    range.from = from;
    range.to = to;
  }

  /// Sets the number of the attributes of the data points that follow.
  void pointAttributesField(int field) {
    pointAttributesField = field;
  }

  /// Reads a path.
  void read(Path path, Value into) {
    Part part = path.part();
    Range range = range(part == Part.SPAN_STATUS ? Part.SPAN : part);
    int start = range.from;
    int end = range.to;
    if (part == Part.SPAN_STATUS) {
      find(start, end, STATUS_FIELD);
      start = fieldFrom;
      end = fieldTo;
    }
    switch (path.type()) {
      case ATTRIBUTES -> readAttribute(path, start, end, into);
      case METRIC_TYPE -> into.setInt(metricType(start, end));
      case STRING -> {
        find(start, end, path.field());
        into.setString(bytes, fieldFrom, fieldTo);
      }
      case VARINT -> into.setInt(find(start, end, path.field()) ? varint() : 0);
      case FIXED64 -> into.setInt(find(start, end, path.field()) ? fixed64() : 0);
      case SPAN_KIND_TEXT -> {
        long kind = find(start, end, path.field()) ? varint() : 0;
        byte[] text = kind >= 0 && kind < SPAN_KINDS.length ? SPAN_KINDS[(int) kind] : new byte[0];
        into.setString(text, 0, text.length);
      }
      case ANY_VALUE -> {
        find(start, end, path.field());
        readDown(path, 0, fieldFrom, fieldTo, into);
      }
      case ANY_VALUE_TEXT -> {
        find(start, end, path.field());
        byte[] text = Utf8.bytes(AnyValueText.of(bytes, fieldFrom, fieldTo));
        into.setString(text, 0, text.length);
      }
    }
  }

  private Range range(Part part) {
    return Objects.requireNonNull(ranges.get(part));
  }

  private void readAttribute(Path path, int start, int end, Value into) {
    int field = path.part() == Part.DATA_POINT ? pointAttributesField : path.field();
    if (lookup.find(bytes, start, end, field, path.keys()[0])) {
      readDown(path, 1, lookup.valueFrom(), lookup.valueTo(), into);
    } else {
      into.setNil();
    }
  }

  /* Goes from an AnyValue down by the keys that are left. */
  private void readDown(Path path, int firstKey, int start, int end, Value into) {
    int anyFrom = start;
    int anyTo = end;
    cursor.read(bytes, start, end);
    for (int i = firstKey; i < path.keys().length; i++) {
      boolean found =
          cursor.kind() == AnyValueCursor.Kind.KVLIST
              && lookup.find(bytes, cursor.from(), cursor.to(), 1, path.keys()[i]);
      if (!found) {
        into.setNil();
        return;
      }
      anyFrom = lookup.valueFrom();
      anyTo = lookup.valueTo();
      cursor.read(bytes, anyFrom, anyTo);
    }
    into.set(bytes, cursor, anyFrom, anyTo);
  }

  private int metricType(int start, int end) {
    int type = 0;
    int at = start;
    while (at < end) {
      int tag = (int) WireScan.varint(bytes, at);
      int field = tag >>> 3;
      if (field >= FIRST_METRIC_DATA) {
        type =
            switch (field) {
              case 5 -> 1;
              case 7 -> 2;
              case 9 -> 3;
              case 10 -> 4;
              case 11 -> 5;
              default -> type;
            };
      }
      at = WireScan.skip(bytes, tag, WireScan.varintEnd(bytes, at));
    }
    return type;
  }

  /* Sets the field's content, empty when it is absent. */
  private boolean find(int start, int end, int field) {
    int at = start;
    while (at < end) {
      int tag = (int) WireScan.varint(bytes, at);
      int value = WireScan.varintEnd(bytes, at);
      int next = WireScan.skip(bytes, tag, value);
      if (tag >>> 3 == field) {
        fieldFrom = (tag & 7) == 2 ? WireScan.varintEnd(bytes, value) : value;
        fieldTo = next;
        return true;
      }
      at = next;
    }
    fieldFrom = start;
    fieldTo = start;
    return false;
  }

  private long varint() {
    return WireScan.varint(bytes, fieldFrom);
  }

  private long fixed64() {
    return (long) LONG.get(bytes, fieldFrom);
  }

  /// Where a message is; nowhere at first.
  private static final class Range {
    private int from;
    private int to;
  }

  /// Lets go of the bytes looked at last.
  void clear() {
    bytes = EMPTY;
  }
}
