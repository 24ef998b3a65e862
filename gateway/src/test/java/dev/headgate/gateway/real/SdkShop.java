package dev.headgate.gateway.real;

import static io.opentelemetry.api.common.AttributeKey.stringKey;

import dev.headgate.config.Signal;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import io.opentelemetry.exporter.otlp.logs.OtlpGrpcLogRecordExporter;
import io.opentelemetry.exporter.otlp.metrics.OtlpGrpcMetricExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SdkTracerProviderBuilder;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;

/// A service with the Java SDK that handles one order: a span with an error, a log record and some
/// metrics in its context, and a secret in all of them. Sends one signal over OTLP/gRPC.
final class SdkShop {
  static final String SERVICE = "shop";
  static final String NAMESPACE = "real-test";
  static final String INSTANCE = "shop-1";
  static final String SECRET = "hunter2-is-planted";

  private static final Resource RESOURCE =
      Resource.create(
          Attributes.builder()
              .put("service.name", SERVICE)
              .put("service.namespace", NAMESPACE)
              .put("service.instance.id", INSTANCE)
              .put("deployment.environment.name", "test")
              .put("k8s.pod.name", "shop-7d9f")
              .build());

  private final String endpoint;
  private final Signal signal;

  /// @param endpoint where the gateway takes OTLP/gRPC
  SdkShop(String endpoint, Signal signal) {
    this.endpoint = endpoint;
    this.signal = signal;
  }

  /// What identifies the order's telemetry, as hex digits.
  record Ids(String traceId, String spanId) {}

  /// Handles the order and waits until the gateway has taken what came of it.
  Ids order() {
    try (SdkTracerProvider traces = traces();
        SdkLoggerProvider logs = logs();
        SdkMeterProvider metrics = metrics()) {
      Span span = traces.get("test").spanBuilder("GET /orders/{id}").startSpan();
      span.setAttribute("user.password", SECRET);
      span.setStatus(StatusCode.ERROR);
      try (Scope _ = span.makeCurrent()) {
        logs.get("test")
            .logRecordBuilder()
            .setSeverity(Severity.ERROR)
            .setBody("order failed, Authorization: Bearer " + SECRET)
            .setAttribute(stringKey("user.email"), SECRET)
            .setAttribute(stringKey("session.id"), "session-1")
            .emit();
        measure(metrics);
      }
      span.end();
      return new Ids(span.getSpanContext().getTraceId(), span.getSpanContext().getSpanId());
    }
  }

  /// A counter with each of the units that become part of a name, one without, and a histogram.
  private static void measure(SdkMeterProvider metrics) {
    var meter = metrics.get("test");
    Attributes secret = Attributes.of(stringKey("api_key"), SECRET);
    meter.counterBuilder("shop.work").setUnit("s").build().add(3, secret);
    meter.counterBuilder("shop.traffic").setUnit("By").build().add(1024);
    meter.counterBuilder("shop.orders").setUnit("{order}").build().add(1);
    meter.histogramBuilder("shop.order.duration").setUnit("s").build().record(0.2);
  }

  private SdkTracerProvider traces() {
    SdkTracerProviderBuilder builder = SdkTracerProvider.builder().setResource(RESOURCE);
    if (signal == Signal.TRACES) {
      var exporter = OtlpGrpcSpanExporter.builder().setEndpoint(endpoint).build();
      builder.addSpanProcessor(BatchSpanProcessor.builder(exporter).build());
    }
    return builder.build();
  }

  private SdkLoggerProvider logs() {
    var builder = SdkLoggerProvider.builder().setResource(RESOURCE);
    if (signal == Signal.LOGS) {
      var exporter = OtlpGrpcLogRecordExporter.builder().setEndpoint(endpoint).build();
      builder.addLogRecordProcessor(BatchLogRecordProcessor.builder(exporter).build());
    }
    return builder.build();
  }

  private SdkMeterProvider metrics() {
    var builder = SdkMeterProvider.builder().setResource(RESOURCE);
    if (signal == Signal.METRICS) {
      var exporter = OtlpGrpcMetricExporter.builder().setEndpoint(endpoint).build();
      builder.registerMetricReader(PeriodicMetricReader.builder(exporter).build());
    }
    return builder.build();
  }
}
