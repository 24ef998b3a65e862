package dev.headgate.pipeline.process.filter;

/// Something with a value: a literal, or a path into the item and its surroundings.
sealed interface Operand {
  /// A literal.
  record Literal(Value value) implements Operand {}

  /// A field.
  ///
  /// @param part the message it is in
  /// @param field its number there; of the status the number in the status
  /// @param keys keys to go down by, in UTF-8, where it holds attributes or an AnyValue
  record Path(Part part, int field, Type type, byte[][] keys) implements Operand {
    @Override
    public String toString() {
      return "Path[" + part + ", " + field + ", " + type + "]";
    }
  }

  /// A message that paths lead into.
  enum Part {
    RESOURCE,
    SCOPE,
    SPAN,
    SPAN_STATUS,
    SPAN_EVENT,
    LOG,
    METRIC,
    DATA_POINT
  }

  /// How a field is read.
  enum Type {
    /// Text; absent is empty.
    STRING,
    /// An integer or enum; absent is 0.
    VARINT,
    /// A time; absent is 0.
    FIXED64,
    /// An AnyValue; absent is nil.
    ANY_VALUE,
    /// An AnyValue as text; absent is empty.
    ANY_VALUE_TEXT,
    /// Attributes with keys to look up; absent is nil.
    ATTRIBUTES,
    /// The kind of a span in words.
    SPAN_KIND_TEXT,
    /// Which of its data a metric has.
    METRIC_TYPE
  }
}
