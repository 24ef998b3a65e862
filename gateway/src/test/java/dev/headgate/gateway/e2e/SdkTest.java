package dev.headgate.gateway.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.headgate.gateway.backends.GrpcBackend;
import dev.headgate.gateway.backends.HttpBackend;
import dev.headgate.gateway.backends.OtlpItems;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.logs.OtlpGrpcLogRecordExporter;
import io.opentelemetry.exporter.otlp.metrics.OtlpGrpcMetricExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The Java SDK with each of its senders, the default policy's processors, and three backends.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SdkTest {
  private static final int SPANS = 400;
  private static final int ERRORS = 100;
  private static final int LOGS = 50;
  private static final int SERIES = 60;
  private static final AttributeKey<String> TOKEN = AttributeKey.stringKey("user.token");
  private static final Resource RESOURCE =
      Resource.create(
          Attributes.of(
              AttributeKey.stringKey("service.name"),
              "shop",
              AttributeKey.stringKey("db.password"),
              "hunter2-resource"));

  private final GrpcBackend tempo = new GrpcBackend();
  private final HttpBackend loki = new HttpBackend(HttpBackend.Kind.LOKI);
  private final HttpBackend mimir = new HttpBackend(HttpBackend.Kind.MIMIR);
  private final GatewayHarness gateway;

  /// A sender of the SDK, chosen by the property that the SDK reads.
  enum Sender {
    OKHTTP_GRPC(true, ".okhttp."),
    MANAGED_CHANNEL_GRPC(true, ".managedchannel."),
    OKHTTP_HTTP(false, ".okhttp."),
    JDK_HTTP(false, ".jdk.");

    private final boolean grpc;
    private final String provider;

    Sender(boolean grpc, String provider) {
      this.grpc = grpc;
      this.provider = provider;
    }

    /// Finds this sender alone.
    ComponentLoader loader() {
      ComponentLoader all = ComponentLoader.forClassLoader(SdkTest.class.getClassLoader());
      return new ComponentLoader() {
        @Override
        public <T> Iterable<T> load(Class<T> type) {
          List<T> found = new ArrayList<>();
          for (T component : all.load(type)) {
            if (component.getClass().getName().contains(provider)) {
              found.add(component);
            }
          }
          return found;
        }
      };
    }
  }

  SdkTest() {
    gateway = GatewayHarness.start(yaml());
  }

  private String yaml() {
    return GatewayHarness.RECEIVERS
        + """
        exporters:
          otlp/tempo: {endpoint: "%s", tls: {insecure: true}}
          otlphttp/loki: {endpoint: "%s"}
          otlphttp/mimir: {endpoint: "%s", compression: zstd}
        processors:
          memory_limiter:
          redaction:
            allow_all_keys: true
            blocked_keys: ["*.token*", "*.password*"]
            replacement: "[REDACTED]"
          log_scrubber:
          probabilistic_sampler: {sampling_percentage: 20, always_sample: [error]}
          cardinality_guard: {series_limit: 10}
          batch: {timeout: 20ms}
        service:
          telemetry: {metrics: {address: "127.0.0.1:0"}}
          pipelines:
            traces:
              receivers: [otlp]
              processors: [memory_limiter, redaction, probabilistic_sampler, batch]
              exporters: [otlp/tempo]
            logs:
              receivers: [otlp]
              processors: [memory_limiter, redaction, log_scrubber, batch]
              exporters: [otlphttp/loki]
            metrics:
              receivers: [otlp]
              processors: [memory_limiter, redaction, cardinality_guard, batch]
              exporters: [otlphttp/mimir]
        """
            .formatted(tempo.endpoint(), loki.endpoint(), mimir.endpoint());
  }

  @AfterEach
  void close() {
    gateway.close();
    tempo.close();
    loki.close();
    mimir.close();
  }

  @ParameterizedTest
  @EnumSource
  void telemetry_arrives_safe_and_small(Sender sender) {
    sendSpans(spanExporter(sender));
    sendLogs(logExporter(sender));
    sendMetrics(metricExporter(sender));
    gateway.assertBalanced();
    assertSpans();
    assertLogs();
    assertMetrics();
  }

  private void assertSpans() {
    List<io.opentelemetry.proto.trace.v1.Span> spans =
        tempo.journal().messages().stream().flatMap(OtlpItems::spans).toList();
    assertThat(tempo.journal().ids()).doesNotHaveDuplicates();
    assertThat(spans)
        .filteredOn(span -> span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR)
        .hasSize(ERRORS);
    int rest = spans.size() - ERRORS;
    assertThat(rest).isBetween(20, 110);
    assertThat(gateway.line("otlp/tempo").received()).isEqualTo(SPANS);
    assertThat(gateway.line("otlp/tempo").droppedBefore()).isEqualTo(SPANS - spans.size());
    assertThat(bytes(tempo.journal().messages())).contains("[REDACTED]").doesNotContain("hunter2");
    assertThat(gateway.metric("headgate_redaction_hits_total")).isPositive();
  }

  private void assertLogs() {
    assertThat(loki.journal().ids()).hasSize(LOGS);
    assertThat(bytes(loki.journal().messages()))
        .contains("Bearer [REDACTED]")
        .contains("\"access_token\":\"[REDACTED]\"")
        .doesNotContain("hunter2");
  }

  private void assertMetrics() {
    // The SDK exports once when it is flushed and once when it is closed.
    List<List<KeyValue>> series =
        mimir.journal().messages().stream()
            .flatMap(OtlpItems::points)
            .map(NumberDataPoint::getAttributesList)
            .filter(attributes -> attributes.getFirst().getKey().equals("user.id"))
            .toList();
    assertThat(series).hasSize(20);
    assertThat(Set.copyOf(series)).hasSize(10);
    assertThat(gateway.metric("headgate_ledger_dropped_items_total", "reason=\"cardinality\""))
        .isEqualTo(2 * (SERIES - 10));
    assertThat(bytes(mimir.journal().messages())).doesNotContain("hunter2");
  }

  private static String bytes(List<Message> messages) {
    StringBuilder all = new StringBuilder();
    messages.forEach(message -> all.append(new String(message.toByteArray(), ISO_8859_1)));
    return all.toString();
  }

  private static void done(CompletableResultCode result) {
    assertThat(result.join(20, TimeUnit.SECONDS).isSuccess()).isTrue();
  }

  private static void sendSpans(SpanExporter exporter) {
    BatchSpanProcessor processor =
        BatchSpanProcessor.builder(exporter).setMaxExportBatchSize(64).build();
    try (SdkTracerProvider provider =
        SdkTracerProvider.builder().setResource(RESOURCE).addSpanProcessor(processor).build()) {
      Tracer tracer = provider.get("e2e");
      for (int i = 0; i < SPANS; i++) {
        Span span = tracer.spanBuilder("GET /cart").setAttribute(TOKEN, "hunter2-" + i).startSpan();
        span.addEvent("login", Attributes.of(AttributeKey.stringKey("a.password"), "hunter2"));
        if (i < ERRORS) {
          span.setStatus(StatusCode.ERROR, "boom");
        }
        span.end();
      }
      done(provider.forceFlush());
    }
  }

  private static void sendLogs(LogRecordExporter exporter) {
    BatchLogRecordProcessor processor = BatchLogRecordProcessor.builder(exporter).build();
    try (SdkLoggerProvider provider =
        SdkLoggerProvider.builder()
            .setResource(RESOURCE)
            .addLogRecordProcessor(processor)
            .build()) {
      Logger logger = provider.get("e2e");
      for (int i = 0; i < LOGS; i++) {
        logger
            .logRecordBuilder()
            .setSeverity(Severity.INFO)
            .setBody("calling with Bearer hunter2abc and {\"access_token\": \"hunter2\"}")
            .setAttribute(TOKEN, "hunter2")
            .emit();
      }
      done(provider.forceFlush());
    }
  }

  private static void sendMetrics(MetricExporter exporter) {
    try (SdkMeterProvider provider =
        SdkMeterProvider.builder()
            .setResource(RESOURCE)
            .registerMetricReader(PeriodicMetricReader.create(exporter))
            .build()) {
      LongCounter counter = provider.get("e2e").counterBuilder("requests").build();
      for (int i = 0; i < SERIES; i++) {
        counter.add(1, Attributes.of(AttributeKey.stringKey("user.id"), "u" + i));
      }
      done(provider.forceFlush());
    }
  }

  private SpanExporter spanExporter(Sender sender) {
    return sender.grpc
        ? OtlpGrpcSpanExporter.builder()
            .setComponentLoader(sender.loader())
            .setEndpoint("http://127.0.0.1:" + gateway.grpcPort())
            .build()
        : OtlpHttpSpanExporter.builder()
            .setComponentLoader(sender.loader())
            .setEndpoint("http://127.0.0.1:" + gateway.httpPort() + "/v1/traces")
            .setCompression("gzip")
            .build();
  }

  private LogRecordExporter logExporter(Sender sender) {
    return sender.grpc
        ? OtlpGrpcLogRecordExporter.builder()
            .setComponentLoader(sender.loader())
            .setEndpoint("http://127.0.0.1:" + gateway.grpcPort())
            .build()
        : OtlpHttpLogRecordExporter.builder()
            .setComponentLoader(sender.loader())
            .setEndpoint("http://127.0.0.1:" + gateway.httpPort() + "/v1/logs")
            .setCompression("gzip")
            .build();
  }

  private MetricExporter metricExporter(Sender sender) {
    return sender.grpc
        ? OtlpGrpcMetricExporter.builder()
            .setComponentLoader(sender.loader())
            .setEndpoint("http://127.0.0.1:" + gateway.grpcPort())
            .build()
        : OtlpHttpMetricExporter.builder()
            .setComponentLoader(sender.loader())
            .setEndpoint("http://127.0.0.1:" + gateway.httpPort() + "/v1/metrics")
            .setCompression("gzip")
            .build();
  }
}
