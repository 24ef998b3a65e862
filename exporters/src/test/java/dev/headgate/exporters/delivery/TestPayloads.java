package dev.headgate.exporters.delivery;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.memory.Content;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.payload.Tenant;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.resource.v1.Resource;
import java.util.ArrayList;
import java.util.List;

/// Real OTLP requests whose items carry a number each, so that every one can be found again.
public final class TestPayloads {
  private TestPayloads() {}

  /// A logs request with one record for each id.
  public static Payload logs(Tenant tenant, long... ids) {
    return logsOfLargeResource(tenant, 0, ids);
  }

  /// A logs request whose resource holds that many bytes.
  public static Payload logsOfLargeResource(Tenant tenant, int resourceBytes, long... ids) {
    ResourceLogs.Builder resource =
        ResourceLogs.newBuilder().setResource(resource("x".repeat(resourceBytes)));
    var scope = resource.addScopeLogsBuilder();
    for (long id : ids) {
      scope.addLogRecords(LogRecord.newBuilder().setTimeUnixNano(id));
    }
    byte[] bytes =
        ExportLogsServiceRequest.newBuilder().addResourceLogs(resource).build().toByteArray();
    return new Payload(Signal.LOGS, tenant, bytes, ids.length);
  }

  /// A metrics request of one resource with one data point for each id.
  public static Payload metrics(Tenant tenant, String host, long... ids) {
    ResourceMetrics.Builder resource = ResourceMetrics.newBuilder().setResource(resource(host));
    Metric.Builder metric = resource.addScopeMetricsBuilder().addMetricsBuilder().setName("m");
    for (long id : ids) {
      metric
          .getGaugeBuilder()
          .addDataPoints(
              NumberDataPoint.newBuilder()
                  .setTimeUnixNano(id)
                  .addAttributes(attribute("host", host)));
    }
    byte[] bytes =
        ExportMetricsServiceRequest.newBuilder().addResourceMetrics(resource).build().toByteArray();
    return new Payload(Signal.METRICS, tenant, bytes, ids.length);
  }

  /// The ids in a request, in order; its parts in a row must be one valid message.
  public static List<Long> ids(ExportRequest request) {
    ByteString joined = ByteString.EMPTY;
    for (Content part : request.parts()) {
      joined = joined.concat(ByteString.copyFrom(part.toArray()));
    }
    if (joined.size() != request.sizeBytes()) {
      throw new AssertionError("sizeBytes " + request.sizeBytes() + ", parts " + joined.size());
    }
    List<Long> ids = ids(request.signal(), joined);
    if (ids.size() != request.items()) {
      throw new AssertionError("items " + request.items() + ", in the bytes " + ids.size());
    }
    return ids;
  }

  private static List<Long> ids(Signal signal, ByteString bytes) {
    List<Long> ids = new ArrayList<>();
    try {
      switch (signal) {
        case LOGS ->
            ExportLogsServiceRequest.parseFrom(bytes).getResourceLogsList().stream()
                .flatMap(resource -> resource.getScopeLogsList().stream())
                .flatMap(scope -> scope.getLogRecordsList().stream())
                .forEach(record -> ids.add(record.getTimeUnixNano()));
        case METRICS ->
            ExportMetricsServiceRequest.parseFrom(bytes).getResourceMetricsList().stream()
                .flatMap(resource -> resource.getScopeMetricsList().stream())
                .flatMap(scope -> scope.getMetricsList().stream())
                .flatMap(metric -> metric.getGauge().getDataPointsList().stream())
                .forEach(point -> ids.add(point.getTimeUnixNano()));
        case TRACES -> throw new IllegalArgumentException("signal: traces (expected: another)");
      }
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("the parts in a row are no OTLP request", e);
    }
    return ids;
  }

  private static Resource resource(String host) {
    return Resource.newBuilder().addAttributes(attribute("host.name", host)).build();
  }

  private static KeyValue attribute(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }
}
