package dev.headgate.pipeline.process.ottl;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A field of the item or of the messages around it.
///
/// @param part the message it is in
/// @param field its number there, or 0 where it depends on the kind of a data point
/// @param keys keys to go down by, where it holds attributes or an AnyValue
/// @param outer whether it is in a message around what the context is about, so that many items
///   read the same value
public record Path(Part part, int field, Type type, List<Key> keys, boolean outer)
    implements Expression {
  /// How a field is read and written.
  public enum Type {
    /// Text; absent is empty.
    STRING,
    /// An enum or int32; absent is 0.
    INT32,
    /// A uint32; absent is 0.
    UINT32,
    /// A fixed32; absent is 0.
    FIXED32,
    /// A time; absent is 0.
    FIXED64,
    /// An AnyValue; absent is nil.
    ANY_VALUE,
    /// An AnyValue as text; absent is empty.
    ANY_VALUE_TEXT,
    /// Attributes, or one of them; absent is nil.
    ATTRIBUTES,
    /// The kind of a span as `Server`.
    SPAN_KIND_TEXT,
    /// The kind of a span as `SPAN_KIND_SERVER`.
    SPAN_KIND_SYMBOL,
    /// The code in the status of a span.
    STATUS_CODE,
    /// The message in the status of a span.
    STATUS_MESSAGE,
    /// 16 bytes; absent is zeros.
    TRACE_ID,
    /// The same in hex.
    TRACE_ID_TEXT,
    /// 8 bytes; absent is zeros.
    SPAN_ID,
    /// The same in hex.
    SPAN_ID_TEXT,
    /// Which of its data a metric has.
    METRIC_TYPE,
    /// The aggregation temporality of a metric; nil where its data has none.
    TEMPORALITY,
    /// Whether a sum is monotonic; nil for other data.
    MONOTONIC,
    /// The integer of a number point; nil for other points.
    POINT_INT,
    /// The double of a number point; nil for other points.
    POINT_DOUBLE,
    /// The count of a histogram or summary point; nil for number points.
    POINT_COUNT,
    /// The sum of a histogram or summary point; nil for number points.
    POINT_SUM,
    /// The flags of a data point.
    POINT_FLAGS
  }

  /// An index of a map or list.
  ///
  /// @param name of a map's member in UTF-8, or null
  /// @param index of a list's element, where there is no name
  @SuppressWarnings("ArrayRecordComponent")
  public record Key(byte @Nullable [] name, long index) {}

  /// Copies the keys.
  public Path {
    keys = List.copyOf(keys);
  }

  /// A path in what the context is about.
  Path(Part part, int field, Type type, List<Key> keys) {
    this(part, field, type, keys, false);
  }

  /// The same path in a message around what the context is about.
  Path toOuter() {
    return new Path(part, field, type, keys, true);
  }
}
