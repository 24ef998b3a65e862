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
import java.util.List;
import java.util.Random;

/// The requests that the benchmarks and the load generator work with, the same in every run of the
/// same seed: spans of 800 B with 15 attributes under keys of the semantic conventions, log records
/// of about 360 B with bodies of 170 B, data points of about 200 B with five attributes.
public final class Samples {
  /// Spans, log records or data points in every request of the benchmarks.
  static final int ITEMS = 1000;

  /// What every secret in a sample begins with and nothing else contains.
  public static final String SECRET_MARK = "5ec4e75ec4e7";

  /// The length of every span.
  static final int SPAN_BYTES = 800;

  /// The length of every log body.
  static final int BODY_BYTES = 170;

  private static final int RESOURCES = 10;
  private static final int METRICS = 10;
  private static final int SERIES_PER_METRIC = 50;
  private static final List<String> SECRET_KEYS =
      List.of("user.password", "session.token", "http.request.header.authorization");
  private static final List<String> PLAIN_KEYS =
      List.of("user.roles", "session.id", "http.request.header.accept");
  private static final String PLAIN_BODY =
      "session lookup done Beyond=%s \"user_token_kind\":\"none\" ";
  private static final String SECRET_BODY = "session lookup done {\"access_token\":\"%s\"} ";
  private static final long START_NANOS = 1_790_000_000_000_000_000L;

  private final Random random;

  /// Creates the samples of the benchmarks.
  Samples() {
    this(20261121);
  }

  /// Creates the samples of a seed.
  public Samples(long seed) {
    this.random = new Random(seed);
  }

  /// A request of so many spans, of which a share of `secretPercent` holds three secrets each under
  /// keys of the default policy.
  public ExportTraceServiceRequest traces(int items, double secretPercent) {
    ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
    int resources = Math.min(RESOURCES, items);
    for (int r = 0; r < resources; r++) {
      ScopeSpans.Builder scope = ScopeSpans.newBuilder();
      for (int i = share(items, r, resources); i > 0; i--) {
        scope.addSpans(
            isSecret(secretPercent) ? span(SECRET_MARK, SECRET_KEYS) : span("", PLAIN_KEYS));
      }
      request.addResourceSpans(
          ResourceSpans.newBuilder().setResource(resource(r)).addScopeSpans(scope));
    }
    return request.build();
  }

  /* How many of the items the r-th of the parts gets. */
  private static int share(int items, int r, int parts) {
    return items / parts + (r < items % parts ? 1 : 0);
  }

  private boolean isSecret(double percent) {
    return random.nextDouble() * 100 < percent;
  }

  /// Spans of 800 B with 15 attributes, of which three match the default policy's key globs.
  Payload spansWithSecrets() {
    return payload(Signal.TRACES, traces(ITEMS, 100).toByteArray());
  }

  /// Spans of 800 B with 15 attributes that no rule matches.
  Payload spansWithoutSecrets() {
    return payload(Signal.TRACES, traces(ITEMS, 0).toByteArray());
  }

  private Span span(String mark, List<String> threeKeys) {
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
            .addAttributes(text(threeKeys.get(0), mark + hex(16 - mark.length())))
            .addAttributes(text("user_agent.original", "Mozilla/5.0 (X11; Linux x86_64)"))
            .addAttributes(text(threeKeys.get(1), mark + hex(32 - mark.length())))
            .addAttributes(text("app.cart.id", hex(16)))
            .addAttributes(number("app.cart.items", random.nextInt(90) + 1))
            .addAttributes(text(threeKeys.get(2), mark + hex(40 - mark.length())))
            .addAttributes(text("thread.name", "http-nio-8080-exec-" + random.nextInt(10)));
    int missing = SPAN_BYTES - span.build().getSerializedSize();
    return span.addAttributes(padded("url.full", "https://shop.example/checkout/", missing))
        .build();
  }

  /* An attribute that takes so many bytes within its span. */
  private KeyValue padded(String key, String start, int bytes) {
    // A character is a byte, and the lengths of text, value and attribute may grow by one each.
    // To try every character took half of the time that a generator needs to start.
    int certain = bytes - fieldBytes(text(key, start)) - 3;
    StringBuilder value = new StringBuilder(start).append(hex(Math.max(0, certain)));
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
    return payload(Signal.LOGS, logs(ITEMS, 0).toByteArray());
  }

  /// Log records with bodies of 170 B of which every one holds an access token.
  Payload secretLogs() {
    return payload(Signal.LOGS, logs(ITEMS, 100).toByteArray());
  }

  /// A request of so many log records, of which a share of `secretPercent` holds an access token in
  /// its body; the other bodies hold words of which a scrub rule's prefilter might think so.
  public ExportLogsServiceRequest logs(int items, double secretPercent) {
    ScopeLogs.Builder scope = ScopeLogs.newBuilder();
    for (int i = 0; i < items; i++) {
      scope.addLogRecords(
          LogRecord.newBuilder()
              .setTimeUnixNano(START_NANOS + i)
              .setSeverityNumber(SeverityNumber.SEVERITY_NUMBER_INFO)
              .setSeverityText("INFO")
              .setBody(AnyValue.newBuilder().setStringValue(body(isSecret(secretPercent))))
              .addAttributes(text("logger.name", "com.example.shop.CheckoutService"))
              .addAttributes(text("code.function.name", "shipOrder"))
              .addAttributes(text("thread.name", "http-nio-8080-exec-" + random.nextInt(10)))
              .setTraceId(id(16))
              .setSpanId(id(8)));
    }
    return ExportLogsServiceRequest.newBuilder()
        .addResourceLogs(ResourceLogs.newBuilder().setResource(resource(0)).addScopeLogs(scope))
        .build();
  }

  private String body(boolean secret) {
    String value = secret ? SECRET_MARK + hex(12) : hex(24);
    StringBuilder body = new StringBuilder((secret ? SECRET_BODY : PLAIN_BODY).formatted(value));
    while (body.length() < BODY_BYTES) {
      body.append("order ").append(random.nextInt(1_000_000)).append(" shipped, ");
    }
    body.setLength(BODY_BYTES);
    return body.toString();
  }

  /// Data points with five attributes: 10 metrics with 50 series each, within the default budget.
  Payload points() {
    return payload(Signal.METRICS, metrics(ITEMS).toByteArray());
  }

  /// A request of so many data points of ten cumulative sums (fewer where there are fewer points)
  /// with 50 series each.
  public ExportMetricsServiceRequest metrics(int items) {
    ScopeMetrics.Builder scope = ScopeMetrics.newBuilder();
    int metrics = Math.min(METRICS, items);
    for (int m = 0; m < metrics; m++) {
      Sum.Builder sum =
          Sum.newBuilder()
              .setIsMonotonic(true)
              .setAggregationTemporality(AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE);
      for (int i = share(items, m, metrics); i > 0; i--) {
        sum.addDataPoints(point(i % SERIES_PER_METRIC));
      }
      scope.addMetrics(Metric.newBuilder().setName("shop.requests." + m).setUnit("1").setSum(sum));
    }
    return ExportMetricsServiceRequest.newBuilder()
        .addResourceMetrics(
            ResourceMetrics.newBuilder().setResource(resource(0)).addScopeMetrics(scope))
        .build();
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
