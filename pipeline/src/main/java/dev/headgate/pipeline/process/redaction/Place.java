package dev.headgate.pipeline.process.redaction;

import dev.headgate.pipeline.otlp.OtlpMessage;
import java.util.Locale;

/// Where in a request something was found.
enum Place {
  RESOURCE(true),
  SCOPE(true),
  SPAN(true),
  SPAN_EVENT(true),
  SPAN_LINK(true),
  LOG(true),
  LOG_BODY(true),
  METRIC_METADATA(true),
  DATA_POINT(true),
  EXEMPLAR(true),
  SPAN_NAME(false),
  STATUS_MESSAGE(false),
  TRACE_STATE(false),
  EVENT_NAME(false),
  SEVERITY_TEXT(false),
  SCOPE_NAME(false),
  METRIC_TEXT(false),
  SCHEMA_URL(false),
  ENTITY_REF(false),
  UNKNOWN(false);

  private final boolean hasKeys;

  Place(boolean hasKeys) {
    this.hasKeys = hasKeys;
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
