package dev.headgate.gateway.demo;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;

/// Telemetry of a small shop with what a gateway is for: passwords and tokens in attributes and log
/// lines, errors among many successes, and a metric with a user id as a label.
///
/// **Threading:** confined to one thread.
public final class SampleData {
  private static final int ERROR_EVERY = 20;
  private static final String[] ROUTES = {"/cart", "/checkout", "/login", "/products/{id}"};

  private final SplittableRandom random;
  private long sequence;
  // Of the last request of spans: what the log records after it are about.
  private List<Span> spans = List.of();

  /// @param seed the same seed, the same data
  public SampleData(long seed) {
    random = new SplittableRandom(seed);
  }

  /// A request of spans.
  public ExportTraceServiceRequest traces(int count, Instant now) {
    ScopeSpans.Builder scope = ScopeSpans.newBuilder();
    for (int i = 0; i < count; i++) {
      scope.addSpans(span(now));
    }
    spans = scope.getSpansList();
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(ResourceSpans.newBuilder().setResource(resource()).addScopeSpans(scope))
        .build();
  }

  private Span span(Instant now) {
    boolean error = ++sequence % ERROR_EVERY == 0;
    String route = ROUTES[random.nextInt(ROUTES.length)];
    long end = nanos(now);
    return Span.newBuilder()
        .setTraceId(id(16))
        .setSpanId(id(8))
        .setName("POST " + route)
        .setKind(Span.SpanKind.SPAN_KIND_SERVER)
        .setStartTimeUnixNano(end - random.nextLong(1_000_000, 90_000_000))
        .setEndTimeUnixNano(end)
        .addAttributes(attribute("http.route", route))
        .addAttributes(attribute("user.password", "hunter" + random.nextInt(1000)))
        .addAttributes(attribute("session.token", hex(16)))
        .addAttributes(attribute("http.request.header.authorization", "Bearer " + hex(20)))
        .setStatus(
            Status.newBuilder()
                .setCode(
                    error ? Status.StatusCode.STATUS_CODE_ERROR : Status.StatusCode.STATUS_CODE_OK))
        .build();
  }

  /// A request of log records, each in the context of a span of the last request of spans.
  public ExportLogsServiceRequest logs(int count, Instant now) {
    ScopeLogs.Builder scope = ScopeLogs.newBuilder();
    for (int i = 0; i < count; i++) {
      scope.addLogRecords(record(i, now));
    }
    return ExportLogsServiceRequest.newBuilder()
        .addResourceLogs(ResourceLogs.newBuilder().setResource(resource()).addScopeLogs(scope))
        .build();
  }

  private LogRecord record(int i, Instant now) {
    LogRecord.Builder record =
        LogRecord.newBuilder()
            // Apart, because to Loki equal lines of one moment are one line.
            .setTimeUnixNano(nanos(now) + i)
            .setSeverityNumber(SeverityNumber.SEVERITY_NUMBER_INFO)
            .setBody(AnyValue.newBuilder().setStringValue(line(i)));
    if (!spans.isEmpty()) {
      Span span = spans.get(i % spans.size());
      record.setTraceId(span.getTraceId()).setSpanId(span.getSpanId());
      if (span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR) {
        record.setSeverityNumber(SeverityNumber.SEVERITY_NUMBER_ERROR);
      }
    }
    return record.build();
  }

  private String line(int i) {
    return switch (i % 5) {
      case 0 -> "login ok: {\"user\":\"u" + i + "\",\"access_token\":\"" + hex(16) + "\"}";
      case 1 -> "upstream call with Authorization: Bearer " + hex(20);
      default -> "GET " + ROUTES[random.nextInt(ROUTES.length)] + " took " + i + " ms";
    };
  }

  /// A request of data points.
  public ExportMetricsServiceRequest metrics(int count, Instant now) {
    Sum.Builder sum =
        Sum.newBuilder()
            .setIsMonotonic(true)
            .setAggregationTemporality(AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE);
    for (int i = 0; i < count; i++) {
      sum.addDataPoints(
          NumberDataPoint.newBuilder()
              .setTimeUnixNano(nanos(now))
              .setAsInt(++sequence)
              .addAttributes(attribute("user.id", "user-" + random.nextInt(100_000))));
    }
    Metric.Builder requests = Metric.newBuilder().setName("shop.requests").setSum(sum);
    return ExportMetricsServiceRequest.newBuilder()
        .addResourceMetrics(
            ResourceMetrics.newBuilder()
                .setResource(resource())
                .addScopeMetrics(ScopeMetrics.newBuilder().addMetrics(requests)))
        .build();
  }

  private static Resource resource() {
    return Resource.newBuilder()
        .addAttributes(attribute("service.name", "shop"))
        .addAttributes(attribute("deployment.environment.name", "demo"))
        .build();
  }

  private static KeyValue attribute(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  private static long nanos(Instant time) {
    return time.getEpochSecond() * 1_000_000_000L + time.getNano();
  }

  private ByteString id(int bytes) {
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    while (buffer.hasRemaining()) {
      buffer.putLong(random.nextLong() | 1);
    }
    return ByteString.copyFrom(buffer.flip());
  }

  private String hex(int chars) {
    StringBuilder text = new StringBuilder(chars);
    while (text.length() < chars) {
      text.append(Character.forDigit(random.nextInt(16), 16));
    }
    return text.toString();
  }
}
