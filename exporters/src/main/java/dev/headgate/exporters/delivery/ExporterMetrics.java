package dev.headgate.exporters.delivery;

import dev.headgate.config.Signal;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;

/// The counters of all exporters. The `otelcol_*` names get their `_total` taken off where they are
/// written, as the Collector does.
///
/// As in the Collector, `sent` and `send_failed` count items when they leave the queue for good,
/// not attempts. Unlike it, items that a backend rejects in a partial success count as failed.
///
/// **Threading:** any thread.
public final class ExporterMetrics {
  /// The value of `error_type` when nothing better is known (OpenTelemetry's semantic conventions).
  private static final String OTHER_ERROR = "_OTHER";

  private final Map<Signal, Counter> sent = new EnumMap<>(Signal.class);
  private final Map<Signal, Counter> sendFailed = new EnumMap<>(Signal.class);
  private final Map<Signal, Counter> enqueueFailed = new EnumMap<>(Signal.class);
  private final Counter requests;
  private final Counter retries;
  private final Counter bisections;
  private final Counter softErrors;
  private final Counter adjusted;
  private final Histogram duration;

  /// The deliveries of each exporter, the newest last: a reload may leave one more that still
  /// sends.
  private final Map<String, List<Bound>> exporters = new ConcurrentHashMap<>();

  /// Registers the exporters' metrics.
  public ExporterMetrics(PrometheusRegistry registry) {
    for (Signal signal : Signal.values()) {
      sent.put(signal, items(registry, "sent", signal, "successfully sent", "exporter"));
      sendFailed.put(
          signal,
          items(
              registry,
              "send_failed",
              signal,
              "given up after failed attempts to send them",
              "exporter",
              "error_type",
              "error_permanent"));
      enqueueFailed.put(
          signal,
          items(registry, "enqueue_failed", signal, "that the queue had no room for", "exporter"));
    }
    requests =
        Counter.builder()
            .name("headgate_exporter_requests_total")
            .help("Requests to backends, retries included, by outcome.")
            .labelNames("exporter", "signal", "outcome")
            .register(registry);
    retries =
        Counter.builder()
            .name("headgate_exporter_retries_total")
            .help("Requests that will be sent again after a wait.")
            .labelNames("exporter", "signal")
            .register(registry);
    bisections =
        Counter.builder()
            .name("headgate_exporter_bisect_requests_total")
            .help("Further requests made to find the items that a backend refuses whole ones for.")
            .labelNames("exporter", "signal")
            .register(registry);
    softErrors =
        Counter.builder()
            .name("headgate_exporter_soft_errors_total")
            .help("Requests taken with an error message but without a number of rejected items.")
            .labelNames("exporter", "signal")
            .register(registry);
    adjusted =
        Counter.builder()
            .name("headgate_exporter_adjusted_attributes_total")
            .help("Attributes changed so that the backend takes the request, by what was done.")
            .labelNames("exporter", "signal", "adjustment")
            .register(registry);
    duration =
        Histogram.builder()
            .name("headgate_exporter_request_duration_seconds")
            .help("From handing a request to the transport to its outcome.")
            .labelNames("exporter", "signal")
            .classicOnly()
            .classicUpperBounds(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
            .register(registry);
    registerGauges(registry);
  }

  private void registerGauges(PrometheusRegistry registry) {
    gauge(
        registry,
        "otelcol_exporter_queue_size",
        "Current size of the queue in units of its sizer, what is being sent included.",
        (bounds, signal) -> sum(bounds, view -> view.size(signal)));
    gauge(
        registry,
        "otelcol_exporter_queue_capacity",
        "Capacity of the queue in units of its sizer.",
        (bounds, signal) -> bounds.getLast().view.capacity());
    gauge(
        registry,
        "otelcol_exporter_in_flight_requests",
        "Requests being sent.",
        (bounds, signal) -> sum(bounds, view -> view.inFlightRequests(signal)));
    GaugeWithCallback.builder()
        .name("headgate_exporter_queue_bytes")
        .help("Memory that the queue takes in bytes, what is being sent included.")
        .labelNames("exporter")
        .callback(call ->
            exporters.forEach(
                (id, bounds) -> call.call((double) sum(bounds, QueueView::bytes), id)))
        .register(registry);
    GaugeWithCallback.builder()
        .name("headgate_exporter_queue_capacity_bytes")
        .help("The most memory that the queue may take.")
        .labelNames("exporter")
        .callback(call ->
            exporters.forEach(
                (id, bounds) -> call.call((double) bounds.getLast().view.capacityBytes(), id)))
        .register(registry);
    GaugeWithCallback.builder()
        .name("headgate_exporter_queue_oldest_age_seconds")
        .help("Time that the oldest payload has been in the queue, what is being sent included.")
        .labelNames("exporter")
        .callback(
            call -> exporters.forEach((id, bounds) -> call.call(oldestAgeSeconds(bounds), id)))
        .register(registry);
  }

  private void gauge(PrometheusRegistry registry, String name, String help, SignalValue value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames("exporter", "data_type")
        .callback(call ->
            exporters.forEach((id, bounds) -> {
              for (Signal signal : bounds.getLast().points.keySet()) {
                call.call((double) value.of(bounds, signal), id, signal.key());
              }
            }))
        .register(registry);
  }

  private static Counter items(
      PrometheusRegistry registry, String what, Signal signal, String help, String... labels) {
    return Counter.builder()
        .name("otelcol_exporter_" + what + "_" + signal.itemsKey() + "_total")
        .help("Number of " + signal.itemsKey().replace('_', ' ') + " " + help + ".")
        .labelNames(labels)
        .register(registry);
  }

  /// The counters of one exporter, all at 0 from now on.
  ///
  /// @param signals those of the pipelines that end in the exporter
  Bound bind(String exporterId, Set<Signal> signals, QueueView view) {
    Bound bound = new Bound(exporterId, signals, view);
    exporters.merge(exporterId, List.of(bound), ExporterMetrics::joined);
    return bound;
  }

  private static List<Bound> joined(List<Bound> before, List<Bound> more) {
    List<Bound> all = new ArrayList<>(before);
    all.addAll(more);
    return List.copyOf(all);
  }

  private static long sum(List<Bound> bounds, ToLongFunction<QueueView> value) {
    return bounds.stream().mapToLong(bound -> value.applyAsLong(bound.view)).sum();
  }

  private static double oldestAgeSeconds(List<Bound> bounds) {
    return bounds.stream().mapToDouble(bound -> bound.view.oldestAgeSeconds()).max().orElse(0);
  }

  private static <T> T of(Map<Signal, T> map, Signal signal) {
    return Objects.requireNonNull(map.get(signal));
  }

  /// What the gauges read.
  interface QueueView {
    long size(Signal signal);

    long capacity();

    long capacityBytes();

    long bytes();

    double oldestAgeSeconds();

    long inFlightRequests(Signal signal);
  }

  private interface SignalValue {
    long of(List<Bound> bounds, Signal signal);
  }

  /// How a request ended, as the label `outcome` says it.
  enum Outcome {
    DELIVERED("delivered"),
    PARTIAL("partial"),
    RETRYABLE("retryable"),
    PERMANENT("permanent"),
    TOO_LARGE("too_large");

    private final String label;

    Outcome(String label) {
      this.label = label;
    }

    static Outcome of(ExportOutcome outcome) {
      return switch (outcome) {
        case ExportOutcome.Delivered _ -> DELIVERED;
        case ExportOutcome.Partial _ -> PARTIAL;
        case ExportOutcome.Retryable _ -> RETRYABLE;
        case ExportOutcome.Permanent _ -> PERMANENT;
        case ExportOutcome.TooLarge _ -> TOO_LARGE;
      };
    }
  }

  /// The counters of one exporter.
  final class Bound {
    private final String exporterId;
    private final QueueView view;
    private volatile Map<Signal, Points> points = Map.of();

    private Bound(String exporterId, Set<Signal> signals, QueueView view) {
      this.exporterId = exporterId;
      this.view = view;
      count(signals);
    }

    /// Counts these signals too, from 0.
    void count(Set<Signal> signals) {
      Map<Signal, Points> more = new EnumMap<>(Signal.class);
      more.putAll(points);
      for (Signal signal : signals) {
        more.computeIfAbsent(signal, _ -> new Points(exporterId, signal));
      }
      points = more;
    }

    /// Ends the gauges of a queue that is no more; the counters stay.
    void unbind() {
      exporters.computeIfPresent(
          exporterId,
          (_, bounds) -> {
            List<Bound> left = bounds.stream().filter(bound -> bound != this).toList();
            return left.isEmpty() ? null : left;
          });
    }

    void sent(Signal signal, long items) {
      of(points, signal).sent.inc(items);
    }

    void sendFailed(Signal signal, String errorType, boolean permanent, long items) {
      of(sendFailed, signal)
          .labelValues(exporterId, errorType, Boolean.toString(permanent))
          .inc(items);
    }

    void enqueueFailed(Signal signal, long items) {
      of(points, signal).enqueueFailed.inc(items);
    }

    void request(Signal signal, ExportOutcome outcome, double seconds) {
      Points own = of(points, signal);
      Objects.requireNonNull(own.outcomes.get(Outcome.of(outcome))).inc();
      own.duration.observe(seconds);
    }

    void retried(Signal signal) {
      of(points, signal).retries.inc();
    }

    void bisected(Signal signal, int requests) {
      of(points, signal).bisections.inc(requests);
    }

    void softError(Signal signal) {
      of(points, signal).softErrors.inc();
    }

    void adjusted(Signal signal, ExportOutcome.Adjustments adjustments) {
      if (!adjustments.equals(ExportOutcome.Adjustments.NONE)) {
        Points own = of(points, signal);
        own.promotedIds.inc(adjustments.promotedIds());
        own.repeatedIds.inc(adjustments.repeatedIds());
        own.unusableKeys.inc(adjustments.unusableKeys());
      }
    }
  }

  /// The data points of one exporter and signal.
  private final class Points {
    private final CounterDataPoint sent;
    private final CounterDataPoint enqueueFailed;
    private final CounterDataPoint retries;
    private final CounterDataPoint bisections;
    private final CounterDataPoint softErrors;
    private final CounterDataPoint promotedIds;
    private final CounterDataPoint repeatedIds;
    private final CounterDataPoint unusableKeys;
    private final DistributionDataPoint duration;
    private final Map<Outcome, CounterDataPoint> outcomes = new EnumMap<>(Outcome.class);

    private Points(String exporterId, Signal signal) {
      sent = of(ExporterMetrics.this.sent, signal).labelValues(exporterId);
      enqueueFailed = of(ExporterMetrics.this.enqueueFailed, signal).labelValues(exporterId);
      retries = ExporterMetrics.this.retries.labelValues(exporterId, signal.key());
      bisections = ExporterMetrics.this.bisections.labelValues(exporterId, signal.key());
      softErrors = ExporterMetrics.this.softErrors.labelValues(exporterId, signal.key());
      promotedIds = adjusted.labelValues(exporterId, signal.key(), "id_promoted");
      repeatedIds = adjusted.labelValues(exporterId, signal.key(), "id_repeated");
      unusableKeys = adjusted.labelValues(exporterId, signal.key(), "key_unusable");
      duration = ExporterMetrics.this.duration.labelValues(exporterId, signal.key());
      of(sendFailed, signal).initLabelValues(exporterId, OTHER_ERROR, "true");
      for (Outcome outcome : Outcome.values()) {
        outcomes.put(outcome, requests.labelValues(exporterId, signal.key(), outcome.label));
      }
    }
  }
}
