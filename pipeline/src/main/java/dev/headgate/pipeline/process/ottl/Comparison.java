package dev.headgate.pipeline.process.ottl;

import dev.headgate.pipeline.otlp.AnyValueCursor;
import dev.headgate.pipeline.otlp.KeyValueCursor;
import dev.headgate.pipeline.process.ottl.Condition.Operator;
import dev.headgate.pipeline.process.ottl.Value.Kind;
import dev.headgate.pipeline.wire.Utf8;
import dev.headgate.pipeline.wire.WireScan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Compares values by OTTL's rules (its `LANGUAGE.md`, "Comparison Rules"): nil equals nil and
/// nothing else, integers and doubles compare as numbers, values of different types are unequal and
/// neither less nor greater.
final class Comparison {
  private Comparison() {}

  /// Whether two values compare so.
  static boolean holds(Value a, Operator operator, Value b) {
    Kind left = kind(a);
    Kind right = kind(b);
    boolean unequal = operator == Operator.NE;
    return switch (left) {
      case NIL -> right == Kind.NIL ? holds(operator, 0) : unequal;
      case BOOL ->
          right == Kind.BOOL ? holds(operator, Long.compare(a.integer(), b.integer())) : unequal;
      case INT, DOUBLE -> b.isNumber() ? numbers(a, operator, b) : unequal;
      case STRING, BYTES -> right == left ? holds(operator, compareBytes(a, b)) : unequal;
      // Ids, lists and maps are equal or not, and have no order.
      case TRACE_ID, SPAN_ID ->
          right == left ? equality(operator, compareBytes(a, b) == 0) : unequal;
      case LIST, MAP -> right == left ? equality(operator, equal(a, b)) : unequal;
    };
  }

  /* Go's Value.AsRaw makes empty bytes a nil slice. */
  private static Kind kind(Value value) {
    return value.kind() == Kind.BYTES && value.from() == value.to() ? Kind.NIL : value.kind();
  }

  private static boolean equality(Operator operator, boolean equal) {
    return switch (operator) {
      case EQ -> equal;
      case NE -> !equal;
      case LT, LE, GT, GE -> false;
    };
  }

  private static boolean numbers(Value a, Operator operator, Value b) {
    boolean whole = a.kind() == Kind.INT && b.kind() == Kind.INT;
    return whole
        ? holds(operator, Long.compare(a.integer(), b.integer()))
        : compare(toDouble(a), operator, toDouble(b));
  }

  static double toDouble(Value number) {
    return number.kind() == Kind.INT ? (double) number.integer() : number.floating();
  }

  private static int compareBytes(Value a, Value b) {
    return Arrays.compareUnsigned(a.bytes(), a.from(), a.to(), b.bytes(), b.from(), b.to());
  }

  private static boolean holds(Operator operator, int order) {
    return switch (operator) {
      case EQ -> order == 0;
      case NE -> order != 0;
      case LT -> order < 0;
      case LE -> order <= 0;
      case GT -> order > 0;
      case GE -> order >= 0;
    };
  }

  /* Not by an order: NaN has none. */
  private static boolean compare(double a, Operator operator, double b) {
    return switch (operator) {
      case EQ -> a == b;
      case NE -> a != b;
      case LT -> a < b;
      case LE -> a <= b;
      case GT -> a > b;
      case GE -> a >= b;
    };
  }

  /* Of lists and maps; a map's order does not matter, of a key that occurs twice the first counts. */
  private static boolean equal(Value a, Value b) {
    return a.kind() == Kind.LIST
        ? equalElements(elements(a), elements(b))
        : equalMembers(a, members(a), b, members(b));
  }

  private static boolean equalElements(List<Value> a, List<Value> b) {
    boolean equal = a.size() == b.size();
    for (int i = 0; equal && i < a.size(); i++) {
      equal = equalValues(a.get(i), b.get(i));
    }
    return equal;
  }

  private static boolean equalMembers(
      Value a, Map<String, Value> membersOfA, Value b, Map<String, Value> membersOfB) {
    if (a.entries() != b.entries() || !membersOfB.keySet().containsAll(membersOfA.keySet())) {
      return false;
    }
    for (Map.Entry<String, Value> member : membersOfA.entrySet()) {
      Value other = membersOfB.get(member.getKey());
      if (other == null || !equalValues(member.getValue(), other)) {
        return false;
      }
    }
    return true;
  }

  /* As pcommon.Value.Equal: no number equals one of another type. */
  private static boolean equalValues(Value a, Value b) {
    return a.kind() == b.kind()
        && switch (a.kind()) {
          case NIL -> true;
          case BOOL, INT -> a.integer() == b.integer();
          case DOUBLE -> a.floating() == b.floating();
          case STRING, BYTES, TRACE_ID, SPAN_ID -> compareBytes(a, b) == 0;
          case LIST, MAP -> equal(a, b);
        };
  }

  private static List<Value> elements(Value list) {
    byte[] bytes = list.bytes();
    List<Value> elements = new ArrayList<>();
    AnyValueCursor cursor = new AnyValueCursor();
    int at = list.from();
    while (at < list.to()) {
      int tag = (int) WireScan.varint(bytes, at);
      int value = WireScan.varintEnd(bytes, at);
      at = WireScan.skip(bytes, tag, value);
      if (tag >>> 3 == 1) {
        cursor.read(bytes, WireScan.varintEnd(bytes, value), at);
        elements.add(of(bytes, cursor));
      }
    }
    return elements;
  }

  private static Map<String, Value> members(Value map) {
    byte[] bytes = map.bytes();
    Map<String, Value> members = new HashMap<>();
    KeyValueCursor entry = new KeyValueCursor();
    AnyValueCursor cursor = new AnyValueCursor();
    int at = map.from();
    while (at < map.to()) {
      int tag = (int) WireScan.varint(bytes, at);
      int value = WireScan.varintEnd(bytes, at);
      at = WireScan.skip(bytes, tag, value);
      if (tag >>> 3 == map.entriesField()) {
        entry.read(bytes, WireScan.varintEnd(bytes, value), at);
        cursor.read(bytes, entry.valueFrom(), entry.valueTo());
        String key = Utf8.text(bytes, entry.keyFrom(), entry.keyTo());
        members.putIfAbsent(key, of(bytes, cursor));
      }
    }
    return members;
  }

  private static Value of(byte[] bytes, AnyValueCursor cursor) {
    Value value = new Value();
    value.set(bytes, cursor);
    return value;
  }
}
