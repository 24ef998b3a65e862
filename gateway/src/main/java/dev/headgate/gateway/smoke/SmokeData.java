package dev.headgate.gateway.smoke;

import com.google.protobuf.ByteString;
import dev.headgate.config.Signal;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;

/// The trace, the log record and the metric of a smoke test, each with the secret under a key that
/// every sensible policy redacts; the log record has it in its text too.
///
/// **Threading:** immutable; any thread.
final class SmokeData {
  static final String SERVICE = "headgate-smoke";
  static final String ID_KEY = "smoke.id";

  /// Without a unit, so that no backend adds one to the name.
  static final String METRIC = "headgate_smoke_value";

  private static final String SECRET_KEY = "smoke.password";

  private final Marker marker;
  private final long nowNanos;

  SmokeData(Marker marker, Instant now) {
    this.marker = marker;
    this.nowNanos = Duration.ofSeconds(now.getEpochSecond(), now.getNano()).toNanos();
  }

  byte[] request(Signal signal) {
    return switch (signal) {
      case TRACES -> traces();
      case LOGS -> logs();
      case METRICS -> metrics();
    };
  }

  /// A span that samplers keep: by its error, and by its priority where errors are not kept.
  private byte[] traces() {
    ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
    request
        .addResourceSpansBuilder()
        .setResource(resource())
        .addScopeSpansBuilder()
        .addSpans(
            Span.newBuilder()
                .setTraceId(bytes(marker.traceId()))
                .setSpanId(bytes(marker.spanId()))
                .setName("smoke")
                .setKind(Span.SpanKind.SPAN_KIND_INTERNAL)
                .setStartTimeUnixNano(nowNanos)
                .setEndTimeUnixNano(nowNanos + 1)
                .setStatus(
                    Status.newBuilder()
                        .setCode(Status.StatusCode.STATUS_CODE_ERROR)
                        .setMessage("not an error: a smoke test that samplers keep"))
                .addAttributes(text(ID_KEY, marker.traceId()))
                .addAttributes(text(SECRET_KEY, marker.secret()))
                .addAttributes(
                    KeyValue.newBuilder()
                        .setKey("sampling.priority")
                        .setValue(AnyValue.newBuilder().setIntValue(1))));
    return request.build().toByteArray();
  }

  private byte[] logs() {
    ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
    request
        .addResourceLogsBuilder()
        .setResource(resource())
        .addScopeLogsBuilder()
        .addLogRecords(
            LogRecord.newBuilder()
                .setTimeUnixNano(nowNanos)
                .setObservedTimeUnixNano(nowNanos)
                .setSeverityNumber(SeverityNumber.SEVERITY_NUMBER_INFO)
                .setSeverityText("INFO")
                .setTraceId(bytes(marker.traceId()))
                .setSpanId(bytes(marker.spanId()))
                .setBody(
                    AnyValue.newBuilder()
                        .setStringValue("smoke test, Authorization: Bearer " + marker.secret()))
                .addAttributes(text(ID_KEY, marker.traceId()))
                .addAttributes(text(SECRET_KEY, marker.secret())));
    return request.build().toByteArray();
  }

  private byte[] metrics() {
    ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
    request
        .addResourceMetricsBuilder()
        .setResource(resource())
        .addScopeMetricsBuilder()
        .addMetricsBuilder()
        .setName(METRIC)
        .setDescription("The number of the last smoke test.")
        .getGaugeBuilder()
        .addDataPoints(
            NumberDataPoint.newBuilder()
                .setTimeUnixNano(nowNanos)
                .setAsDouble((double) marker.number())
                .addAttributes(text(SECRET_KEY, marker.secret())));
    return request.build().toByteArray();
  }

  private static Resource resource() {
    return Resource.newBuilder().addAttributes(text("service.name", SERVICE)).build();
  }

  private static KeyValue text(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  private static ByteString bytes(String hex) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hex));
  }
}
