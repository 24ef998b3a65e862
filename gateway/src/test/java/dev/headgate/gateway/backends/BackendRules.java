package dev.headgate.gateway.backends;

import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What the real backends refuse of the requests they understand, as it was measured on Loki 3.7,
/// Mimir 3 and Prometheus 3.14: whole requests for one bad item, or that item alone, loudly or in
/// silence. Knows number data points only.
///
/// **Threading:** any thread.
final class BackendRules {
  private static final long YEAR_2000_NANOS = 946_684_800_000_000_000L;

  /// The last point of each series that Prometheus has.
  private final Map<String, NumberDataPoint> stored = new HashMap<>();

  private volatile Set<String> poison = Set.of();

  /// What became of a request.
  ///
  /// @param stored the part of it that is stored, null for nothing
  /// @param status of the answer; 0 for that of a success
  /// @param softError the message of a partial success with zero rejected items, or empty
  record Verdict(@Nullable Message stored, int status, String error, String softError) {
    static Verdict all(Message request) {
      return new Verdict(request, 0, "", "");
    }

    static Verdict none(int status, String error) {
      return new Verdict(null, status, error, "");
    }
  }

  /// Requests with one of these items are refused whole from now on.
  void poison(Set<String> ids) {
    poison = Set.copyOf(ids);
  }

  boolean isPoisoned(List<String> ids) {
    return ids.stream().anyMatch(poison::contains);
  }

  Verdict loki(ExportLogsServiceRequest request) {
    if (isPoisoned(
            OtlpItems.records(request).map(r -> OtlpItems.id(r.getAttributesList())).toList())
        || lokiKeys(request).anyMatch(BackendRules::isNoName)) {
      return Verdict.none(400, "symbolizer lookup: label name is empty");
    }
    ExportLogsServiceRequest.Builder kept = request.toBuilder();
    boolean lost = false;
    for (var resource : kept.getResourceLogsBuilderList()) {
      for (var scope : resource.getScopeLogsBuilderList()) {
        List<LogRecord> records = new ArrayList<>(scope.getLogRecordsList());
        lost |= records.removeIf(record -> isOld(record));
        scope.clearLogRecords().addAllLogRecords(records);
      }
    }
    return lost
        ? new Verdict(kept.build(), 400, "entry for stream '{}' has timestamp too old", "")
        : Verdict.all(request);
  }

  /// Loki takes a record without any time with its own, and one of 1970 for too old.
  private static boolean isOld(LogRecord record) {
    long time =
        record.getTimeUnixNano() != 0 ? record.getTimeUnixNano() : record.getObservedTimeUnixNano();
    return time != 0 && time < YEAR_2000_NANOS;
  }

  private static Stream<String> lokiKeys(ExportLogsServiceRequest request) {
    return request.getResourceLogsList().stream()
        .flatMap(resource ->
            Stream.concat(
                keys(resource.getResource().getAttributesList()),
                resource.getScopeLogsList().stream()
                    .flatMap(scope ->
                        Stream.concat(
                            keys(scope.getScope().getAttributesList()),
                            scope.getLogRecordsList().stream()
                                .flatMap(record -> keys(record.getAttributesList()))))));
  }

  private static Stream<String> keys(List<KeyValue> attributes) {
    return attributes.stream()
        .flatMap(attribute ->
            Stream.concat(
                Stream.of(attribute.getKey()),
                keys(attribute.getValue().getKvlistValue().getValuesList())));
  }

  private static boolean isNoName(String key) {
    return !key.matches("(?s).*[A-Za-z0-9].*");
  }

  Verdict mimir(ExportMetricsServiceRequest request) {
    String error = "";
    String softError = "";
    ExportMetricsServiceRequest.Builder kept = request.toBuilder();
    for (var resource : kept.getResourceMetricsBuilderList()) {
      for (var scope : resource.getScopeMetricsBuilderList()) {
        for (var metric : scope.getMetricsBuilderList()) {
          if (isDelta(metric.build())) {
            error = "otlp parse error: invalid temporality and type combination";
            metric.clearData();
          }
          List<NumberDataPoint> points = new ArrayList<>(points(metric.build()));
          if (points.removeIf(BackendRules::hasNoNameKey)) {
            error = "received a series with an invalid label (err-mimir-label-invalid)";
          }
          if (points.removeIf(point -> point.getTimeUnixNano() == 0)) {
            softError = "the sample has been rejected because its timestamp is too old";
          }
          put(metric, points);
        }
      }
    }
    return new Verdict(kept.build(), error.isEmpty() ? 0 : 400, error, softError);
  }

  /// Prometheus rolls a refused request back; what is merely out of order within one request is
  /// lost in silence.
  synchronized Verdict prometheus(ExportMetricsServiceRequest request) {
    if (isPoisoned(
        OtlpItems.points(request).map(p -> OtlpItems.id(p.getAttributesList())).toList())) {
      return Verdict.none(400, "out of order sample");
    }
    Map<String, NumberDataPoint> now = new HashMap<>(stored);
    ExportMetricsServiceRequest.Builder kept = request.toBuilder();
    for (var resource : kept.getResourceMetricsBuilderList()) {
      for (var scope : resource.getScopeMetricsBuilderList()) {
        for (var metric : scope.getMetricsBuilderList()) {
          if (isDelta(metric.build()) || metric.getName().isEmpty()) {
            return Verdict.none(500, "invalid temporality and type combination");
          }
          List<NumberDataPoint> points = new ArrayList<>();
          for (NumberDataPoint point : points(metric.build())) {
            if (hasNoNameKey(point)) {
              return Verdict.none(500, "label name is empty");
            }
            String series = series(resource.build(), metric.build(), point);
            NumberDataPoint before = stored.get(series);
            if (point.getTimeUnixNano() == 0 || (before != null && conflicts(before, point))) {
              return Verdict.none(400, "out of order sample");
            }
            NumberDataPoint last = now.get(series);
            if (last == null || last.getTimeUnixNano() < point.getTimeUnixNano()) {
              now.put(series, point);
              points.add(point);
            }
          }
          put(metric, points);
        }
      }
    }
    stored.putAll(now);
    return Verdict.all(kept.build());
  }

  private static boolean conflicts(NumberDataPoint before, NumberDataPoint point) {
    return point.getTimeUnixNano() < before.getTimeUnixNano()
        || (point.getTimeUnixNano() == before.getTimeUnixNano()
            && point.getAsInt() != before.getAsInt());
  }

  private static String series(ResourceMetrics resource, Metric metric, NumberDataPoint point) {
    return resource.getResource() + metric.getName() + point.getAttributesList();
  }

  private static boolean hasNoNameKey(NumberDataPoint point) {
    return keys(point.getAttributesList()).anyMatch(BackendRules::isNoName);
  }

  private static boolean isDelta(Metric metric) {
    return metric.hasSum()
        && metric.getSum().getAggregationTemporality()
            == AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA;
  }

  private static List<NumberDataPoint> points(Metric metric) {
    return metric.hasSum()
        ? metric.getSum().getDataPointsList()
        : metric.getGauge().getDataPointsList();
  }

  private static void put(Metric.Builder metric, List<NumberDataPoint> points) {
    if (metric.hasSum()) {
      metric.getSumBuilder().clearDataPoints().addAllDataPoints(points);
    } else if (metric.hasGauge()) {
      metric.getGaugeBuilder().clearDataPoints().addAllDataPoints(points);
    }
  }
}
