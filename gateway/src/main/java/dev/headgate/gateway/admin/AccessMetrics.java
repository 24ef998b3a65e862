package dev.headgate.gateway.admin;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Locale;

/// How often somebody was turned away from the operator's page and API.
///
/// **Threading:** any thread.
public final class AccessMetrics {
  private final Counter refused;

  /// Why somebody is turned away.
  enum Reason {
    /// Brought no token where one is needed.
    NO_TOKEN,
    /// Brought a token that nobody has.
    UNKNOWN_TOKEN,
    /// May look but not act.
    ROLE,
    /// Was sent by a page of another site.
    FOREIGN_PAGE;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Registers the counter, at 0 for every reason.
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
  }

  void refused(Reason reason) {
    refused.labelValues(reason.label()).inc();
  }
}
