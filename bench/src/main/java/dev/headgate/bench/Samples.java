package dev.headgate.bench;

import com.google.protobuf.ByteString;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.payload.Tenant;
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
import java.nio.ByteBuffer;
import java.util.Random;

/// The requests that the benchmarks work on: [#ITEMS] items each, the same in every run.
final class Samples {
  /// Spans, log records or data points in every request.
  static final int ITEMS = 1000;

  /// The length of every span.
  static final int SPAN_BYTES = 800;

  /// The length of every log body.
  static final int BODY_BYTES = 170;

  private static final int RESOURCES = 10;
  private static final int SERIES_PER_METRIC = 50;
  private static final long START_NANOS = 1_790_000_000_000_000_000L;

  private final Random random = new Random(20261121);

  /// Spans of 800 B with 15 attributes, of which three match the default policy's key globs.
  Payload spansWithSecrets() {
    return spans("user.password", "session.token", "http.request.header.authorization");
  }

  /// Spans of 800 B with 15 attributes that no rule matches.
  Payload spansWithoutSecrets() {
    return spans("user.roles", "session.id", "http.request.header.accept");
  }

  private Payload spans(String... threeKeys) {
    ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
    for (int r = 0; r < RESOURCES; r++) {
      ScopeSpans.Builder scope = ScopeSpans.newBuilder();
      for (int i = 0; i < ITEMS / RESOURCES; i++) {
        scope.addSpans(span(threeKeys));
      }
      request.addResourceSpans(
          ResourceSpans.newBuilder().setResource(resource(r)).addScopeSpans(scope));
    }
    return payload(Signal.TRACES, request.build().toByteArray());
  }

  private Span span(String... threeKeys) {
    Span.Builder span =
        Span.newBuilder()
            .setTraceId(id(16))
            .setSpanId(id(8))
            .setParentSpanId(id(8))
            .setName("POST /checkout/{cartId}")
            .setKind(Span.SpanKind.SPAN_KIND_SERVER)
            .setStartTimeUnixNano(START_NANOS)
            .setEndTimeUnixNano(START_NANOS + random.nextInt(1_000_000_000))
            .addAttributes(text("http.request.method", "POST"))
            .addAttributes(text("http.route", "/checkout/{cartId}"))
            .addAttributes(number("http.response.status_code", 200))
            .addAttributes(text("server.address", "checkout.shop.svc.cluster.local"))
            .addAttributes(number("server.port", 8080))
            .addAttributes(text("client.address", "10.32." + random.nextInt(255) + ".17"))
            .addAttributes(text("network.protocol.version", "1.1"))
            .addAttributes(text(threeKeys[0], hex(16)))
            .addAttributes(text("user_agent.original", "Mozilla/5.0 (X11; Linux x86_64)"))
            .addAttributes(text(threeKeys[1], hex(32)))
            .addAttributes(text("app.cart.id", hex(16)))
            .addAttributes(number("app.cart.items", random.nextInt(90) + 1))
            .addAttributes(text(threeKeys[2], hex(40)))
            .addAttributes(text("thread.name", "http-nio-8080-exec-" + random.nextInt(10)));
    int missing = SPAN_BYTES - span.build().getSerializedSize();
    return span.addAttributes(padded("url.full", "https://shop.example/checkout/", missing))
        .build();
  }

  /* An attribute that takes so many bytes within its span. */
  private KeyValue padded(String key, String start, int bytes) {
    StringBuilder value = new StringBuilder(start);
    while (fieldBytes(text(key, value.toString())) < bytes) {
      value.append(Character.forDigit(random.nextInt(16), 16));
    }
    return text(key, value.toString());
  }

  private static int fieldBytes(KeyValue attribute) {
    return Span.newBuilder().addAttributes(attribute).build().getSerializedSize();
  }

  /// Log records with bodies of 170 B that no rule matches.
  Payload cleanLogs() {
    return logs("session lookup done Beyond=%s \"user_token_kind\":\"none\" ");
  }

  /// Log records with bodies of 170 B of which every one holds an access token.
  Payload secretLogs() {
    return logs("session lookup done {\"access_token\":\"%s\"} ");
  }

  private Payload logs(String format) {
    ScopeLogs.Builder scope = ScopeLogs.newBuilder();
    for (int i = 0; i < ITEMS; i++) {
      StringBuilder body = new StringBuilder(format.formatted(hex(24)));
      while (body.length() < BODY_BYTES) {
        body.append("order ").append(random.nextInt(1_000_000)).append(" shipped, ");
      }
      body.setLength(BODY_BYTES);
      scope.addLogRecords(
          LogRecord.newBuilder()
              .setTimeUnixNano(START_NANOS + i)
              .setSeverityNumber(SeverityNumber.SEVERITY_NUMBER_INFO)
              .setTraceId(id(16))
              .setSpanId(id(8))
              .addAttributes(text("logger.name", "com.example.shop.CheckoutService"))
              .addAttributes(text("thread.name", "http-nio-8080-exec-" + random.nextInt(10)))
              .setBody(AnyValue.newBuilder().setStringValue(body.toString())));
    }
    ExportLogsServiceRequest request =
        ExportLogsServiceRequest.newBuilder()
            .addResourceLogs(ResourceLogs.newBuilder().setResource(resource(0)).addScopeLogs(scope))
            .build();
    return payload(Signal.LOGS, request.toByteArray());
  }

  /// Data points with five attributes: 10 metrics with 50 series each, within the default budget.
  Payload points() {
    ScopeMetrics.Builder scope = ScopeMetrics.newBuilder();
    for (int m = 0; m < RESOURCES; m++) {
      Sum.Builder sum =
          Sum.newBuilder()
              .setIsMonotonic(true)
              .setAggregationTemporality(AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE);
      for (int i = 0; i < ITEMS / RESOURCES; i++) {
        sum.addDataPoints(point(i % SERIES_PER_METRIC));
      }
      scope.addMetrics(Metric.newBuilder().setName("shop.requests." + m).setUnit("1").setSum(sum));
    }
    ExportMetricsServiceRequest request =
        ExportMetricsServiceRequest.newBuilder()
            .addResourceMetrics(
                ResourceMetrics.newBuilder().setResource(resource(0)).addScopeMetrics(scope))
            .build();
    return payload(Signal.METRICS, request.toByteArray());
  }

  private NumberDataPoint point(int series) {
    return NumberDataPoint.newBuilder()
        .setStartTimeUnixNano(START_NANOS)
        .setTimeUnixNano(START_NANOS + random.nextInt(1_000_000_000))
        .setAsInt(random.nextInt(1_000_000))
        .addAttributes(text("http.request.method", series % 2 == 0 ? "GET" : "POST"))
        .addAttributes(text("http.route", "/products/" + series))
        .addAttributes(number("http.response.status_code", 200))
        .addAttributes(text("server.address", "checkout.shop.svc.cluster.local"))
        .addAttributes(text("network.protocol.version", "1.1"))
        .build();
  }

  private static Resource resource(int number) {
    return Resource.newBuilder()
        .addAttributes(text("service.name", "shop-" + number))
        .addAttributes(text("service.instance.id", "shop-" + number + "-7d9f4c"))
        .addAttributes(text("deployment.environment.name", "production"))
        .build();
  }

  private static Payload payload(Signal signal, byte[] bytes) {
    return new Payload(signal, Tenant.NONE, bytes, ITEMS);
  }

  private static KeyValue text(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  private static KeyValue number(String key, long value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setIntValue(value))
        .build();
  }

  private ByteString id(int bytes) {
    byte[] id = new byte[bytes];
    random.nextBytes(id);
    id[0] |= 1; // never all zero
    return ByteString.copyFrom(ByteBuffer.wrap(id));
  }

  private String hex(int chars) {
    StringBuilder text = new StringBuilder(chars);
    while (text.length() < chars) {
      text.append(Character.forDigit(random.nextInt(16), 16));
    }
    return text.toString();
  }
}
