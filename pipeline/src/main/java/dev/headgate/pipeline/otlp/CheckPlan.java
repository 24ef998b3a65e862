package dev.headgate.pipeline.otlp;

import dev.headgate.pipeline.wire.WireType;
import java.util.List;

/// What the check does with each field of one message: the schema packed into one long per field,
/// so that the checking loop neither follows references nor switches over enums.
///
/// **Threading:** immutable.
// The ordinals only link the tables of one run and are never stored.
@SuppressWarnings("EnumOrdinal")
final class CheckPlan {
  /*
   * bits  0-2   wire type
   *       3     also legal in the element's wire type (a repeated scalar, unpacked)
   *       4-6   that wire type
   *       8-15  action
   *      16-23  ordinal of the child message
   *      32-63  fields (by number) that must not have been seen before this one in canonical form
   *
   * A long of 0 is an unknown field.
   */
  static final int UNPACKED_TOO = 1 << 3;

  static final int SKIP = 1;
  static final int STRING = 2;
  static final int MESSAGE = 3;
  static final int KEY_VALUE = 4;
  static final int ANY_VALUE = 5;
  static final int CONTAINER = 6;
  static final int NONEMPTY_STRING = 7;
  static final int REQUIRED_TRACE_ID = 8;
  static final int REQUIRED_SPAN_ID = 9;
  static final int OPTIONAL_TRACE_ID = 10;
  static final int OPTIONAL_SPAN_ID = 11;
  static final int PACKED_VARINT = 12;
  static final int PACKED_FIXED = 13;
  static final int TIME = 14;
  static final int BOOL = 15;
  static final int SIGNED_32 = 16;
  static final int UNSIGNED_32 = 17;

  /// What a message was seen to have, beside its fields, whose bits are 1 to 16.
  static final int HAS_TRACE_ID = 1 << 20;

  static final int HAS_SPAN_ID = 1 << 21;
  static final int HAS_TIME = 1 << 22;
  static final int HAS_KEY = 1 << 23;

  /// The highest field number a plan knows is below this.
  static final int FIELDS = 32;

  private static final CheckPlan[] BY_ORDINAL = all();

  final long[] codes = new long[FIELDS];
  final int required;
  final int item;

  private CheckPlan(OtlpMessage message) {
    int members = 0;
    List<OtlpField> fields = message.fields();
    for (OtlpField field : fields) {
      members |= field.oneof() ? 1 << field.number() : 0;
    }
    for (OtlpField field : fields) {
      codes[field.number()] = code(message, field, members);
    }
    item = message.isItem() ? 1 : 0;
    if (message == OtlpMessage.SPAN) {
      required = HAS_TRACE_ID | HAS_SPAN_ID;
    } else if (message == OtlpMessage.LOG_RECORD) {
      required = HAS_TIME;
    } else if (message == OtlpMessage.KEY_VALUE) {
      required = HAS_KEY;
    } else {
      required = 0;
    }
  }

  /// The plan of a message.
  static CheckPlan of(OtlpMessage message) {
    return BY_ORDINAL[message.ordinal()];
  }

  /// The plan of the child message of a field's code.
  static CheckPlan child(long code) {
    return BY_ORDINAL[(int) code >>> 16 & 0xff];
  }

  private static CheckPlan[] all() {
    OtlpMessage[] messages = OtlpMessage.values();
    CheckPlan[] plans = new CheckPlan[messages.length];
    for (OtlpMessage message : messages) {
      plans[message.ordinal()] = new CheckPlan(message);
    }
    return plans;
  }

  private static long code(OtlpMessage message, OtlpField field, int members) {
    long code = field.wireType() | action(message, field) << 8;
    if (field.packed()) {
      code |= UNPACKED_TOO | field.kind().wireType() << 4;
    }
    OtlpMessage child = field.message();
    if (child != null) {
      code |= (long) child.ordinal() << 16;
    }
    int notBefore = mustPrecede(message, field);
    if (field.oneof()) {
      notBefore |= members;
    } else if (!field.repeated()) {
      notBefore |= 1 << field.number();
    }
    return code | (long) notBefore << 32;
  }

  /** The fields that a field must precede. */
  private static int mustPrecede(OtlpMessage message, OtlpField field) {
    return switch (message) {
      // key before value; resource before scopes; scope before items
      case KEY_VALUE,
          RESOURCE_SPANS,
          RESOURCE_LOGS,
          RESOURCE_METRICS,
          SCOPE_SPANS,
          SCOPE_LOGS,
          SCOPE_METRICS ->
          field.number() == 1 ? 1 << 2 : 0;
      // name before data
      case METRIC -> field.number() == 1 ? 1 << 5 | 1 << 7 | 1 << 9 | 1 << 10 | 1 << 11 : 0;
      case EXPORT_TRACES,
          EXPORT_LOGS,
          EXPORT_METRICS,
          RESOURCE,
          ENTITY_REF,
          SCOPE,
          SPAN,
          EVENT,
          LINK,
          STATUS,
          LOG_RECORD,
          GAUGE,
          SUM,
          HISTOGRAM,
          EXPONENTIAL_HISTOGRAM,
          SUMMARY,
          NUMBER_POINT,
          HISTOGRAM_POINT,
          EXPONENTIAL_HISTOGRAM_POINT,
          BUCKETS,
          SUMMARY_POINT,
          VALUE_AT_QUANTILE,
          EXEMPLAR,
          ANY_VALUE,
          ARRAY_VALUE,
          KEY_VALUE_LIST ->
          0;
    };
  }

  private static int action(OtlpMessage message, OtlpField field) {
    if (field.packed()) {
      return field.kind().wireType() == WireType.VARINT ? PACKED_VARINT : PACKED_FIXED;
    }
    return switch (field.kind()) {
      case STRING ->
          message == OtlpMessage.KEY_VALUE && field.number() == 1 ? NONEMPTY_STRING : STRING;
      case TRACE_ID ->
          message == OtlpMessage.SPAN && field.number() == 1
              ? REQUIRED_TRACE_ID
              : OPTIONAL_TRACE_ID;
      case SPAN_ID ->
          message == OtlpMessage.SPAN && field.number() == 2 ? REQUIRED_SPAN_ID : OPTIONAL_SPAN_ID;
      case MESSAGE -> messageAction(field);
      case BOOL -> BOOL;
      case ENUM, INT32 -> SIGNED_32;
      case SINT32, UINT32 -> UNSIGNED_32;
      case FIXED64 ->
          message == OtlpMessage.LOG_RECORD && (field.number() == 1 || field.number() == 11)
              ? TIME
              : SKIP;
      case BYTES, INT64, UINT64, FIXED32, SFIXED64, DOUBLE -> SKIP;
    };
  }

  private static int messageAction(OtlpField field) {
    OtlpMessage child = field.message();
    if (child == OtlpMessage.KEY_VALUE) {
      return KEY_VALUE;
    }
    if (child == OtlpMessage.ANY_VALUE) {
      return ANY_VALUE;
    }
    return child == OtlpMessage.ARRAY_VALUE || child == OtlpMessage.KEY_VALUE_LIST
        ? CONTAINER
        : MESSAGE;
  }
}
