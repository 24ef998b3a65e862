package dev.headgate.gateway.ops;

import dev.headgate.config.Signal;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The last quarter of an hour in a few numbers.
///
/// **Threading:** any thread.
final class History {
  private static final int CAPACITY = 180;

  private final Deque<Moment> moments = new ArrayDeque<>();

  /// Rates at one moment, in items a second by signal, and how full things are, 0 to 1.
  record Moment(
      Instant at,
      Map<Signal, Double> accepted,
      Map<Signal, Double> delivered,
      Map<Signal, Double> dropped,
      Map<Signal, Double> refused,
      double queueFill,
      double budgetFill) {}

  /// What a change says about its moment.
  static Moment moment(Instant at, Change change) {
    Map<Signal, Double> accepted = new EnumMap<>(Signal.class);
    Map<Signal, Double> delivered = new EnumMap<>(Signal.class);
    Map<Signal, Double> dropped = new EnumMap<>(Signal.class);
    Map<Signal, Double> refused = new EnumMap<>(Signal.class);
    for (Signal signal : Signal.values()) {
      String items = signal.itemsKey();
      String key = signal.key();
      accepted.put(signal, change.perSecond("otelcol_receiver_accepted_" + items));
      refused.put(signal, change.perSecond("otelcol_receiver_refused_" + items));
      delivered.put(signal, change.perSecond("headgate_ledger_delivered_items", "signal", key));
      dropped.put(signal, change.perSecond("headgate_ledger_dropped_items", "signal", key));
    }
    double queueFill = 0;
    for (Readings.Point point : change.now.points("otelcol_exporter_queue_capacity")) {
      queueFill = Math.max(queueFill, Watch.queueFill(change.now, point.label("exporter")));
    }
    return new Moment(
        at, accepted, delivered, dropped, refused, queueFill, Watch.budgetFill(change.now));
  }

  synchronized void add(Moment moment) {
    if (moments.size() == CAPACITY) {
      moments.removeFirst();
    }
    moments.addLast(moment);
  }

  /// The oldest first.
  synchronized List<Moment> all() {
    return List.copyOf(moments);
  }
}
