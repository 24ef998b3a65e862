package dev.headgate.gateway.ops;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The gateway's own counters and gauges at one moment, by their names without `_total`.
///
/// **Threading:** immutable.
final class Readings {
  private static final String TOTAL = "_total";

  /// Everything that the overview is made of begins with one of these; what does not is never read.
  private static final List<String> WANTED =
      List.of(
          "otelcol_receiver_",
          "otelcol_processor_incoming_",
          "otelcol_processor_outgoing_",
          "otelcol_exporter_",
          "otelcol_process_",
          "headgate_");

  private final long nanos;
  private final Map<String, List<Point>> points;

  /// One series.
  record Point(Labels labels, double value) {
    String label(String name) {
      return Objects.requireNonNullElse(labels.get(name), "");
    }
  }

  private Readings(long nanos, Map<String, List<Point>> points) {
    this.nanos = nanos;
    this.points = points;
  }

  /// Reads them now.
  static Readings of(PrometheusRegistry registry, long nowNanos) {
    Map<String, List<Point>> points = new HashMap<>();
    for (MetricSnapshot metric :
        registry.scrape(name -> WANTED.stream().anyMatch(name::startsWith))) {
      List<Point> own = new ArrayList<>();
      switch (metric) {
        case CounterSnapshot counter ->
            counter
                .getDataPoints()
                .forEach(point -> own.add(new Point(point.getLabels(), point.getValue())));
        case GaugeSnapshot gauge ->
            gauge
                .getDataPoints()
                .forEach(point -> own.add(new Point(point.getLabels(), point.getValue())));
        default -> {}
      }
      String name = metric.getMetadata().getPrometheusName();
      points.put(
          name.endsWith(TOTAL) ? name.substring(0, name.length() - TOTAL.length()) : name, own);
    }
    return new Readings(nowNanos, points);
  }

  /// All series of a metric.
  List<Point> points(String name) {
    return points.getOrDefault(name, List.of());
  }

  /// The sum of the series that have these labels, 0 when there is none.
  ///
  /// @param labels names and values in turn
  double sum(String name, String... labels) {
    double sum = 0;
    for (Point point : points(name)) {
      sum += has(point, labels) ? point.value() : 0;
    }
    return sum;
  }

  /// The largest of the series that have these labels, 0 when there is none.
  double max(String name, String... labels) {
    double max = 0;
    for (Point point : points(name)) {
      max = has(point, labels) ? Math.max(max, point.value()) : max;
    }
    return max;
  }

  private static boolean has(Point point, String... labels) {
    for (int i = 0; i < labels.length; i += 2) {
      if (!point.label(labels[i]).equals(labels[i + 1])) {
        return false;
      }
    }
    return true;
  }

  /// How much time lies between earlier readings and these.
  double secondsSince(Readings earlier) {
    return (nanos - earlier.nanos) / 1e9;
  }
}
