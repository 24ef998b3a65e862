package dev.headgate.pipeline.process.filter;

import dev.headgate.pipeline.otlp.AnyValueCursor;
import dev.headgate.pipeline.otlp.AnyValueText;
import dev.headgate.pipeline.wire.Utf8;

/// A value while a condition is evaluated: a number, or bytes somewhere. Reusable; allocates
/// nothing.
///
/// **Threading:** confined to one thread, or never changed.
final class Value {
  private static final byte[] NOTHING = {};

  private AnyValueCursor.Kind kind = AnyValueCursor.Kind.NONE;
  private byte[] bytes = NOTHING;
  private int from;
  private int to;
  private int anyFrom = -1;
  private int anyTo = -1;
  private long integer;
  private double floating;

  /// A text that never changes.
  static Value ofString(String text) {
    Value value = new Value();
    byte[] utf8 = Utf8.bytes(text);
    value.setString(utf8, 0, utf8.length);
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
    value.kind = AnyValueCursor.Kind.BOOL;
    value.integer = truth ? 1 : 0;
    return value;
  }

  /// Becomes nil.
  void setNil() {
    kind = AnyValueCursor.Kind.NONE;
  }

  /// Becomes text.
  void setString(byte[] bytes, int from, int to) {
    kind = AnyValueCursor.Kind.STRING;
    this.bytes = bytes;
    this.from = from;
    this.to = to;
  }

  /// Becomes an integer.
  void setInt(long number) {
    kind = AnyValueCursor.Kind.INT;
    integer = number;
  }

  /// Becomes a double.
  void setDouble(double number) {
    kind = AnyValueCursor.Kind.DOUBLE;
    floating = number;
  }

  /// Becomes what a cursor stands at, the AnyValue with the body `bytes[anyFrom, anyTo)`.
  void set(byte[] bytes, AnyValueCursor cursor, int anyFrom, int anyTo) {
    this.bytes = bytes;
    this.anyFrom = anyFrom;
    this.anyTo = anyTo;
    kind = cursor.kind();
    from = cursor.from();
    to = cursor.to();
    switch (kind) {
      case BOOL -> integer = cursor.boolValue() ? 1 : 0;
      case INT -> integer = cursor.intValue();
      case DOUBLE -> floating = cursor.doubleValue();
      case STRING_INDEX -> kind = AnyValueCursor.Kind.NONE;
      case NONE, STRING, ARRAY, KVLIST, BYTES -> {}
    }
  }

  AnyValueCursor.Kind kind() {
    return kind;
  }

  byte[] bytes() {
    return bytes;
  }

  int from() {
    return from;
  }

  int to() {
    return to;
  }

  /// The text of a value that is an AnyValue, as the Collector writes it.
  String anyValueText() {
    return AnyValueText.of(bytes, anyFrom, anyTo);
  }

  /// Whether it is an AnyValue and no literal.
  boolean isAnyValue() {
    return anyFrom >= 0;
  }

  /// The value of an INT, or of a BOOL as 0 or 1.
  long integer() {
    return integer;
  }

  /// The value of a DOUBLE.
  double floating() {
    return floating;
  }
}
