package dev.headgate.pipeline.process.attributes;

import dev.headgate.config.AttributeValue;
import dev.headgate.pipeline.otlp.AnyValueCursor;
import dev.headgate.pipeline.otlp.AttributeLookup;
import dev.headgate.pipeline.wire.Utf8;
import dev.headgate.pipeline.wire.WireScan;
import java.util.List;
import java.util.Map;

/// Whether a value on the wire is one of the configuration: of the same type, arrays in the same
/// order, maps in any.
final class ValueEquality {
  private static final int VALUES = 1;

  private ValueEquality() {}

  /// Compares with the AnyValue whose body is `bytes[from, to)`; an absent one (-1, -1) is empty.
  static boolean equal(AttributeValue expected, byte[] bytes, int from, int to) {
    AnyValueCursor value = new AnyValueCursor();
    value.read(bytes, from, to);
    return switch (expected) {
      case AttributeValue.Text(String text) ->
          value.kind() == AnyValueCursor.Kind.STRING
              && Utf8.text(bytes, value.from(), value.to()).equals(text);
      case AttributeValue.Truth(boolean truth) ->
          value.kind() == AnyValueCursor.Kind.BOOL && value.boolValue() == truth;
      case AttributeValue.Whole(long number) ->
          value.kind() == AnyValueCursor.Kind.INT && value.intValue() == number;
      case AttributeValue.Decimal(double number) ->
          value.kind() == AnyValueCursor.Kind.DOUBLE && value.doubleValue() == number;
      case AttributeValue.Items(List<AttributeValue> values) ->
          value.kind() == AnyValueCursor.Kind.ARRAY
              && equalItems(values, bytes, value.from(), value.to());
      case AttributeValue.Members(Map<String, AttributeValue> values) ->
          value.kind() == AnyValueCursor.Kind.KVLIST
              && equalMembers(values, bytes, value.from(), value.to());
      case AttributeValue.Nothing() -> value.kind() == AnyValueCursor.Kind.NONE;
    };
  }

  private static boolean equalItems(List<AttributeValue> expected, byte[] bytes, int from, int to) {
    int seen = 0;
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      at = WireScan.skip(bytes, tag, length);
      if (tag >>> 3 == VALUES) {
        if (seen == expected.size()
            || !equal(expected.get(seen), bytes, WireScan.varintEnd(bytes, length), at)) {
          return false;
        }
        seen++;
      }
    }
    return seen == expected.size();
  }

  private static boolean equalMembers(
      Map<String, AttributeValue> expected, byte[] bytes, int from, int to) {
    int seen = 0;
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      at = WireScan.skip(bytes, tag, WireScan.varintEnd(bytes, at));
      seen += tag >>> 3 == VALUES ? 1 : 0;
    }
    AttributeLookup lookup = new AttributeLookup();
    for (Map.Entry<String, AttributeValue> member : expected.entrySet()) {
      if (!lookup.find(bytes, from, to, VALUES, Utf8.bytes(member.getKey()))
          || !equal(member.getValue(), bytes, lookup.valueFrom(), lookup.valueTo())) {
        return false;
      }
    }
    return seen == expected.size();
  }
}
