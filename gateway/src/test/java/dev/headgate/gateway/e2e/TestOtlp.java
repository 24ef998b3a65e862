package dev.headgate.gateway.e2e;

import com.google.protobuf.ByteString;
import dev.headgate.config.Signal;
import dev.headgate.gateway.backends.OtlpItems;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Requests whose items have names.
public final class TestOtlp {
  private static final long TIME_NANOS = 1_790_000_000_000_000_000L;

  private TestOtlp() {}

  /// A request with the items `from` to `from + count - 1`.
  public static byte[] request(Signal signal, int from, int count) {
    return request(signal, from, count, "");
  }

  /// The same, each item made larger by a text.
  public static byte[] request(Signal signal, int from, int count, String padding) {
    return switch (signal) {
      case TRACES -> {
        ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
        var resource = request.addResourceSpansBuilder();
        resource.getResourceBuilder().addAttributes(text("service.name", "e2e"));
        var scope = resource.addScopeSpansBuilder();
        for (int i = from; i < from + count; i++) {
          scope.addSpans(span(i).addAttributes(text("padding", padding)));
        }
        yield request.build().toByteArray();
      }
      case LOGS -> {
        ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
        var resource = request.addResourceLogsBuilder();
        resource.getResourceBuilder().addAttributes(text("service.name", "e2e"));
        var scope = resource.addScopeLogsBuilder();
        for (int i = from; i < from + count; i++) {
          scope.addLogRecords(
              LogRecord.newBuilder()
                  .setTimeUnixNano(TIME_NANOS + i)
                  .setBody(AnyValue.newBuilder().setStringValue("line " + i + padding))
                  .addAttributes(text(OtlpItems.ID, "log-" + i)));
        }
        yield request.build().toByteArray();
      }
      case METRICS -> {
        ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
        var resource = request.addResourceMetricsBuilder();
        resource.getResourceBuilder().addAttributes(text("service.name", "e2e"));
        Metric.Builder metric =
            resource.addScopeMetricsBuilder().addMetricsBuilder().setName("requests");
        for (int i = from; i < from + count; i++) {
          metric
              .getGaugeBuilder()
              .addDataPoints(
                  NumberDataPoint.newBuilder()
                      .setTimeUnixNano(TIME_NANOS + i)
                      .setAsInt(i)
                      .addAttributes(text(OtlpItems.ID, "point-" + i))
                      .addAttributes(text("padding", padding)));
        }
        yield request.build().toByteArray();
      }
    };
  }

  /// A span with legal ids.
  public static Span.Builder span(int index) {
    return Span.newBuilder()
        .setTraceId(ByteString.copyFrom(ByteBuffer.allocate(16).putLong(77).putLong(index).flip()))
        .setSpanId(ByteString.copyFrom(ByteBuffer.allocate(8).putLong(index + 1L).flip()))
        .setName("span")
        .setStartTimeUnixNano(TIME_NANOS)
        .setEndTimeUnixNano(TIME_NANOS + 1);
  }

  /// The names of the items of [#request].
  public static List<String> ids(Signal signal, int from, int count) {
    List<String> ids = new ArrayList<>();
    ids.addAll(OtlpItems.ids(signal, OtlpItems.parse(signal, request(signal, from, count))));
    return ids;
  }

  /// An attribute.
  public static KeyValue text(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }
}
