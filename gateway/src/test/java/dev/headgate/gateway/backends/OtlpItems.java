package dev.headgate.gateway.backends;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.headgate.config.Signal;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/// Reads requests with protobuf-java and names their items: a span by its trace and span id, a log
/// record or a number data point by its attribute [#ID].
public final class OtlpItems {
  /// The attribute that names a log record or a data point.
  public static final String ID = "test.id";

  private OtlpItems() {}

  /// The request as a message.
  public static Message parse(Signal signal, byte[] bytes) {
    try {
      return switch (signal) {
        case TRACES -> ExportTraceServiceRequest.parseFrom(bytes);
        case LOGS -> ExportLogsServiceRequest.parseFrom(bytes);
        case METRICS -> ExportMetricsServiceRequest.parseFrom(bytes);
      };
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("a backend got bytes that are no OTLP", e);
    }
  }

  /// The spans of a request.
  public static Stream<Span> spans(Message request) {
    return ((ExportTraceServiceRequest) request)
        .getResourceSpansList().stream()
            .flatMap(resource -> resource.getScopeSpansList().stream())
            .flatMap(scope -> scope.getSpansList().stream());
  }

  /// The log records of a request.
  public static Stream<LogRecord> records(Message request) {
    return ((ExportLogsServiceRequest) request)
        .getResourceLogsList().stream()
            .flatMap(resource -> resource.getScopeLogsList().stream())
            .flatMap(scope -> scope.getLogRecordsList().stream());
  }

  /// The sums' and gauges' data points of a request.
  public static Stream<NumberDataPoint> points(Message request) {
    return ((ExportMetricsServiceRequest) request)
        .getResourceMetricsList().stream()
            .flatMap(resource -> resource.getScopeMetricsList().stream())
            .flatMap(scope -> scope.getMetricsList().stream())
            .flatMap(metric -> points(metric).stream());
  }

  private static List<NumberDataPoint> points(Metric metric) {
    return metric.hasSum()
        ? metric.getSum().getDataPointsList()
        : metric.getGauge().getDataPointsList();
  }

  /// The names of all items, in order.
  public static List<String> ids(Signal signal, Message request) {
    return switch (signal) {
      case TRACES -> spans(request).map(OtlpItems::id).toList();
      case LOGS -> records(request).map(record -> id(record.getAttributesList())).toList();
      case METRICS -> points(request).map(point -> id(point.getAttributesList())).toList();
    };
  }

  private static String id(Span span) {
    HexFormat hex = HexFormat.of();
    return hex.formatHex(span.getTraceId().toByteArray())
        + "/"
        + hex.formatHex(span.getSpanId().toByteArray());
  }

  static String id(List<KeyValue> attributes) {
    return attributes.stream()
        .filter(attribute -> attribute.getKey().equals(ID))
        .map(attribute -> attribute.getValue().getStringValue())
        .findFirst()
        .orElse("");
  }
}
