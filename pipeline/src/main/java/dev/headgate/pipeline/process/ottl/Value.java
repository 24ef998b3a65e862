package dev.headgate.pipeline.process.ottl;

import dev.headgate.pipeline.otlp.AnyValueCursor;
import dev.headgate.pipeline.otlp.AnyValueText;
import dev.headgate.pipeline.wire.Utf8;
import dev.headgate.pipeline.wire.WireScan;
import dev.headgate.pipeline.wire.WireType;
import dev.headgate.pipeline.wire.WireWriter;
import org.jspecify.annotations.Nullable;

/// A value while OTTL is evaluated: a number, or bytes somewhere. Reusable; allocates nothing.
///
/// **Threading:** confined to one thread, or never changed.
public final class Value {
  private static final byte[] NOTHING = {};

  private Kind kind = Kind.NIL;
  private byte[] bytes = NOTHING;
  private int from;
  private int to;
  private int entriesField;
  private long integer;
  private double floating;

  /// What a value is.
  public enum Kind {
    NIL,
    BOOL,
    INT,
    DOUBLE,
    STRING,
    BYTES,
    /// The body of an ArrayValue.
    LIST,
    /// The body of a message with entries in one field: a KeyValueList, or what has attributes.
    MAP,
    TRACE_ID,
    SPAN_ID
  }

  /// Creates a nil.
  public Value() {}

  /// A text that never changes.
  public static Value ofString(String text) {
    Value value = new Value();
    value.setString(text);
    return value;
  }

  /// Bytes that never change.
  static Value ofBytes(byte[] bytes) {
    Value value = new Value();
    value.set(Kind.BYTES, bytes, 0, bytes.length);
    return value;
  }

  /// An integer that never changes.
  static Value ofInt(long number) {
    Value value = new Value();
    value.setInt(number);
    return value;
  }

  /// A double that never changes.
  static Value ofDouble(double number) {
    Value value = new Value();
    value.setDouble(number);
    return value;
  }

  /// A boolean that never changes.
  static Value ofBool(boolean truth) {
    Value value = new Value();
    value.setBool(truth);
    return value;
  }

  /// Becomes nil and lets go of its bytes.
  public void clear() {
    kind = Kind.NIL;
    bytes = NOTHING;
  }

  /// Becomes nil.
  void setNil() {
    kind = Kind.NIL;
  }

  /// Becomes a boolean.
  void setBool(boolean truth) {
    kind = Kind.BOOL;
    integer = truth ? 1 : 0;
  }

  /// Becomes an integer.
  void setInt(long number) {
    kind = Kind.INT;
    integer = number;
  }

  /// Becomes a double.
  void setDouble(double number) {
    kind = Kind.DOUBLE;
    floating = number;
  }

  /// Becomes text.
  void setString(String text) {
    byte[] utf8 = Utf8.bytes(text);
    set(Kind.STRING, utf8, 0, utf8.length);
  }

  /// Becomes text, bytes, a list or an id.
  public void set(Kind kind, byte[] bytes, int from, int to) {
    this.kind = kind;
    this.bytes = bytes;
    this.from = from;
    this.to = to;
  }

  /// Becomes the map whose entries are a field of the message `bytes[from, to)`.
  void setMap(byte[] bytes, int from, int to, int entriesField) {
    set(Kind.MAP, bytes, from, to);
    this.entriesField = entriesField;
  }

  /// Becomes what a cursor stands at.
  void set(byte[] bytes, AnyValueCursor cursor) {
    switch (cursor.kind()) {
      case NONE, STRING_INDEX -> setNil();
      case BOOL -> setBool(cursor.boolValue());
      case INT -> setInt(cursor.intValue());
      case DOUBLE -> setDouble(cursor.doubleValue());
      case STRING -> set(Kind.STRING, bytes, cursor.from(), cursor.to());
      case BYTES -> set(Kind.BYTES, bytes, cursor.from(), cursor.to());
      case ARRAY -> set(Kind.LIST, bytes, cursor.from(), cursor.to());
      case KVLIST -> setMap(bytes, cursor.from(), cursor.to(), 1);
    }
  }

  /// Becomes what another is.
  void set(Value other) {
    kind = other.kind;
    bytes = other.bytes;
    from = other.from;
    to = other.to;
    entriesField = other.entriesField;
    integer = other.integer;
    floating = other.floating;
  }

  public Kind kind() {
    return kind;
  }

  /// The array that text, bytes, a list, a map or an id is in.
  public byte[] bytes() {
    return bytes;
  }

  public int from() {
    return from;
  }

  public int to() {
    return to;
  }

  /// The number of the field that a MAP's entries are in.
  int entriesField() {
    return entriesField;
  }

  /// The value of an INT, or of a BOOL as 0 or 1.
  public long integer() {
    return integer;
  }

  /// The value of a DOUBLE.
  public double floating() {
    return floating;
  }

  boolean isNumber() {
    return kind == Kind.INT || kind == Kind.DOUBLE;
  }

  /// The text of a STRING, null for everything else.
  public @Nullable String literalText() {
    return kind == Kind.STRING ? Utf8.text(bytes, from, to) : null;
  }

  /// How many elements a LIST or MAP has.
  int entries() {
    int wanted = WireType.tag(kind == Kind.MAP ? entriesField : 1, WireType.LENGTH_DELIMITED);
    int entries = 0;
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      at = WireScan.skip(bytes, tag, WireScan.varintEnd(bytes, at));
      entries += tag == wanted ? 1 : 0;
    }
    return entries;
  }

  /// Writes the body of the AnyValue that holds this value.
  ///
  /// @throws IllegalStateException for an id, which no AnyValue holds
  public void writeAnyValue(WireWriter out) {
    switch (kind) {
      case NIL -> {}
      case BOOL -> {
        out.writeTag(2, WireType.VARINT);
        out.writeVarint(integer);
      }
      case INT -> {
        out.writeTag(3, WireType.VARINT);
        out.writeVarint(integer);
      }
      case DOUBLE -> {
        out.writeTag(4, WireType.FIXED64);
        out.writeFixed64(Double.doubleToRawLongBits(floating));
      }
      case STRING -> out.writeBytesField(1, bytes, from, to);
      case BYTES -> out.writeBytesField(7, bytes, from, to);
      case LIST -> out.writeBytesField(5, bytes, from, to);
      case MAP -> writeMap(out);
      case TRACE_ID, SPAN_ID -> throw new IllegalStateException("an id (expected: another value)");
    }
  }

  private void writeMap(WireWriter out) {
    out.writeTag(6, WireType.LENGTH_DELIMITED);
    int mark = out.beginLength();
    int wanted = WireType.tag(entriesField, WireType.LENGTH_DELIMITED);
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      at = WireScan.skip(bytes, tag, length);
      if (tag == wanted) {
        out.writeTag(1, WireType.LENGTH_DELIMITED);
        out.writeRaw(bytes, length, at);
      }
    }
    out.endLength(mark);
  }

  /// A list or map as JSON, as the Collector writes it, or null when it holds a number that JSON
  /// does not have.
  @Nullable String json() {
    WireWriter any = new WireWriter(to - from + 16);
    writeAnyValue(any);
    String json = AnyValueText.of(any.array(), 0, any.size());
    return json.isEmpty() ? null : json;
  }
}
