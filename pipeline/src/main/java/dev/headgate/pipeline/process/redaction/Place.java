package dev.headgate.pipeline.process.redaction;

import dev.headgate.pipeline.otlp.OtlpMessage;
import java.util.Locale;

/// Where in a request something was found.
enum Place {
  RESOURCE(0, true),
  SCOPE(1, true),
  SPAN(2, true),
  SPAN_EVENT(3, true),
  SPAN_LINK(4, true),
  LOG(5, true),
  LOG_BODY(6, true),
  METRIC_METADATA(7, true),
  DATA_POINT(8, true),
  EXEMPLAR(9, true),
  SPAN_NAME(10, false),
  STATUS_MESSAGE(11, false),
  TRACE_STATE(12, false),
  EVENT_NAME(13, false),
  SEVERITY_TEXT(14, false),
  SCOPE_NAME(15, false),
  METRIC_TEXT(16, false),
  SCHEMA_URL(17, false),
  ENTITY_REF(18, false),
  UNKNOWN(19, false);

  /// How many places there are.
  static final int COUNT = 20;

  private final int index;
  private final boolean hasKeys;

  Place(int index, boolean hasKeys) {
    this.index = index;
    this.hasKeys = hasKeys;
  }

  /// The number of the place, from 0 to [#COUNT] - 1.
  int index() {
    return index;
  }

  /// Whether there are keys here, so that key rules apply.
  boolean hasKeys() {
    return hasKeys;
  }

  /// The value of the label `place`.
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The place of the attributes of a message.
  static Place ofAttributes(OtlpMessage message) {
    return switch (message) {
      case RESOURCE -> RESOURCE;
      case SCOPE -> SCOPE;
      case SPAN -> SPAN;
      case EVENT -> SPAN_EVENT;
      case LINK -> SPAN_LINK;
      case LOG_RECORD -> LOG;
      case METRIC -> METRIC_METADATA;
      case EXEMPLAR -> EXEMPLAR;
      case NUMBER_POINT, HISTOGRAM_POINT, EXPONENTIAL_HISTOGRAM_POINT, SUMMARY_POINT -> DATA_POINT;
      case EXPORT_TRACES,
          EXPORT_LOGS,
          EXPORT_METRICS,
          RESOURCE_SPANS,
          RESOURCE_LOGS,
          RESOURCE_METRICS,
          ENTITY_REF,
          SCOPE_SPANS,
          SCOPE_LOGS,
          SCOPE_METRICS,
          STATUS,
          GAUGE,
          SUM,
          HISTOGRAM,
          EXPONENTIAL_HISTOGRAM,
          SUMMARY,
          BUCKETS,
          VALUE_AT_QUANTILE,
          KEY_VALUE,
          ANY_VALUE,
          ARRAY_VALUE,
          KEY_VALUE_LIST ->
          UNKNOWN;
    };
  }

  /// The place of a string field that is no attribute.
  static Place ofText(OtlpMessage message, String jsonName) {
    return switch (jsonName) {
      case "traceState" -> TRACE_STATE;
      case "severityText" -> SEVERITY_TEXT;
      case "eventName" -> EVENT_NAME;
      case "schemaUrl" -> message == OtlpMessage.ENTITY_REF ? ENTITY_REF : SCHEMA_URL;
      case "message" -> STATUS_MESSAGE;
      case "name" -> ofName(message);
      case "version" -> SCOPE_NAME;
      case "description", "unit" -> METRIC_TEXT;
      case "type", "idKeys", "descriptionKeys" -> ENTITY_REF;
      // A string that a later version adds is visited before it gets a label of its own.
      default -> UNKNOWN;
    };
  }

  private static Place ofName(OtlpMessage message) {
    if (message == OtlpMessage.SPAN) {
      return SPAN_NAME;
    }
    if (message == OtlpMessage.EVENT) {
      return EVENT_NAME;
    }
    return message == OtlpMessage.SCOPE ? SCOPE_NAME : METRIC_TEXT;
  }
}
