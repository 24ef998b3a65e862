package dev.headgate.gateway.ops;

import dev.headgate.gateway.ops.Incident.Kind;
import dev.headgate.pipeline.ledger.LedgerLine;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Sees in the counters what goes wrong.
///
/// **Threading:** one thread at a time.
final class Watch {
  private static final Duration QUIET = Duration.ofSeconds(30);
  private static final double QUEUE_HIGH = 0.8;
  private static final double QUEUE_LOW = 0.7;
  private static final double BUDGET_HIGH = 0.9;
  private static final double BUDGET_LOW = 0.8;

  /// How many looks in a row see the same numbers before they count as an imbalance: while data
  /// flows, one counter is read before another moves.
  private static final int IMBALANCE_LOOKS = 3;

  /// The reasons that are the gateway's and not the client's.
  private static final Set<String> OURS =
      Set.of(
          "memory",
          "intake_full",
          "queue_full",
          "timeout",
          "authentication",
          "internal",
          "shutting_down");

  private final Incidents incidents;
  private final Backends backends;
  private final Map<String, Imbalance> imbalances = new HashMap<>();

  private record Imbalance(LedgerLine line, int looks) {}

  Watch(Incidents incidents) {
    this.incidents = incidents;
    this.backends = new Backends(incidents);
  }

  /// Looks at what happened since the last time.
  void look(Change change, List<LedgerLine> ledger) {
    // The counters of an exporter that a reload took away stay, its queue does not.
    Set<String> exporters = values(change.now, "otelcol_exporter_queue_capacity", "exporter");
    backends.look(change, exporters);
    queues(change.now, exporters);
    refusals(change);
    losses(change);
    budget(change.now);
    tokens(change.now);
    ledger.forEach(this::balance);
  }

  /// Looks at what came of the last reload.
  void configuration(boolean current) {
    if (current) {
      incidents.over(Kind.RELOAD_FAILED, "");
    } else {
      incidents.seen(Kind.RELOAD_FAILED, "", "the configuration before runs on");
    }
  }

  private void queues(Readings now, Set<String> exporters) {
    incidents.overBut(Kind.QUEUE_FILLING, exporters);
    for (String exporter : exporters) {
      double fill = queueFill(now, exporter);
      if (fill >= QUEUE_HIGH) {
        incidents.seen(Kind.QUEUE_FILLING, exporter, Math.round(fill * 100) + " % full");
      } else if (fill < QUEUE_LOW) {
        incidents.over(Kind.QUEUE_FILLING, exporter);
      }
    }
  }

  /// How full the queue of an exporter is, 0 to 1, by what it counts (`sizer`) or by bytes of
  /// memory, whichever is more: either refuses. Its signals share one capacity.
  static double queueFill(Readings now, String exporter) {
    return Math.max(
        share(
            now.sum("otelcol_exporter_queue_size", "exporter", exporter),
            now.max("otelcol_exporter_queue_capacity", "exporter", exporter)),
        share(
            now.sum("headgate_exporter_queue_bytes", "exporter", exporter),
            now.max("headgate_exporter_queue_capacity_bytes", "exporter", exporter)));
  }

  private static double share(double used, double capacity) {
    return capacity <= 0 ? 0 : used / capacity;
  }

  /// How much of the byte budget is used, 0 to 1.
  static double budgetFill(Readings now) {
    return share(now.sum("headgate_budget_used_bytes"), now.sum("headgate_budget_capacity_bytes"));
  }

  private void refusals(Change change) {
    Map<String, String> ours = new TreeMap<>();
    Map<String, String> theirs = new TreeMap<>();
    String name = "headgate_receiver_refused_requests";
    for (Readings.Point point : change.now.points(name)) {
      String reason = point.label("reason");
      Map<String, String> reasons = OURS.contains(reason) ? ours : theirs;
      reasons.putIfAbsent(point.label("receiver"), "");
      if (change.perSecond(name, point) > 0) {
        reasons.merge(point.label("receiver"), reason, Watch::listed);
      }
    }
    ours.forEach((receiver, reasons) -> events(Kind.REFUSALS, receiver, reasons));
    theirs.forEach((receiver, reasons) -> events(Kind.BAD_REQUESTS, receiver, reasons));
  }

  private void losses(Change change) {
    Map<String, String> lost = new TreeMap<>();
    String name = "headgate_ledger_dropped_items";
    for (Readings.Point point : change.now.points(name)) {
      boolean decided = point.label("stage").equals("process");
      String subject = point.label("exporter");
      if (!decided || point.label("reason").equals("processor_error")) {
        lost.putIfAbsent(subject, "");
        if (change.perSecond(name, point) > 0) {
          lost.merge(subject, point.label("reason"), Watch::listed);
        }
      }
    }
    lost.forEach((subject, reasons) -> events(Kind.DATA_LOST, subject, reasons));
  }

  private static String listed(String reasons, String more) {
    if (reasons.isEmpty()) {
      return more;
    }
    return List.of(reasons.split(", ")).contains(more) ? reasons : reasons + ", " + more;
  }

  private void events(Kind kind, String subject, String reasons) {
    if (reasons.isEmpty()) {
      incidents.over(kind, subject, QUIET);
    } else {
      incidents.seen(kind, subject, reasons);
    }
  }

  private void budget(Readings now) {
    double fill = budgetFill(now);
    if (fill >= BUDGET_HIGH) {
      incidents.seen(Kind.BUDGET, "", Math.round(fill * 100) + " % used");
    } else if (fill < BUDGET_LOW) {
      incidents.over(Kind.BUDGET, "");
    }
  }

  private void tokens(Readings now) {
    for (Readings.Point point : now.points("headgate_admin_token_problems")) {
      if (point.value() > 0) {
        incidents.seen(Kind.TOKENS, point.label("client"), "the log says which and why");
      } else {
        incidents.over(Kind.TOKENS, point.label("client"));
      }
    }
  }

  private void balance(LedgerLine line) {
    String subject = line.pipeline() + " to " + line.exporterId();
    if (line.balances()) {
      imbalances.remove(subject);
      incidents.over(Kind.LEDGER, subject);
      return;
    }
    Imbalance before = imbalances.get(subject);
    int looks = before != null && before.line().equals(line) ? before.looks() + 1 : 1;
    imbalances.put(subject, new Imbalance(line, looks));
    if (looks >= IMBALANCE_LOOKS) {
      incidents.seen(Kind.LEDGER, subject, "items are not accounted for");
    }
  }

  private static Set<String> values(Readings now, String name, String label) {
    Set<String> values = new TreeSet<>();
    now.points(name).forEach(point -> values.add(point.label(label)));
    return values;
  }
}
