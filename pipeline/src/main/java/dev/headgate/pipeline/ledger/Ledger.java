package dev.headgate.pipeline.ledger;

import dev.headgate.config.PipelineId;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// What happened to every item of every acknowledged request. For each pipeline and each of its
/// exporters, whenever the gateway is quiet:
///
/// `received = dropped before the fan-out + dropped for the exporter + delivered + in flight`
///
/// where received and dropped before the fan-out are counted while the exporter belongs to the
/// pipeline.
///
/// **Threading:** any thread.
public final class Ledger {
  // Not Comparator.comparing, whose lambdas no AOT cache holds: this is done at every start.
  private static final Comparator<Destination> ORDER =
      (one, other) -> {
        int byPipeline = one.pipeline.toString().compareTo(other.pipeline.toString());
        return byPipeline != 0 ? byPipeline : one.exporterId.compareTo(other.exporterId);
      };

  private final Counter received;
  private final Counter dropped;
  private final Counter delivered;
  private final Gauge inFlight;
  private final Map<PipelineId, PipelineLedger> pipelines = new ConcurrentHashMap<>();
  private final Map<Destination, ExporterLedger> exporters = new ConcurrentHashMap<>();

  private record Destination(PipelineId pipeline, String exporterId) {}

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
    GaugeWithCallback.builder()
        .name("headgate_ledger_unaccounted_items")
        .help(
            "Received items that are neither delivered nor dropped nor in flight: 0, but for"
                + " moments between two bookings.")
        .labelNames("signal", "pipeline", "exporter")
        .callback(this::unaccounted)
        .register(registry);
  }

  /// The part of a pipeline that ends in these exporters from now on: its counters go on, new ones
  /// begin at 0.
  public PipelineLedger pipeline(PipelineId id, List<String> exporterIds) {
    String signal = id.signal().key();
    Map<DropReason, CounterDataPoint> droppedBefore = new EnumMap<>(DropReason.class);
    for (DropReason reason : DropReason.values()) {
      if (reason.stage() == DropReason.Stage.PROCESS) {
        droppedBefore.put(
            reason,
            dropped.labelValues(signal, id.toString(), "", reason.stage().label(), reason.label()));
      }
    }
    Map<String, ExporterLedger> ends = new LinkedHashMap<>();
    for (String exporterId : exporterIds) {
      ends.put(
          exporterId,
          exporters.computeIfAbsent(
              new Destination(id, exporterId),
              _ -> new ExporterLedger(id, exporterId, dropped, delivered, inFlight)));
    }
    PipelineLedger pipeline =
        new PipelineLedger(id, received.labelValues(signal, id.toString()), droppedBefore, ends);
    pipelines.put(id, pipeline);
    return pipeline;
  }

  /// The part of a pipeline as it was asked for last.
  public PipelineLedger pipeline(PipelineId id) {
    PipelineLedger ledger = pipelines.get(id);
    if (ledger == null) {
      throw new IllegalStateException("pipeline: " + id + " (expected: one known to the ledger)");
    }
    return ledger;
  }

  /// Only here can it be read: since a reload the totals of a pipeline may hold more than one of
  /// its exporters was there for.
  private void unaccounted(GaugeWithCallback.Callback gauge) {
    exporters.forEach((at, exporter) ->
        gauge.call(
            (double) exporter.line().unaccounted(),
            at.pipeline.signal().key(),
            at.pipeline.toString(),
            at.exporterId));
  }

  /// Where every exporter of every pipeline stands now, those that a reload took away included.
  public List<LedgerLine> lines() {
    return exporters.entrySet().stream()
        .sorted(Map.Entry.comparingByKey(ORDER))
        .map(entry -> entry.getValue().line())
        .toList();
  }
}
