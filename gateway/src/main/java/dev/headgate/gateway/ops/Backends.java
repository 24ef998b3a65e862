package dev.headgate.gateway.ops;

import dev.headgate.gateway.ops.Incident.Kind;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Sees which backends are down, as the alert `HeadgateBackendDown` does: of one signal every
/// request fails and none succeeds. What fails for good may be the fault of a single request, so it
/// counts when it happens in two looks with no success between them.
///
/// **Threading:** one thread at a time.
final class Backends {
  private static final String REQUESTS = "headgate_exporter_requests";
  private static final int PERMANENT_LOOKS = 2;

  /// Nobody knows how a backend is that nothing is sent to. As long as the alert looks back.
  private static final double FORGOTTEN_SECONDS = 180;

  private final Incidents incidents;
  private final Map<String, Map<String, Failing>> failing = new HashMap<>();

  /// Failures of one signal without a success since the first of them.
  private static final class Failing {
    boolean retried;
    int permanentLooks;
    double quietSeconds;

    boolean isDown() {
      return retried || permanentLooks >= PERMANENT_LOOKS;
    }
  }

  Backends(Incidents incidents) {
    this.incidents = incidents;
  }

  /// Looks at what happened since the last time.
  ///
  /// @param exporters those that there are
  void look(Change change, Set<String> exporters) {
    incidents.overBut(Kind.BACKEND_DOWN, exporters);
    failing.keySet().retainAll(exporters);
    Map<String, Set<String>> signals = new TreeMap<>();
    for (Readings.Point point : change.now.points(REQUESTS)) {
      signals
          .computeIfAbsent(point.label("exporter"), _ -> new TreeSet<>())
          .add(point.label("signal"));
    }
    signals.keySet().retainAll(exporters);
    signals.forEach((exporter, own) -> {
      Map<String, Failing> known = failing.computeIfAbsent(exporter, _ -> new TreeMap<>());
      own.forEach(signal -> look(change, exporter, signal, known));
      tell(exporter, known);
    });
  }

  private static void look(
      Change change, String exporter, String signal, Map<String, Failing> known) {
    double retried = grown(change, exporter, signal, "retryable");
    double permanent = grown(change, exporter, signal, "permanent");
    if (grown(change, exporter, signal, "delivered") + grown(change, exporter, signal, "partial")
        > 0) {
      known.remove(signal);
    } else if (retried + permanent > 0) {
      Failing one = known.computeIfAbsent(signal, _ -> new Failing());
      one.retried |= retried > 0;
      one.permanentLooks += permanent > 0 ? 1 : 0;
      one.quietSeconds = 0;
    } else {
      Failing one = known.get(signal);
      if (one != null) {
        one.quietSeconds += change.seconds();
        if (one.quietSeconds >= FORGOTTEN_SECONDS) {
          known.remove(signal);
        }
      }
    }
  }

  private static double grown(Change change, String exporter, String signal, String outcome) {
    return change.grown(REQUESTS, "exporter", exporter, "signal", signal, "outcome", outcome);
  }

  private void tell(String exporter, Map<String, Failing> known) {
    Set<String> down = new TreeSet<>();
    boolean isRetried = false;
    for (Map.Entry<String, Failing> one : known.entrySet()) {
      if (one.getValue().isDown()) {
        down.add(one.getKey());
        isRetried |= one.getValue().retried;
      }
    }
    if (down.isEmpty()) {
      incidents.over(Kind.BACKEND_DOWN, exporter);
    } else {
      String what = isRetried ? "requests fail and are sent again: " : "requests are refused: ";
      incidents.seen(Kind.BACKEND_DOWN, exporter, what + String.join(", ", down));
    }
  }
}
