package dev.headgate.pipeline.ledger;

import dev.headgate.config.Signal;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The counters of all receivers. The `otelcol_*` names get their `_total` taken off where they are
/// written, as the Collector does.
///
/// **Threading:** any thread.
public final class ReceiverMetrics {
  /// The values of the label `reason` of refused requests.
  public static final List<String> REFUSAL_REASONS =
      List.of(
          "memory",
          "intake_full",
          "queue_full",
          "shutting_down",
          "timeout",
          "malformed",
          "too_large",
          "no_pipeline",
          "unsupported",
          "unauthenticated",
          "authentication",
          "aborted",
          "internal");

  private final Map<Signal, Counter> accepted = new EnumMap<>(Signal.class);
  private final Map<Signal, Counter> refused = new EnumMap<>(Signal.class);
  private final Counter refusedRequests;
  private final Counter requests;
  private final Counter repaired;

  /// Registers the receivers' metrics.
  public ReceiverMetrics(PrometheusRegistry registry) {
    for (Signal signal : Signal.values()) {
      accepted.put(signal, items(registry, "accepted", signal));
      refused.put(signal, items(registry, "refused", signal));
    }
    requests =
        Counter.builder()
            .name("headgate_receiver_requests_total")
            .help("Export requests that were answered OK.")
            .labelNames("receiver", "transport", "signal")
            .register(registry);
    refusedRequests =
        Counter.builder()
            .name("headgate_receiver_refused_requests_total")
            .help("Export requests that were not taken, by reason.")
            .labelNames("receiver", "transport", "signal", "reason")
            .register(registry);
    repaired =
        Counter.builder()
            .name("headgate_receiver_repairs_total")
            .help("Things put right in requests that were taken.")
            .labelNames("receiver", "transport", "signal", "kind")
            .register(registry);
  }

  private static Counter items(PrometheusRegistry registry, String what, Signal signal) {
    return Counter.builder()
        .name("otelcol_receiver_" + what + "_" + signal.itemsKey() + "_total")
        .help("Number of " + signal.itemsKey().replace('_', ' ') + " that were " + what + ".")
        .labelNames("receiver", "transport")
        .register(registry);
  }

  /// The counters of one receiver and transport (`grpc` or `http`), all at 0 from now on.
  public Bound bind(String receiverId, String transport) {
    return new Bound(receiverId, transport);
  }

  /// What is put right in a request that is otherwise fine.
  public enum Repair {
    /// Rewritten to canonical protobuf.
    CANONICALIZED,
    /// An attribute with an empty key was dropped.
    EMPTY_KEY,
    /// A log record without any time got the time of its arrival.
    ZERO_TIME
  }

  /// The counters of one receiver and transport.
  public final class Bound {
    private final String receiver;
    private final String transport;
    private final Map<Signal, CounterDataPoint> acceptedItems = new EnumMap<>(Signal.class);
    private final Map<Signal, CounterDataPoint> refusedItems = new EnumMap<>(Signal.class);
    private final Map<Signal, CounterDataPoint> okRequests = new EnumMap<>(Signal.class);

    private Bound(String receiver, String transport) {
      this.receiver = receiver;
      this.transport = transport;
      for (Signal signal : Signal.values()) {
        acceptedItems.put(signal, counter(accepted, signal).labelValues(receiver, transport));
        refusedItems.put(signal, counter(refused, signal).labelValues(receiver, transport));
        okRequests.put(signal, requests.labelValues(receiver, transport, signal.key()));
        for (String reason : REFUSAL_REASONS) {
          refusedRequests.initLabelValues(receiver, transport, signal.key(), reason);
        }
        for (Repair repair : Repair.values()) {
          repaired.initLabelValues(receiver, transport, signal.key(), label(repair));
        }
      }
    }

    /// Books a request that is answered OK: `acceptedItems` taken, `rejectedItems` refused one by
    /// one.
    public void accepted(Signal signal, long accepted, long rejected) {
      point(okRequests, signal).inc();
      point(acceptedItems, signal).inc(accepted);
      point(refusedItems, signal).inc(rejected);
    }

    /// Books a request that is not taken.
    ///
    /// @param reason one of [#REFUSAL_REASONS]
    /// @param items how many items it holds, 0 when it was refused before they were counted
    public void refused(Signal signal, String reason, long items) {
      refusedRequests.labelValues(receiver, transport, signal.key(), reason).inc();
      point(refusedItems, signal).inc(items);
    }

    /// Books what was put right.
    public void repaired(Signal signal, Repair repair, long count) {
      if (count > 0) {
        repaired.labelValues(receiver, transport, signal.key(), label(repair)).inc(count);
      }
    }
  }

  private static String label(Repair repair) {
    return switch (repair) {
      case CANONICALIZED -> "canonicalized";
      case EMPTY_KEY -> "empty_key";
      case ZERO_TIME -> "zero_time";
    };
  }

  private static Counter counter(Map<Signal, Counter> map, Signal signal) {
    return java.util.Objects.requireNonNull(map.get(signal));
  }

  private static CounterDataPoint point(Map<Signal, CounterDataPoint> map, Signal signal) {
    return java.util.Objects.requireNonNull(map.get(signal));
  }
}
