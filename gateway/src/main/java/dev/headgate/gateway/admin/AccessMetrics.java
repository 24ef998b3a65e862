package dev.headgate.gateway.admin;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Locale;

/// How often somebody was turned away from the operator's page and API, and whose tokens do not
/// count as their file says.
///
/// **Threading:** any thread.
public final class AccessMetrics {
  private final Counter refused;
  private final Gauge tokenProblems;

  /// Why somebody is turned away.
  enum Reason {
    /// Brought no token where one is needed.
    NO_TOKEN,
    /// Brought a token that nobody has.
    UNKNOWN_TOKEN,
    /// May look but not act.
    ROLE,
    /// Was sent by a page of another site.
    FOREIGN_PAGE,
    /// Too many answers were on their way.
    BUSY;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Registers the metrics, the counter at 0 for every reason.
  public AccessMetrics(PrometheusRegistry registry) {
    refused =
        Counter.builder()
            .name("headgate_admin_refused_requests_total")
            .help("Requests to the operator's page and API that were turned away, by reason.")
            .labelNames("reason")
            .register(registry);
    for (Reason reason : Reason.values()) {
      refused.initLabelValues(reason.label());
    }
    tokenProblems =
        Gauge.builder()
            .name("headgate_admin_token_problems")
            .help("What is wrong with the tokens of a client now: no file, no token, bad lines.")
            .labelNames("client")
            .register(registry);
  }

  void refused(Reason reason) {
    refused.labelValues(reason.label()).inc();
  }

  /// A client has more problems with its tokens than before, or less.
  void tokenProblems(String client, int more) {
    tokenProblems.labelValues(client).inc(more);
  }
}
