package dev.headgate.pipeline.otlp;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.otlp.OtlpField.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The messages of OTLP that this version knows (opentelemetry-proto v1.11.0), each with its
/// fields. Everything that walks OTLP takes its knowledge from here; a test compares it with the
/// descriptors.
public enum OtlpMessage {
  EXPORT_TRACES,
  EXPORT_LOGS,
  EXPORT_METRICS,
  RESOURCE_SPANS,
  RESOURCE_LOGS,
  RESOURCE_METRICS,
  RESOURCE,
  ENTITY_REF,
  SCOPE,
  SCOPE_SPANS,
  SCOPE_LOGS,
  SCOPE_METRICS,
  SPAN,
  EVENT,
  LINK,
  STATUS,
  LOG_RECORD,
  METRIC,
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
  KEY_VALUE,
  ANY_VALUE,
  ARRAY_VALUE,
  KEY_VALUE_LIST;

  // Filled once, in the static block below: the messages refer to one another in cycles.
  @SuppressWarnings("ImmutableEnumChecker")
  private @Nullable OtlpField[] byNumber = {};

  @SuppressWarnings("ImmutableEnumChecker")
  private List<OtlpField> fields = List.of();

  @SuppressWarnings("ImmutableEnumChecker")
  private final Map<String, OtlpField> byJsonName = new HashMap<>();

  static {
    EXPORT_TRACES.define(many(1, "resourceSpans", RESOURCE_SPANS));
    EXPORT_LOGS.define(many(1, "resourceLogs", RESOURCE_LOGS));
    EXPORT_METRICS.define(many(1, "resourceMetrics", RESOURCE_METRICS));
    RESOURCE_SPANS.define(
        one(1, "resource", RESOURCE),
        many(2, "scopeSpans", SCOPE_SPANS),
        one(3, "schemaUrl", Kind.STRING));
    RESOURCE_LOGS.define(
        one(1, "resource", RESOURCE),
        many(2, "scopeLogs", SCOPE_LOGS),
        one(3, "schemaUrl", Kind.STRING));
    RESOURCE_METRICS.define(
        one(1, "resource", RESOURCE),
        many(2, "scopeMetrics", SCOPE_METRICS),
        one(3, "schemaUrl", Kind.STRING));
    RESOURCE.define(
        many(1, "attributes", KEY_VALUE),
        one(2, "droppedAttributesCount", Kind.UINT32),
        many(3, "entityRefs", ENTITY_REF));
    ENTITY_REF.define(
        one(1, "schemaUrl", Kind.STRING),
        one(2, "type", Kind.STRING),
        many(3, "idKeys", Kind.STRING),
        many(4, "descriptionKeys", Kind.STRING));
    SCOPE.define(
        one(1, "name", Kind.STRING),
        one(2, "version", Kind.STRING),
        many(3, "attributes", KEY_VALUE),
        one(4, "droppedAttributesCount", Kind.UINT32));
    SCOPE_SPANS.define(
        one(1, "scope", SCOPE), many(2, "spans", SPAN), one(3, "schemaUrl", Kind.STRING));
    SCOPE_LOGS.define(
        one(1, "scope", SCOPE),
        many(2, "logRecords", LOG_RECORD),
        one(3, "schemaUrl", Kind.STRING));
    SCOPE_METRICS.define(
        one(1, "scope", SCOPE), many(2, "metrics", METRIC), one(3, "schemaUrl", Kind.STRING));
    SPAN.define(
        one(1, "traceId", Kind.TRACE_ID),
        one(2, "spanId", Kind.SPAN_ID),
        one(3, "traceState", Kind.STRING),
        one(4, "parentSpanId", Kind.SPAN_ID),
        one(5, "name", Kind.STRING),
        one(6, "kind", Kind.ENUM),
        one(7, "startTimeUnixNano", Kind.FIXED64),
        one(8, "endTimeUnixNano", Kind.FIXED64),
        many(9, "attributes", KEY_VALUE),
        one(10, "droppedAttributesCount", Kind.UINT32),
        many(11, "events", EVENT),
        one(12, "droppedEventsCount", Kind.UINT32),
        many(13, "links", LINK),
        one(14, "droppedLinksCount", Kind.UINT32),
        one(15, "status", STATUS),
        one(16, "flags", Kind.FIXED32));
    EVENT.define(
        one(1, "timeUnixNano", Kind.FIXED64),
        one(2, "name", Kind.STRING),
        many(3, "attributes", KEY_VALUE),
        one(4, "droppedAttributesCount", Kind.UINT32));
    LINK.define(
        one(1, "traceId", Kind.TRACE_ID),
        one(2, "spanId", Kind.SPAN_ID),
        one(3, "traceState", Kind.STRING),
        many(4, "attributes", KEY_VALUE),
        one(5, "droppedAttributesCount", Kind.UINT32),
        one(6, "flags", Kind.FIXED32));
    STATUS.define(one(2, "message", Kind.STRING), one(3, "code", Kind.ENUM));
    LOG_RECORD.define(
        one(1, "timeUnixNano", Kind.FIXED64),
        one(2, "severityNumber", Kind.ENUM),
        one(3, "severityText", Kind.STRING),
        one(5, "body", ANY_VALUE),
        many(6, "attributes", KEY_VALUE),
        one(7, "droppedAttributesCount", Kind.UINT32),
        one(8, "flags", Kind.FIXED32),
        one(9, "traceId", Kind.TRACE_ID),
        one(10, "spanId", Kind.SPAN_ID),
        one(11, "observedTimeUnixNano", Kind.FIXED64),
        one(12, "eventName", Kind.STRING));
    METRIC.define(
        one(1, "name", Kind.STRING),
        one(2, "description", Kind.STRING),
        one(3, "unit", Kind.STRING),
        oneof(5, "gauge", GAUGE),
        oneof(7, "sum", SUM),
        oneof(9, "histogram", HISTOGRAM),
        oneof(10, "exponentialHistogram", EXPONENTIAL_HISTOGRAM),
        oneof(11, "summary", SUMMARY),
        many(12, "metadata", KEY_VALUE));
    GAUGE.define(many(1, "dataPoints", NUMBER_POINT));
    SUM.define(
        many(1, "dataPoints", NUMBER_POINT),
        one(2, "aggregationTemporality", Kind.ENUM),
        one(3, "isMonotonic", Kind.BOOL));
    HISTOGRAM.define(
        many(1, "dataPoints", HISTOGRAM_POINT), one(2, "aggregationTemporality", Kind.ENUM));
    EXPONENTIAL_HISTOGRAM.define(
        many(1, "dataPoints", EXPONENTIAL_HISTOGRAM_POINT),
        one(2, "aggregationTemporality", Kind.ENUM));
    SUMMARY.define(many(1, "dataPoints", SUMMARY_POINT));
    NUMBER_POINT.define(
        one(2, "startTimeUnixNano", Kind.FIXED64),
        one(3, "timeUnixNano", Kind.FIXED64),
        oneof(4, "asDouble", Kind.DOUBLE),
        many(5, "exemplars", EXEMPLAR),
        oneof(6, "asInt", Kind.SFIXED64),
        many(7, "attributes", KEY_VALUE),
        one(8, "flags", Kind.UINT32));
    HISTOGRAM_POINT.define(
        one(2, "startTimeUnixNano", Kind.FIXED64),
        one(3, "timeUnixNano", Kind.FIXED64),
        one(4, "count", Kind.FIXED64),
        one(5, "sum", Kind.DOUBLE),
        many(6, "bucketCounts", Kind.FIXED64),
        many(7, "explicitBounds", Kind.DOUBLE),
        many(8, "exemplars", EXEMPLAR),
        many(9, "attributes", KEY_VALUE),
        one(10, "flags", Kind.UINT32),
        one(11, "min", Kind.DOUBLE),
        one(12, "max", Kind.DOUBLE));
    EXPONENTIAL_HISTOGRAM_POINT.define(
        many(1, "attributes", KEY_VALUE),
        one(2, "startTimeUnixNano", Kind.FIXED64),
        one(3, "timeUnixNano", Kind.FIXED64),
        one(4, "count", Kind.FIXED64),
        one(5, "sum", Kind.DOUBLE),
        one(6, "scale", Kind.SINT32),
        one(7, "zeroCount", Kind.FIXED64),
        one(8, "positive", BUCKETS),
        one(9, "negative", BUCKETS),
        one(10, "flags", Kind.UINT32),
        many(11, "exemplars", EXEMPLAR),
        one(12, "min", Kind.DOUBLE),
        one(13, "max", Kind.DOUBLE),
        one(14, "zeroThreshold", Kind.DOUBLE));
    BUCKETS.define(one(1, "offset", Kind.SINT32), many(2, "bucketCounts", Kind.UINT64));
    SUMMARY_POINT.define(
        one(2, "startTimeUnixNano", Kind.FIXED64),
        one(3, "timeUnixNano", Kind.FIXED64),
        one(4, "count", Kind.FIXED64),
        one(5, "sum", Kind.DOUBLE),
        many(6, "quantileValues", VALUE_AT_QUANTILE),
        many(7, "attributes", KEY_VALUE),
        one(8, "flags", Kind.UINT32));
    VALUE_AT_QUANTILE.define(one(1, "quantile", Kind.DOUBLE), one(2, "value", Kind.DOUBLE));
    EXEMPLAR.define(
        one(2, "timeUnixNano", Kind.FIXED64),
        oneof(3, "asDouble", Kind.DOUBLE),
        one(4, "spanId", Kind.SPAN_ID),
        one(5, "traceId", Kind.TRACE_ID),
        oneof(6, "asInt", Kind.SFIXED64),
        many(7, "filteredAttributes", KEY_VALUE));
    KEY_VALUE.define(
        one(1, "key", Kind.STRING), one(2, "value", ANY_VALUE), one(3, "keyStrindex", Kind.INT32));
    ANY_VALUE.define(
        oneof(1, "stringValue", Kind.STRING),
        oneof(2, "boolValue", Kind.BOOL),
        oneof(3, "intValue", Kind.INT64),
        oneof(4, "doubleValue", Kind.DOUBLE),
        oneof(5, "arrayValue", ARRAY_VALUE),
        oneof(6, "kvlistValue", KEY_VALUE_LIST),
        oneof(7, "bytesValue", Kind.BYTES),
        oneof(8, "stringValueStrindex", Kind.INT32));
    ARRAY_VALUE.define(many(1, "values", ANY_VALUE));
    KEY_VALUE_LIST.define(many(1, "values", KEY_VALUE));
  }

  /** Takes the fields in the order of their numbers. */
  private void define(OtlpField... ascending) {
    fields = List.of(ascending);
    byNumber = new OtlpField[fields.getLast().number() + 1];
    for (OtlpField field : fields) {
      byNumber[field.number()] = field;
      byJsonName.put(field.jsonName(), field);
    }
  }

  private static OtlpField one(int number, String jsonName, Kind kind) {
    return new OtlpField(number, jsonName, kind, null, false, false);
  }

  private static OtlpField one(int number, String jsonName, OtlpMessage message) {
    return new OtlpField(number, jsonName, Kind.MESSAGE, message, false, false);
  }

  private static OtlpField oneof(int number, String jsonName, Kind kind) {
    return new OtlpField(number, jsonName, kind, null, false, true);
  }

  private static OtlpField oneof(int number, String jsonName, OtlpMessage message) {
    return new OtlpField(number, jsonName, Kind.MESSAGE, message, false, true);
  }

  private static OtlpField many(int number, String jsonName, Kind kind) {
    return new OtlpField(number, jsonName, kind, null, true, false);
  }

  private static OtlpField many(int number, String jsonName, OtlpMessage message) {
    return new OtlpField(number, jsonName, Kind.MESSAGE, message, true, false);
  }

  /// The field of a number, or null when this version does not know it.
  public @Nullable OtlpField field(int number) {
    return number >= 0 && number < byNumber.length ? byNumber[number] : null;
  }

  /// The field of a lowerCamelCase name, or null when this version does not know it.
  public @Nullable OtlpField field(String jsonName) {
    return byJsonName.get(jsonName);
  }

  /// All fields in the order of their numbers.
  public List<OtlpField> fields() {
    return fields;
  }

  /// The message that one request of a signal is.
  public static OtlpMessage request(Signal signal) {
    return switch (signal) {
      case TRACES -> EXPORT_TRACES;
      case LOGS -> EXPORT_LOGS;
      case METRICS -> EXPORT_METRICS;
    };
  }

  /// Whether one message of this type is one item: a span, a log record or a data point.
  public boolean isItem() {
    return switch (this) {
      case SPAN,
          LOG_RECORD,
          NUMBER_POINT,
          HISTOGRAM_POINT,
          EXPONENTIAL_HISTOGRAM_POINT,
          SUMMARY_POINT ->
          true;
      case EXPORT_TRACES,
          EXPORT_LOGS,
          EXPORT_METRICS,
          RESOURCE_SPANS,
          RESOURCE_LOGS,
          RESOURCE_METRICS,
          RESOURCE,
          ENTITY_REF,
          SCOPE,
          SCOPE_SPANS,
          SCOPE_LOGS,
          SCOPE_METRICS,
          EVENT,
          LINK,
          STATUS,
          METRIC,
          GAUGE,
          SUM,
          HISTOGRAM,
          EXPONENTIAL_HISTOGRAM,
          SUMMARY,
          BUCKETS,
          VALUE_AT_QUANTILE,
          EXEMPLAR,
          KEY_VALUE,
          ANY_VALUE,
          ARRAY_VALUE,
          KEY_VALUE_LIST ->
          false;
    };
  }
}
