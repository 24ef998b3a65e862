package dev.headgate.pipeline.process.ottl;

import dev.headgate.pipeline.otlp.AnyValueCursor;
import dev.headgate.pipeline.otlp.AnyValueText;
import dev.headgate.pipeline.otlp.AttributeLookup;
import dev.headgate.pipeline.otlp.MetricData;
import dev.headgate.pipeline.process.ottl.Value.Kind;
import dev.headgate.pipeline.wire.WireScan;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What OTTL is evaluated on: an item and the messages around it, in place. Reusable.
///
/// **Threading:** confined to one thread.
public final class Subject {
  private static final byte[] EMPTY = {};
  private static final byte[] ZEROS = new byte[16];
  private static final int TRACE_ID_BYTES = 16;
  private static final int SPAN_ID_BYTES = 8;

  private final Map<Part, Range> ranges = new EnumMap<>(Part.class);
  private final Range wholeMetric = new Range();
  private final IdentityHashMap<Path, Known> knowns = new IdentityHashMap<>();
  private final FieldScan scan = new FieldScan();
  private final AttributeLookup lookup = new AttributeLookup();
  private final AnyValueCursor cursor = new AnyValueCursor();
  private byte[] bytes = EMPTY;
  private MetricData metricData = MetricData.NONE;

  /// Creates a subject without messages.
  public Subject() {
    for (Part part : Part.values()) {
      ranges.put(part, new Range());
    }
  }

  /// Sets where the body of a message is.
  public void set(Part part, byte[] bytes, int from, int to) {
    range(part).set(bytes, from, to);
    if (part == Part.METRIC) {
      wholeMetric.set(bytes, from, to);
    }
  }

  /// Sets where the body of a message is after a change; a metric's may then lack its data.
  public void change(Part part, byte[] bytes, int from, int to) {
    range(part).set(bytes, from, to);
  }

  /// Sets which data the metric has that the data points belong to.
  public void metricData(MetricData data) {
    metricData = data;
  }

  /// Lets go of the bytes looked at last.
  public void clear() {
    for (Range range : ranges.values()) {
      range.set(EMPTY, 0, 0);
    }
    wholeMetric.set(EMPTY, 0, 0);
    knowns.values().forEach(known -> known.value.clear());
    scan.clear();
    bytes = EMPTY;
  }

  /// Reads a path.
  ///
  /// @return false when it cannot be read, because it indexes what has no such members
  public boolean read(Path path, Value into) {
    if (!path.outer()) {
      return readNow(path, into);
    }
    // Each of a million items would search the same large message again.
    int version = range(path.part()).version;
    Known known = knowns.get(path);
    if (known == null) {
      known = new Known();
      knowns.put(path, known);
    }
    if (known.version != version) {
      known.readable = readNow(path, known.value);
      known.version = version;
    }
    into.set(known.value);
    return known.readable;
  }

  private boolean readNow(Path path, Value into) {
    Range range = range(path.part());
    bytes = range.bytes;
    int from = range.from;
    int to = range.to;
    int field = path.field();
    switch (path.type()) {
      case ATTRIBUTES -> {
        return readAttributes(path, from, to, into);
      }
      case ANY_VALUE -> {
        scan.find(bytes, from, to, field);
        return readDown(scan.from(), scan.to(), path.keys(), 0, into);
      }
      case STRING -> {
        scan.find(bytes, from, to, field);
        into.set(Kind.STRING, bytes, scan.from(), scan.to());
      }
      case INT32 -> into.setInt(scan.find(bytes, from, to, field) ? (int) scan.varint() : 0);
      case UINT32 ->
          into.setInt(scan.find(bytes, from, to, field) ? scan.varint() & 0xffff_ffffL : 0);
      case FIXED32 -> into.setInt(scan.find(bytes, from, to, field) ? scan.fixed32() : 0);
      case FIXED64 -> into.setInt(scan.find(bytes, from, to, field) ? scan.fixed64() : 0);
      case ANY_VALUE_TEXT -> {
        scan.find(bytes, from, to, field);
        readText(scan.from(), scan.to(), into);
      }
      case SPAN_KIND_TEXT, SPAN_KIND_SYMBOL -> {
        int kind = scan.find(bytes, from, to, field) ? (int) scan.varint() : 0;
        into.setString(SpanKinds.text(path.type(), kind));
      }
      case STATUS_CODE -> {
        boolean has =
            scan.find(bytes, from, to, field) && scan.find(bytes, scan.from(), scan.to(), 3);
        into.setInt(has ? (int) scan.varint() : 0);
      }
      case STATUS_MESSAGE -> {
        if (scan.find(bytes, from, to, field)) {
          scan.find(bytes, scan.from(), scan.to(), 2);
        }
        into.set(Kind.STRING, bytes, scan.from(), scan.to());
      }
      case TRACE_ID -> readId(from, to, field, Kind.TRACE_ID, TRACE_ID_BYTES, into);
      case SPAN_ID -> readId(from, to, field, Kind.SPAN_ID, SPAN_ID_BYTES, into);
      case TRACE_ID_TEXT -> readIdText(from, to, field, TRACE_ID_BYTES, into);
      case SPAN_ID_TEXT -> readIdText(from, to, field, SPAN_ID_BYTES, into);
      case METRIC_TYPE, TEMPORALITY, MONOTONIC -> readOfData(path, into);
      case POINT_INT, POINT_DOUBLE, POINT_COUNT, POINT_SUM, POINT_FLAGS ->
          readOfPoint(path, from, to, into);
    }
    return true;
  }

  private Range range(Part part) {
    return Objects.requireNonNull(ranges.get(part));
  }

  private void readText(int from, int to, Value into) {
    cursor.read(bytes, from, to);
    if (cursor.kind() == AnyValueCursor.Kind.STRING) {
      into.set(bytes, cursor);
    } else {
      into.setString(AnyValueText.of(bytes, from, to));
    }
  }

  private boolean readAttributes(Path path, int from, int to, Value into) {
    int field = attributesField(path);
    if (path.keys().isEmpty()) {
      into.setMap(bytes, from, to, field);
      return true;
    }
    if (!lookup.find(bytes, from, to, field, name(path.keys().getFirst()))) {
      into.setNil();
      return true;
    }
    return readDown(lookup.valueFrom(), lookup.valueTo(), path.keys(), 1, into);
  }

  /// The data that the metric has that the data points belong to.
  public MetricData metricData() {
    return metricData;
  }

  /// The number of the field that a path's attributes are in.
  public int attributesField(Path path) {
    return path.part() == Part.DATA_POINT ? metricData.attributesField() : path.field();
  }

  /* Goes from an AnyValue down by the keys that are left. */
  private boolean readDown(int from, int to, List<Path.Key> keys, int firstKey, Value into) {
    cursor.read(bytes, from, to);
    for (int i = firstKey; i < keys.size(); i++) {
      Path.Key key = keys.get(i);
      switch (cursor.kind()) {
        case KVLIST -> {
          if (key.name() == null) {
            return false;
          }
          if (!lookup.find(bytes, cursor.from(), cursor.to(), 1, key.name())) {
            into.setNil();
            return true;
          }
          cursor.read(bytes, lookup.valueFrom(), lookup.valueTo());
        }
        case ARRAY -> {
          boolean index = key.name() == null;
          if (!index || !scan.find(bytes, cursor.from(), cursor.to(), 1, key.index())) {
            return false;
          }
          cursor.read(bytes, scan.from(), scan.to());
        }
        case NONE, STRING, BOOL, INT, DOUBLE, BYTES, STRING_INDEX -> {
          return false;
        }
      }
    }
    into.set(bytes, cursor);
    return true;
  }

  private static byte[] name(Path.Key key) {
    return Objects.requireNonNull(key.name());
  }

  private void readId(int from, int to, int field, Kind kind, int length, Value into) {
    scan.find(bytes, from, to, field);
    if (scan.to() - scan.from() == length) {
      into.set(kind, bytes, scan.from(), scan.to());
    } else {
      into.set(kind, ZEROS, 0, length);
    }
  }

  private void readIdText(int from, int to, int field, int length, Value into) {
    readId(from, to, field, Kind.BYTES, length, into);
    into.setString(HexFormat.of().formatHex(into.bytes(), into.from(), into.to()));
  }

  private void readOfData(Path path, Value into) {
    bytes = wholeMetric.bytes;
    MetricData data = MetricData.of(bytes, wholeMetric.from, wholeMetric.to);
    if (path.type() == Path.Type.METRIC_TYPE) {
      into.setInt(data.number());
      return;
    }
    boolean monotonic = path.type() == Path.Type.MONOTONIC;
    if (monotonic ? data != MetricData.SUM : !data.hasTemporality()) {
      into.setNil();
      return;
    }
    scan.find(bytes, wholeMetric.from, wholeMetric.to, data.field());
    long number = scan.find(bytes, scan.from(), scan.to(), path.field()) ? scan.varint() : 0;
    if (monotonic) {
      into.setBool(number != 0);
    } else {
      int temporality = (int) number;
      into.setInt(temporality);
    }
  }

  private void readOfPoint(Path path, int from, int to, Value into) {
    boolean number = metricData.isNumber();
    switch (path.type()) {
      case POINT_FLAGS ->
          into.setInt(
              scan.find(bytes, from, to, metricData.flagsField())
                  ? scan.varint() & 0xffff_ffffL
                  : 0);
      case POINT_COUNT -> {
        into.setInt(scan.find(bytes, from, to, 4) ? scan.fixed64() : 0);
        nilIf(number, into);
      }
      case POINT_SUM -> {
        into.setDouble(scan.find(bytes, from, to, 5) ? Double.longBitsToDouble(scan.fixed64()) : 0);
        nilIf(number, into);
      }
      case POINT_DOUBLE -> {
        into.setDouble(
            number && scan.find(bytes, from, to, 4) ? Double.longBitsToDouble(scan.fixed64()) : 0);
        nilIf(!number, into);
      }
      default -> {
        into.setInt(number && scan.find(bytes, from, to, 6) ? scan.fixed64() : 0);
        nilIf(!number, into);
      }
    }
  }

  private static void nilIf(boolean other, Value into) {
    if (other) {
      into.setNil();
    }
  }

  /// Whether a data point of the metric has an attribute, and, where a text is given, whether the
  /// first one that has it has it with that text.
  boolean hasAttributeOnPoint(byte[] key, @Nullable Value text) {
    bytes = wholeMetric.bytes;
    MetricData data = MetricData.of(bytes, wholeMetric.from, wholeMetric.to);
    scan.find(bytes, wholeMetric.from, wholeMetric.to, data.field());
    int at = scan.from();
    int to = scan.to();
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int value = WireScan.varintEnd(bytes, at);
      int next = WireScan.skip(bytes, tag, value);
      boolean point = tag == MetricData.POINT_TAG;
      int body = point ? WireScan.varintEnd(bytes, value) : next;
      if (lookup.find(bytes, body, next, data.attributesField(), key)) {
        return text == null || isText(text);
      }
      at = next;
    }
    return false;
  }

  /* The text of a value that is none is empty, as the Collector reads it. */
  private boolean isText(Value text) {
    cursor.read(bytes, lookup.valueFrom(), lookup.valueTo());
    boolean string = cursor.kind() == AnyValueCursor.Kind.STRING;
    int start = string ? cursor.from() : 0;
    int end = string ? cursor.to() : 0;
    return Arrays.equals(bytes, start, end, text.bytes(), text.from(), text.to());
  }

  /// Where a message is; nowhere at first.
  private static final class Range {
    private byte[] bytes = EMPTY;
    private int from;
    private int to;
    private int version;

    private void set(byte[] newBytes, int newFrom, int newTo) {
      version++;
      bytes = newBytes;
      from = newFrom;
      to = newTo;
    }
  }

  /// What a path had when its message had a version.
  private static final class Known {
    private final Value value = new Value();
    private int version = -1;
    private boolean readable;
  }
}
