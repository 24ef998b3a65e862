package dev.headgate.pipeline.ledger;

import dev.headgate.config.PipelineId;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// What happened to every item of every acknowledged request. For each pipeline and each of its
/// exporters, whenever the gateway is quiet:
///
/// `received = dropped before the fan-out + dropped for the exporter + delivered + in flight`
///
/// **Threading:** any thread.
public final class Ledger {
  private final Counter received;
  private final Counter dropped;
  private final Counter delivered;
  private final Gauge inFlight;
  private final Map<PipelineId, PipelineLedger> pipelines = new ConcurrentHashMap<>();

  /// Registers the ledger's metrics.
  public Ledger(PrometheusRegistry registry) {
    received =
        Counter.builder()
            .name("headgate_ledger_received_items_total")
            .help("Items of requests that were answered OK.")
            .labelNames("signal", "pipeline")
            .register(registry);
    dropped =
        Counter.builder()
            .name("headgate_ledger_dropped_items_total")
            .help(
                "Received items that will not be delivered, by exporter (empty: before the"
                    + " fan-out).")
            .labelNames("signal", "pipeline", "exporter", "stage", "reason")
            .register(registry);
    delivered =
        Counter.builder()
            .name("headgate_ledger_delivered_items_total")
            .help("Received items that a backend took.")
            .labelNames("signal", "pipeline", "exporter")
            .register(registry);
    inFlight =
        Gauge.builder()
            .name("headgate_ledger_in_flight_items")
            .help("Received items that wait for an exporter or are being sent.")
            .labelNames("signal", "pipeline", "exporter")
            .register(registry);
  }

  /// The part of a pipeline, created with all its counters at 0 on the first call.
  public PipelineLedger pipeline(PipelineId id, List<String> exporterIds) {
    return pipelines.computeIfAbsent(
        id, key -> new PipelineLedger(key, exporterIds, received, dropped, delivered, inFlight));
  }

  /// The part of a pipeline that was created before.
  public PipelineLedger pipeline(PipelineId id) {
    PipelineLedger ledger = pipelines.get(id);
    if (ledger == null) {
      throw new IllegalStateException("pipeline: " + id + " (expected: one known to the ledger)");
    }
    return ledger;
  }

  /// Where every pipeline stands now.
  public List<LedgerLine> lines() {
    return pipelines.values().stream().flatMap(pipeline -> pipeline.lines().stream()).toList();
  }
}
