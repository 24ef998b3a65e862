package dev.headgate.pipeline.process.redaction;

import dev.headgate.pipeline.otlp.OtlpField;
import dev.headgate.pipeline.otlp.OtlpField.Kind;
import dev.headgate.pipeline.otlp.OtlpMessage;
import dev.headgate.pipeline.otlp.SpanHead;
import dev.headgate.pipeline.wire.WireType;
import org.jspecify.annotations.Nullable;

/// What is to be done with each length-delimited field of one message type: made from the schema,
/// so that no string of OTLP is forgotten.
///
/// **Threading:** immutable; any thread.
final class VisitPlan {
  static final int SKIP = 0;
  static final int MESSAGE = 1;
  static final int ATTRIBUTE = 2;
  static final int BODY = 3;
  static final int TEXT = 4;
  static final int TRACE_ID = 5;
  static final int SPAN_ID = 6;
  static final int UNKNOWN = 7;
  static final int SPAN_NAME = 8;

  private static final int FIELDS = 32;

  private final int[] actions = new int[FIELDS];
  private final @Nullable VisitPlan[] children = new VisitPlan[FIELDS];
  private final int[] places = new int[FIELDS];
  private final int unknown;
  private final boolean summarized;
  private final boolean ofLogs;
  private final boolean skipsHead;
  private boolean useful;
  private int attributesField;
  private int bodyField;

  private VisitPlan(OtlpMessage message, Visits visits) {
    this.summarized = isSummarized(message);
    this.ofLogs = message == OtlpMessage.EXPORT_LOGS;
    this.unknown = visits.texts() ? UNKNOWN : SKIP;
    this.useful = unknown != SKIP;
    for (int number = 0; number < FIELDS; number++) {
      OtlpField field = message.field(number);
      actions[number] = field == null ? unknown : plan(message, field, visits);
      useful |= actions[number] != SKIP;
    }
    this.skipsHead = message == OtlpMessage.SPAN && skips(SpanHead.FIELD_BITS);
  }

  private boolean skips(int fieldBits) {
    for (int number = 0; number < FIELDS; number++) {
      if ((fieldBits >>> number & 1) != 0 && actions[number] != SKIP) {
        return false;
      }
    }
    return true;
  }

  /// The plan of a request.
  static VisitPlan of(OtlpMessage request, Visits visits) {
    return new VisitPlan(request, visits);
  }

  /// What is visited.
  ///
  /// @param all whether every string is, or only what the Collector visits
  /// @param values whether there are rules for values
  /// @param spanNames whether names of spans are, whatever else is
  record Visits(boolean all, boolean values, boolean spanNames) {
    private boolean texts() {
      return all && values;
    }
  }

  private int plan(OtlpMessage message, OtlpField field, Visits visits) {
    return switch (field.kind()) {
      case STRING, BYTES -> {
        places[field.number()] = Place.ofText(message, field.jsonName()).index();
        if (visits.spanNames() && places[field.number()] == Place.SPAN_NAME.index()) {
          yield SPAN_NAME;
        }
        yield visits.texts() ? TEXT : SKIP;
      }
      case TRACE_ID -> visits.texts() ? TRACE_ID : SKIP;
      case SPAN_ID -> visits.texts() ? SPAN_ID : SKIP;
      case MESSAGE -> planMessage(message, field, visits);
      case BOOL, ENUM, INT32, SINT32, UINT32, INT64, UINT64, FIXED32, FIXED64, SFIXED64, DOUBLE ->
          // A number in a length-delimited field is packed, or unknown to every parser.
          field.wireType() == WireType.LENGTH_DELIMITED ? SKIP : unknown;
    };
  }

  private int planMessage(OtlpMessage message, OtlpField field, Visits visits) {
    OtlpMessage child = field.message();
    if (child == null || field.kind() != Kind.MESSAGE) {
      return unknown;
    }
    if (child == OtlpMessage.KEY_VALUE) {
      places[field.number()] = Place.ofAttributes(message).index();
      if (!visits.all() && message == OtlpMessage.METRIC) {
        return SKIP;
      }
      attributesField = field.number();
      return ATTRIBUTE;
    }
    if (child == OtlpMessage.ANY_VALUE) {
      places[field.number()] = Place.LOG_BODY.index();
      bodyField = field.number();
      return BODY;
    }
    if (!visits.all() && (child == OtlpMessage.LINK || child == OtlpMessage.EXEMPLAR)) {
      return SKIP;
    }
    VisitPlan plan = new VisitPlan(child, visits);
    children[field.number()] = plan;
    return plan.useful ? MESSAGE : SKIP;
  }

  /** Whether the Collector visits the attributes of a message, and tells what it did to them. */
  private static boolean isSummarized(OtlpMessage message) {
    return switch (Place.ofAttributes(message)) {
      case RESOURCE, SCOPE, SPAN, SPAN_EVENT, LOG, DATA_POINT -> true;
      case SPAN_LINK,
          LOG_BODY,
          METRIC_METADATA,
          EXEMPLAR,
          SPAN_NAME,
          STATUS_MESSAGE,
          TRACE_STATE,
          EVENT_NAME,
          SEVERITY_TEXT,
          SCOPE_NAME,
          METRIC_TEXT,
          SCHEMA_URL,
          ENTITY_REF,
          UNKNOWN ->
          false;
    };
  }

  /// The number of the attributes field, or 0 without one that is visited.
  int attributesField() {
    return attributesField;
  }

  /// The number of the field of a log's body, or 0.
  int bodyField() {
    return bodyField;
  }

  /// Whether this is the plan of a request with logs.
  boolean isOfLogs() {
    return ofLogs;
  }

  /// Whether the message is a span, and nothing in its [SpanHead] is visited.
  boolean skipsHead() {
    return skipsHead;
  }

  /// Whether the message gets attributes that tell what happened to its attributes.
  boolean isSummarized() {
    return summarized;
  }

  /// What to do with a length-delimited field.
  int action(int field) {
    return field < FIELDS ? actions[field] : unknown;
  }

  /// The plan of the message in a [#MESSAGE] field.
  VisitPlan child(int field) {
    VisitPlan child = children[field];
    if (child == null) {
      throw new IllegalStateException("field: " + field + " (expected: a message)");
    }
    return child;
  }

  /// The index of the [Place] of a field.
  int place(int field) {
    return places[field];
  }
}
