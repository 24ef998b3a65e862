package dev.headgate.gateway.receive.connection;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/// The counters of all receivers' connections.
///
/// **Threading:** any thread.
public final class ConnectionMetrics {
  private final Gauge open;
  private final Counter accepted;
  private final Counter refused;
  private final Counter closed;
  private final Counter resets;

  /// Why a connection is not taken.
  enum Refusal {
    /// There are as many as there may be.
    LIMIT,
    /// There are as many from this address as there may be.
    ADDRESS_LIMIT;

    String label() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /// Why the gateway resets a stream of a connection that goes on.
  public enum Reset {
    /// Its client does not read its answer.
    WRITE_TIMEOUT,
    /// Its request did not come.
    BODY_TIMEOUT,
    /// It was answered, and its client still waits to send the rest of its message.
    ANSWERED;

    String label() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /// Registers the metrics.
  public ConnectionMetrics(PrometheusRegistry registry) {
    open =
        Gauge.builder()
            .name("headgate_receiver_connections")
            .help("Connections of clients now.")
            .labelNames("receiver", "transport")
            .register(registry);
    accepted =
        Counter.builder()
            .name("headgate_receiver_connections_accepted_total")
            .help("Connections of clients that were taken.")
            .labelNames("receiver", "transport")
            .register(registry);
    refused =
        Counter.builder()
            .name("headgate_receiver_connections_refused_total")
            .help("Connections that were closed as they came, by the limit that they hit.")
            .labelNames("receiver", "transport", "reason")
            .register(registry);
    closed =
        Counter.builder()
            .name("headgate_receiver_connections_closed_total")
            .help("Connections that ended, by reason.")
            .labelNames("receiver", "transport", "reason")
            .register(registry);
    resets =
        Counter.builder()
            .name("headgate_receiver_streams_reset_total")
            .help("HTTP/2 streams that the gateway reset without ending their connection.")
            .labelNames("receiver", "transport", "reason")
            .register(registry);
  }

  /// The counters of one receiver and transport (`grpc` or `http`), all at 0 from now on.
  public Bound bind(String receiverId, String transport) {
    return new Bound(receiverId, transport);
  }

  /// The counters of one receiver and transport.
  public final class Bound {
    private final String receiver;
    private final String transport;

    private Bound(String receiver, String transport) {
      this.receiver = receiver;
      this.transport = transport;
      open.initLabelValues(receiver, transport);
      accepted.initLabelValues(receiver, transport);
      for (Refusal refusal : Refusal.values()) {
        refused.initLabelValues(receiver, transport, refusal.label());
      }
      for (CloseReason reason : CloseReason.values()) {
        closed.initLabelValues(receiver, transport, reason.label());
      }
      for (Reset reset : Reset.values()) {
        resets.initLabelValues(receiver, transport, reset.label());
      }
    }

    void opened() {
      open.labelValues(receiver, transport).inc();
      accepted.labelValues(receiver, transport).inc();
    }

    void refused(Refusal refusal) {
      refused.labelValues(receiver, transport, refusal.label()).inc();
    }

    void closed(CloseReason reason) {
      open.labelValues(receiver, transport).dec();
      closed.labelValues(receiver, transport, reason.label()).inc();
    }

    void reset(Reset reset) {
      resets.labelValues(receiver, transport, reset.label()).inc();
    }
  }
}
