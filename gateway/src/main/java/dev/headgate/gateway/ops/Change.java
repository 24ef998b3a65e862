package dev.headgate.gateway.ops;

import io.prometheus.metrics.model.snapshots.Labels;
import java.util.HashMap;
import java.util.Map;

/// Two readings of the counters and what happened between them.
///
/// **Threading:** confined to one thread.
final class Change {
  final Readings now;
  private final Readings before;
  private final double seconds;
  private final Map<String, Map<Labels, Double>> earlier = new HashMap<>();

  Change(Readings before, Readings now) {
    this.before = before;
    this.now = now;
    this.seconds = now.secondsSince(before);
  }

  /// How much time lies between the two.
  double seconds() {
    return seconds;
  }

  /// By how much the series that have these labels grew.
  double grown(String name, String... labels) {
    return Math.max(0, now.sum(name, labels) - before.sum(name, labels));
  }

  /// How fast they grow.
  double perSecond(String name, String... labels) {
    return perSecond(grown(name, labels));
  }

  /// How fast one series grows.
  double perSecond(String name, Readings.Point point) {
    Map<Labels, Double> old =
        earlier.computeIfAbsent(
            name,
            _ -> {
              Map<Labels, Double> values = new HashMap<>();
              before.points(name).forEach(one -> values.put(one.labels(), one.value()));
              return values;
            });
    return perSecond(Math.max(0, point.value() - old.getOrDefault(point.labels(), 0.0)));
  }

  private double perSecond(double amount) {
    return seconds <= 0 ? 0 : amount / seconds;
  }
}
