package dev.headgate.pipeline.process.cardinality;

import dev.headgate.pipeline.process.cardinality.GuardState.Admission;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/// The metrics of all cardinality guards. Metric names and labels that clients choose are bounded:
/// the first 100 of each processor, the rest as `other`.
///
/// **Threading:** any thread.
public final class GuardMetrics {
  private final Counter droppedPoints;
  private final Counter overBudgetPoints;
  private final Counter unlistedLabels;
  private final Map<String, GuardState> states = new ConcurrentHashMap<>();
  private final Map<Key, Bound> bound = new ConcurrentHashMap<>();

  private record Key(String processorId, String mode) {}

  /// Registers the guards' metrics.
  public GuardMetrics(PrometheusRegistry registry) {
    droppedPoints =
        Counter.builder()
            .name("headgate_cardinality_dropped_points_total")
            .help("Data points over budget, dropped (enforce) or only counted (report), by metric.")
            .labelNames("processor", "metric", "mode")
            .register(registry);
    overBudgetPoints =
        Counter.builder()
            .name("headgate_cardinality_over_budget_points_total")
            .help("Data points over budget, by which budget.")
            .labelNames("processor", "mode", "reason")
            .register(registry);
    unlistedLabels =
        Counter.builder()
            .name("headgate_cardinality_unlisted_labels_total")
            .help("Labels of data points that are not on the list of expected ones.")
            .labelNames("processor", "label")
            .register(registry);
    gauge(registry, "tracked_series", "Series remembered.", GuardState::trackedSeries);
    gauge(
        registry,
        "tracked_keys",
        "Services and metrics that have a budget of their own.",
        GuardState::trackedKeys);
    gauge(
        registry,
        "overflow_series",
        "Series in the budget that is shared once there are too many services and metrics.",
        GuardState::overflowSeries);
    gauge(registry, "state_bytes", "Memory of the remembered series.", GuardState::bytes);
  }

  private void gauge(
      PrometheusRegistry registry, String name, String help, ToDoubleFunction<GuardState> value) {
    GaugeWithCallback.builder()
        .name("headgate_cardinality_" + name)
        .help(help)
        .labelNames("processor")
        .callback(callback ->
            states.forEach((id, state) -> callback.call(value.applyAsDouble(state), id)))
        .register(registry);
  }

  /// Ends the gauges of guards that are no more; the counters stay.
  public void keepOnly(Set<String> processorIds) {
    states.keySet().retainAll(processorIds);
    bound.keySet().removeIf(key -> !processorIds.contains(key.processorId));
  }

  /// The metrics of one guard, all at 0 the first time.
  Bound bind(String processorId, boolean enforce, GuardState state) {
    states.put(processorId, state);
    // The same ones again, so that the bound on names from clients outlives reloads.
    String mode = enforce ? "enforce" : "report";
    return bound.computeIfAbsent(
        new Key(processorId, mode), _ -> new Bound(this, processorId, mode));
  }

  /// The metrics of one guard.
  static final class Bound {
    private final BoundedCounters byMetric;
    private final BoundedCounters unlisted;
    private final Map<Admission, CounterDataPoint> byReason = new EnumMap<>(Admission.class);

    private Bound(GuardMetrics metrics, String processorId, String mode) {
      byMetric =
          new BoundedCounters(
              metric -> metrics.droppedPoints.labelValues(processorId, metric, mode));
      unlisted =
          new BoundedCounters(label -> metrics.unlistedLabels.labelValues(processorId, label));
      for (Admission admission : Admission.values()) {
        if (admission != Admission.ADMITTED) {
          String reason = admission.name().toLowerCase(Locale.ROOT);
          byReason.put(admission, metrics.overBudgetPoints.labelValues(processorId, mode, reason));
        }
      }
    }

    BoundedCounters unlisted() {
      return unlisted;
    }

    /// Counts points of one metric over budget.
    void overBudget(long metricHash, byte[] bytes, int nameFrom, int nameTo, long points) {
      byMetric.of(metricHash, bytes, nameFrom, nameTo).inc(points);
    }

    /// Counts one point over budget.
    void overBudget(Admission why) {
      CounterDataPoint counter = byReason.get(why);
      if (counter != null) {
        counter.inc();
      }
    }
  }
}
