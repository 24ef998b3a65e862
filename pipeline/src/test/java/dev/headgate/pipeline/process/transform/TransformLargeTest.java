package dev.headgate.pipeline.process.transform;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.headgate.config.Signal;
import dev.headgate.config.TransformConfig;
import dev.headgate.pipeline.memory.SpareBytes;
import dev.headgate.pipeline.otlp.RandomOtlp;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.payload.Tenant;
import dev.headgate.pipeline.process.LendingContext;
import dev.headgate.pipeline.process.ottl.OttlTexts;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Statements that change messages of more than a mebibyte, which editors write straight into an
/// array that is longer than what becomes of them.
class TransformLargeTest {
  private static final String FILLER = "f".repeat(3 << 19);

  @ParameterizedTest
  @CsvSource({
    "TRACES, resource, resource",
    "TRACES, span, resource",
    "TRACES, scope, scope",
    "TRACES, span, scope",
    "TRACES, span, span",
    "TRACES, spanevent, resource",
    "TRACES, spanevent, scope",
    "TRACES, spanevent, span",
    "TRACES, spanevent, spanevent",
    "LOGS, resource, resource",
    "LOGS, scope, scope",
    "LOGS, log, resource",
    "LOGS, log, scope",
    "LOGS, log, log",
    "METRICS, resource, resource",
    "METRICS, scope, scope",
    "METRICS, metric, resource",
    "METRICS, metric, scope",
    "METRICS, metric, metric",
    "METRICS, datapoint, resource",
    "METRICS, datapoint, scope",
    "METRICS, datapoint, metric",
    "METRICS, datapoint, datapoint"
  })
  void changes_a_large_message(Signal signal, String context, String target) {
    String place = target.equals("metric") ? "metric.unit" : target + ".attributes[\"a\"]";
    TransformProcessor processor =
        new TransformProcessor(
            "transform",
            new TransformConfig(
                List.of(OttlTexts.statements(signal, context, "set(" + place + ", \"x\")"))),
            new TransformMetrics(new PrometheusRegistry()),
            OttlTexts.log());
    byte[] in = request(signal, target, false).toByteArray();

    Payload out =
        processor.process(
            new Payload(signal, Tenant.NONE, SpareBytes.of(in), 1), LendingContext.create());

    assertThat(
            RandomOtlp.parse(signal, out.bytes().toArray()).equals(request(signal, target, true)))
        .as("equals protobuf-java's")
        .isTrue();
  }

  private static Message request(Signal signal, String target, boolean changed) {
    Resource resource =
        Resource.newBuilder().addAllAttributes(attributes("resource", target, changed)).build();
    InstrumentationScope scope =
        InstrumentationScope.newBuilder()
            .addAllAttributes(attributes("scope", target, changed))
            .build();
    return switch (signal) {
      case TRACES ->
          ExportTraceServiceRequest.newBuilder()
              .addResourceSpans(
                  ResourceSpans.newBuilder()
                      .setResource(resource)
                      .addScopeSpans(
                          ScopeSpans.newBuilder().setScope(scope).addSpans(span(target, changed))))
              .build();
      case LOGS ->
          ExportLogsServiceRequest.newBuilder()
              .addResourceLogs(
                  ResourceLogs.newBuilder()
                      .setResource(resource)
                      .addScopeLogs(
                          ScopeLogs.newBuilder()
                              .setScope(scope)
                              .addLogRecords(
                                  LogRecord.newBuilder()
                                      .addAllAttributes(attributes("log", target, changed)))))
              .build();
      case METRICS ->
          ExportMetricsServiceRequest.newBuilder()
              .addResourceMetrics(
                  ResourceMetrics.newBuilder()
                      .setResource(resource)
                      .addScopeMetrics(
                          ScopeMetrics.newBuilder()
                              .setScope(scope)
                              .addMetrics(metric(target, changed))))
              .build();
    };
  }

  private static Span span(String target, boolean changed) {
    return Span.newBuilder()
        .setName("s")
        .addAllAttributes(attributes("span", target, changed))
        .addEvents(
            Span.Event.newBuilder().addAllAttributes(attributes("spanevent", target, changed)))
        .build();
  }

  private static Metric metric(String target, boolean changed) {
    Metric.Builder metric = Metric.newBuilder().setName("m");
    if (target.equals("metric")) {
      metric.setDescription(FILLER).setUnit(changed ? "x" : "");
    }
    return metric
        .setGauge(
            Gauge.newBuilder()
                .addDataPoints(
                    NumberDataPoint.newBuilder()
                        .addAllAttributes(attributes("datapoint", target, changed))))
        .build();
  }

  /** Of the message that is the target: one so large, and behind it the change. */
  private static List<KeyValue> attributes(String level, String target, boolean changed) {
    List<KeyValue> attributes = new ArrayList<>();
    if (level.equals(target)) {
      attributes.add(attribute("large", FILLER));
      if (changed) {
        attributes.add(attribute("a", "x"));
      }
    }
    return attributes;
  }

  private static KeyValue attribute(String key, String text) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(text))
        .build();
  }
}
