package dev.headgate.gateway.real;

import com.google.protobuf.ByteString;
import dev.headgate.config.Signal;
import dev.headgate.gateway.readback.HttpCalls;
import dev.headgate.gateway.readback.LokiReader;
import dev.headgate.gateway.readback.MimirReader;
import dev.headgate.gateway.readback.TempoReader;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/// Items of one signal that are sent one by one and counted in the backend: spans of one trace, log
/// records of one stream, points of one counter.
///
/// **Threading:** confined to the test's thread.
final class CountedItems {
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration AROUND = Duration.ofMinutes(10);
  private static final int LIMIT = 1000;
  private static final String TRACE_ID = "00000000000000c0" + "0".repeat(15) + "1";

  private final Signal signal;
  private final String service;
  private final Instant start = Instant.now();
  private int sent;

  /// @param service one that nothing else of the test has
  CountedItems(Signal signal, String service) {
    this.signal = signal;
    this.service = service;
  }

  int sent() {
    return sent;
  }

  /// Sends some more, each in a request of its own.
  void send(RealGateway gateway, String tenant, int items) throws IOException {
    HttpCalls calls = HttpCalls.ofTenant(CALL_TIMEOUT, tenant);
    URI uri = HttpCalls.below(gateway.http(), "/v1/" + signal.key(), Map.of());
    for (int i = 0; i < items; i++) {
      sent++;
      HttpCalls.Reply reply = calls.post(uri, "application/x-protobuf", request());
      if (reply.status() != 200) {
        throw HttpCalls.refusal(uri, reply);
      }
    }
  }

  /// How many of them the backend shows a tenant.
  long count(URI api, String tenant) throws IOException {
    HttpCalls calls = HttpCalls.ofTenant(CALL_TIMEOUT, tenant);
    return switch (signal) {
      case TRACES -> {
        Optional<byte[]> trace = new TempoReader(api, calls).trace(TRACE_ID);
        yield trace.isEmpty() ? 0 : spans(trace.get());
      }
      case LOGS ->
          new LokiReader(api, calls)
                  .query(
                      "{service_name=\"" + service + "\"}",
                      start.minus(AROUND),
                      start.plus(AROUND),
                      LIMIT)
                  .stream()
                  .map(LokiReader.Entry::line)
                  .distinct()
                  .count();
      case METRICS ->
          new MimirReader(api, calls)
              .query("count_over_time(counted_total{job=\"" + service + "\"}[30m])").stream()
                  .mapToLong(sample -> (long) sample.value())
                  .sum();
    };
  }

  /// Those of this service: ids of traces are the same in every test.
  private long spans(byte[] trace) throws IOException {
    return TempoReader.spans(trace).stream()
        .filter(span -> span.getName().equals(service))
        .map(Span::getSpanId)
        .distinct()
        .count();
  }

  private byte[] request() {
    long nanos = Duration.ofSeconds(start.getEpochSecond(), start.getNano()).toNanos();
    // A millisecond apart: Mimir keeps no finer time.
    long time = nanos + Duration.ofMillis(sent).toNanos();
    return switch (signal) {
      case TRACES -> traces(time);
      case LOGS -> logs(time);
      case METRICS -> metrics(nanos, time);
    };
  }

  /// Failed, so that the sampler keeps it.
  private byte[] traces(long time) {
    ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
    request
        .addResourceSpansBuilder()
        .setResource(resource())
        .addScopeSpansBuilder()
        .addSpans(
            Span.newBuilder()
                .setTraceId(bytes(TRACE_ID))
                .setSpanId(bytes("%016x".formatted(sent)))
                .setName(service)
                .setStartTimeUnixNano(time)
                .setEndTimeUnixNano(time + 1)
                .setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR)));
    return request.build().toByteArray();
  }

  private byte[] logs(long time) {
    ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
    request
        .addResourceLogsBuilder()
        .setResource(resource())
        .addScopeLogsBuilder()
        .addLogRecords(
            LogRecord.newBuilder()
                .setTimeUnixNano(time)
                .setBody(AnyValue.newBuilder().setStringValue("line " + sent)));
    return request.build().toByteArray();
  }

  private byte[] metrics(long start, long time) {
    ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
    request
        .addResourceMetricsBuilder()
        .setResource(resource())
        .addScopeMetricsBuilder()
        .addMetrics(
            Metric.newBuilder()
                .setName("counted")
                .setSum(
                    Sum.newBuilder()
                        .setIsMonotonic(true)
                        .setAggregationTemporality(
                            AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE)
                        .addDataPoints(
                            NumberDataPoint.newBuilder()
                                .setStartTimeUnixNano(start)
                                .setTimeUnixNano(time)
                                .setAsInt(sent))));
    return request.build().toByteArray();
  }

  private Resource resource() {
    return Resource.newBuilder()
        .addAttributes(
            KeyValue.newBuilder()
                .setKey("service.name")
                .setValue(AnyValue.newBuilder().setStringValue(service)))
        .build();
  }

  private static ByteString bytes(String hex) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hex));
  }
}
