package dev.headgate.pipeline.process.sampling;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.headgate.config.SamplerConfig;
import dev.headgate.config.SamplerConfig.AttributeSource;
import dev.headgate.config.SamplerConfig.Mode;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.memory.SpareBytes;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.payload.Tenant;
import dev.headgate.pipeline.process.LendingContext;
import dev.headgate.pipeline.wire.WireWriter;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// Samplers and single items for their tests.
final class SamplerFixture {
  /// The trace id of the Collector's sampler tests: kept at 50 %, not at 49 %.
  static final String TRACE_ID = "fefefefefefefefefe80000000000000";

  private SamplerFixture() {}

  static SamplerConfig config(Mode mode, double percentage) {
    return config(mode, percentage, 4, true);
  }

  static SamplerConfig config(Mode mode, double percentage, int precision, boolean failClosed) {
    return new SamplerConfig(
        percentage, mode, 22, precision, failClosed, false, 17, AttributeSource.TRACE_ID, "", "");
  }

  static SamplerConfig keepingErrors(Mode mode, double percentage) {
    return new SamplerConfig(
        percentage, mode, 0, 4, true, true, 17, AttributeSource.TRACE_ID, "", "");
  }

  static SamplerProcessor sampler(SamplerConfig config) {
    return sampler(config, new PrometheusRegistry());
  }

  static SamplerProcessor sampler(SamplerConfig config, PrometheusRegistry registry) {
    return new SamplerProcessor("probabilistic_sampler", config, new SamplerMetrics(registry));
  }

  static ByteString id(String hex) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hex));
  }

  static Span.Builder span(String traceId, String traceState) {
    return Span.newBuilder()
        .setTraceId(id(traceId))
        .setSpanId(id("0102030405060708"))
        .setTraceState(traceState)
        .setName("GET /cart")
        .setStartTimeUnixNano(1)
        .setEndTimeUnixNano(2);
  }

  static KeyValue attribute(String key, String value) {
    return attribute(key, AnyValue.newBuilder().setStringValue(value));
  }

  static KeyValue attribute(String key, AnyValue.Builder value) {
    return KeyValue.newBuilder().setKey(key).setValue(value).build();
  }

  /// A request with one span, whose body is just these bytes.
  static Payload spelt(byte[] span) {
    byte[] body = span;
    for (int field : new int[] {2, 2, 1}) {
      WireWriter out = new WireWriter(body.length + 8);
      out.writeBytesField(field, body, 0, body.length);
      body = out.toByteArray();
    }
    return new Payload(Signal.TRACES, Tenant.NONE, SpareBytes.of(body), 1);
  }

  static Payload traces(Span... spans) {
    ScopeSpans.Builder scope = ScopeSpans.newBuilder();
    for (Span span : spans) {
      scope.addSpans(span);
    }
    return traces(
        ExportTraceServiceRequest.newBuilder()
            .addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(scope))
            .build(),
        spans.length);
  }

  static Payload traces(ExportTraceServiceRequest request, int items) {
    return new Payload(Signal.TRACES, Tenant.NONE, SpareBytes.of(request.toByteArray()), items);
  }

  static Payload logs(LogRecord... records) {
    ScopeLogs.Builder scope = ScopeLogs.newBuilder();
    for (LogRecord record : records) {
      scope.addLogRecords(record);
    }
    byte[] bytes =
        ExportLogsServiceRequest.newBuilder()
            .addResourceLogs(ResourceLogs.newBuilder().addScopeLogs(scope))
            .build()
            .toByteArray();
    return new Payload(Signal.LOGS, Tenant.NONE, SpareBytes.of(bytes), records.length);
  }

  static ExportTraceServiceRequest parseTraces(Payload payload) {
    try {
      return ExportTraceServiceRequest.parseFrom(payload.bytes().toArray());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  /// The span that a sampler leaves of one span, or null.
  static @Nullable Span sampled(SamplerProcessor sampler, Span span) {
    Payload out = sampler.process(traces(span), LendingContext.create());
    if (out.items() == 0) {
      return null;
    }
    return parseTraces(out).getResourceSpans(0).getScopeSpans(0).getSpans(0);
  }

  /// The tracestate that a sampler leaves of one span, or `DROP`.
  static String traceState(SamplerProcessor sampler, Span span) {
    Span out = sampled(sampler, span);
    return out == null ? "DROP" : out.getTraceState();
  }

  /// The record that a sampler leaves of one record, or null.
  static @Nullable LogRecord sampled(SamplerProcessor sampler, LogRecord record) {
    Payload out = sampler.process(logs(record), LendingContext.create());
    if (out.items() == 0) {
      return null;
    }
    try {
      return ExportLogsServiceRequest.parseFrom(out.bytes().toArray())
          .getResourceLogs(0)
          .getScopeLogs(0)
          .getLogRecords(0);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}
