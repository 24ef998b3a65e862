package dev.headgate.pipeline.process.filter;

import dev.headgate.config.Signal;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.EnumMap;
import java.util.Map;

/// The counters of all filters, with the Collector's names and label where it has them. The
/// `otelcol_*` names get their `_total` taken off where they are written.
///
/// **Threading:** any thread.
public final class FilterMetrics {
  private final Map<Signal, Counter> filtered = new EnumMap<>(Signal.class);
  private final Counter filteredEvents;
  private final Counter errors;

  /// Registers the filters' metrics.
  public FilterMetrics(PrometheusRegistry registry) {
    filtered.put(Signal.TRACES, filtered(registry, "spans"));
    filtered.put(Signal.LOGS, filtered(registry, "logs"));
    filtered.put(Signal.METRICS, filtered(registry, "datapoints"));
    filteredEvents =
        Counter.builder()
            .name("headgate_filter_span_events_total")
            .help("Span events that a filter removed from spans it kept.")
            .labelNames("processor")
            .register(registry);
    errors =
        Counter.builder()
            .name("headgate_filter_errors_total")
            .help("Conditions that could not be evaluated on an item.")
            .labelNames("processor")
            .register(registry);
  }

  private static Counter filtered(PrometheusRegistry registry, String items) {
    return Counter.builder()
        .name("otelcol_processor_filter_" + items + "_filtered_total")
        .help("Number of " + items + " dropped by the filter processor.")
        .labelNames("filter")
        .register(registry);
  }

  /// The counters of one filter, all at 0 from now on.
  Bound bind(String processorId) {
    Map<Signal, CounterDataPoint> bySignal = new EnumMap<>(Signal.class);
    filtered.forEach((signal, counter) -> bySignal.put(signal, counter.labelValues(processorId)));
    return new Bound(
        bySignal, filteredEvents.labelValues(processorId), errors.labelValues(processorId));
  }

  /// The counters of one filter.
  static final class Bound {
    private final Map<Signal, CounterDataPoint> filtered;
    private final CounterDataPoint filteredEvents;
    private final CounterDataPoint errors;

    private Bound(
        Map<Signal, CounterDataPoint> filtered,
        CounterDataPoint filteredEvents,
        CounterDataPoint errors) {
      this.filtered = filtered;
      this.filteredEvents = filteredEvents;
      this.errors = errors;
    }

    /// Counts conditions that could not be evaluated.
    CounterDataPoint errors() {
      return errors;
    }

    /// Adds what was done to one payload.
    void add(Signal signal, long items, long events) {
      CounterDataPoint counter = filtered.get(signal);
      if (items > 0 && counter != null) {
        counter.inc(items);
      }
      if (events > 0) {
        filteredEvents.inc(events);
      }
    }
  }
}
