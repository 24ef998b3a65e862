package dev.headgate.gateway.docker;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.util.concurrent.TimeUnit;

/// One span with an error and a password, sent by the Java SDK over OTLP/gRPC.
final class SdkSpan {
  static final String SERVICE = "container-test";
  static final String SECRET = "hunter2-in-a-container";

  private SdkSpan() {}

  /// Sends it and waits until the gateway has taken it.
  ///
  /// @param tenant the header `X-Scope-OrgID`; empty for none
  /// @return its trace id
  static String send(String endpoint, String tenant) {
    var exporter = OtlpGrpcSpanExporter.builder().setEndpoint(endpoint);
    if (!tenant.isEmpty()) {
      exporter.addHeader("X-Scope-OrgID", tenant);
    }
    Attributes service = Attributes.of(AttributeKey.stringKey("service.name"), SERVICE);
    try (SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .setResource(Resource.create(service))
            .addSpanProcessor(BatchSpanProcessor.builder(exporter.build()).build())
            .build()) {
      Span span = provider.get("test").spanBuilder("GET /orders/{id}").startSpan();
      span.setAttribute("user.password", SECRET);
      span.setStatus(StatusCode.ERROR);
      span.end();
      provider.forceFlush().join(30, TimeUnit.SECONDS);
      return span.getSpanContext().getTraceId();
    }
  }
}
