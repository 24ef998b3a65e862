package dev.headgate.gateway.policy;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Items and values for the tests of the policy.
final class PolicyOtlp {
  private static final long TIME_NANOS = 1_790_000_000_000_000_000L;

  private PolicyOtlp() {}

  static AnyValue text(String value) {
    return AnyValue.newBuilder().setStringValue(value).build();
  }

  static AnyValue list(String... values) {
    ArrayValue.Builder list = ArrayValue.newBuilder();
    Arrays.stream(values).map(PolicyOtlp::text).forEach(list::addValues);
    return AnyValue.newBuilder().setArrayValue(list).build();
  }

  static AnyValue map(List<KeyValue> entries) {
    return AnyValue.newBuilder()
        .setKvlistValue(KeyValueList.newBuilder().addAllValues(entries))
        .build();
  }

  static KeyValue attribute(String key, String value) {
    return attribute(key, text(value));
  }

  static KeyValue attribute(String key, AnyValue value) {
    return KeyValue.newBuilder().setKey(key).setValue(value).build();
  }

  /// The texts of attributes by their keys.
  static Map<String, String> texts(List<KeyValue> attributes) {
    return attributes.stream()
        .collect(
            Collectors.toMap(KeyValue::getKey, attribute -> attribute.getValue().getStringValue()));
  }

  /// A span that failed, and therefore is kept.
  static Span.Builder failed(String name) {
    return span(name, 1)
        .setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR));
  }

  /// A span of a trace that asks to be kept without having failed.
  static Span.Builder wanted(String name) {
    return span(name, 1)
        .addAttributes(
            attribute("sampling.priority", AnyValue.newBuilder().setIntValue(1).build()));
  }

  /// A span of the trace with a number.
  static Span.Builder span(String name, long trace) {
    ByteBuffer id = ByteBuffer.allocate(16).putLong(trace * 0x9e3779b97f4a7c15L).putLong(trace);
    return Span.newBuilder()
        .setTraceId(ByteString.copyFrom(id.flip()))
        .setSpanId(ByteString.copyFrom(ByteBuffer.allocate(8).putLong(trace).flip()))
        .setName(name)
        .setStartTimeUnixNano(TIME_NANOS)
        .setEndTimeUnixNano(TIME_NANOS + 1);
  }

  static ExportTraceServiceRequest request(Span.Builder... spans) {
    var request = ExportTraceServiceRequest.newBuilder();
    var scope = request.addResourceSpansBuilder().addScopeSpansBuilder();
    List.of(spans).forEach(scope::addSpans);
    return request.build();
  }

  static ExportLogsServiceRequest request(LogRecord.Builder... records) {
    var request = ExportLogsServiceRequest.newBuilder();
    var scope = request.addResourceLogsBuilder().addScopeLogsBuilder();
    List.of(records).forEach(scope::addLogRecords);
    return request.build();
  }

  static ExportMetricsServiceRequest request(Metric.Builder metric) {
    var request = ExportMetricsServiceRequest.newBuilder();
    request.addResourceMetricsBuilder().addScopeMetricsBuilder().addMetrics(metric);
    return request.build();
  }

  static LogRecord.Builder record(String body) {
    return LogRecord.newBuilder().setTimeUnixNano(TIME_NANOS).setBody(text(body));
  }

  static NumberDataPoint.Builder point(long value) {
    return NumberDataPoint.newBuilder().setTimeUnixNano(TIME_NANOS).setAsInt(value);
  }
}
