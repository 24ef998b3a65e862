package dev.headgate.pipeline.process.redaction;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The hits of all redaction processors.
///
/// **Threading:** any thread.
public final class RedactionMetrics {
  private final Counter hits;
  private final Counter secrets;

  /// Registers the metrics.
  public RedactionMetrics(PrometheusRegistry registry) {
    hits =
        Counter.builder()
            .name("headgate_redaction_hits_total")
            .help("Texts and attributes that a redaction rule matched.")
            .labelNames("processor", "rule", "place", "mode")
            .register(registry);
    secrets =
        Counter.builder()
            .name("headgate_redaction_secrets_total")
            .help("Secrets that the rules of a rule pack found in redaction processors.")
            .labelNames("processor", "rule", "mode")
            .register(registry);
  }

  /// The counters of one processor, all at 0 from now on.
  ///
  /// @param secretRules the names of the rules of the rule pack, none without one
  Bound bind(String processorId, List<Rule> rules, List<String> secretRules, String mode) {
    return new Bound(this, processorId, rules, secretRules, mode);
  }

  /// A rule as it is counted.
  ///
  /// @param label the value of the label `rule`
  /// @param ofKeys whether it looks at keys
  record Rule(String label, boolean ofKeys) {}

  /// The counters of one processor.
  static final class Bound {
    private final @Nullable CounterDataPoint[] points;
    private final CounterDataPoint[] secretPoints;

    private Bound(
        RedactionMetrics metrics,
        String processorId,
        List<Rule> rules,
        List<String> secretRules,
        String mode) {
      secretPoints = new CounterDataPoint[secretRules.size()];
      for (int i = 0; i < secretPoints.length; i++) {
        secretPoints[i] = metrics.secrets.labelValues(processorId, secretRules.get(i), mode);
      }
      points = new CounterDataPoint[rules.size() * Place.COUNT];
      for (int rule = 0; rule < rules.size(); rule++) {
        for (Place place : Place.values()) {
          if (place.hasKeys() || !rules.get(rule).ofKeys()) {
            points[index(rule, place.index())] =
                metrics.hits.labelValues(processorId, rules.get(rule).label(), place.label(), mode);
          }
        }
      }
    }

    /// The index of a rule at the index of a [Place].
    static int index(int rule, int place) {
      return rule * Place.COUNT + place;
    }

    /// How many indexes there are.
    int size() {
      return points.length;
    }

    /// Books a secret that the rule pack found.
    void addSecret(int name) {
      secretPoints[name].inc();
    }

    /// Books hits.
    void add(int index, int count) {
      CounterDataPoint point = points[index];
      if (point == null) {
        throw new IllegalStateException("hit index: " + index + " (expected: a place of the rule)");
      }
      point.inc(count);
    }
  }
}
