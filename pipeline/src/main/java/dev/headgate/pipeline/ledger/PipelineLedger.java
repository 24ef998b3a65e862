package dev.headgate.pipeline.ledger;

import dev.headgate.config.PipelineId;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One pipeline's part of the [Ledger].
///
/// **Threading:** any thread.
public final class PipelineLedger {
  private final PipelineId id;
  private final CounterDataPoint received;
  private final Map<DropReason, CounterDataPoint> dropped = new EnumMap<>(DropReason.class);
  private final Map<String, ExporterLedger> exporters = new LinkedHashMap<>();

  PipelineLedger(
      PipelineId id,
      List<String> exporterIds,
      Counter received,
      Counter dropped,
      Counter delivered,
      Gauge inFlight) {
    this.id = id;
    String signal = id.signal().key();
    this.received = received.labelValues(signal, id.toString());
    for (DropReason reason : DropReason.values()) {
      if (reason.stage() == DropReason.Stage.PROCESS) {
        this.dropped.put(
            reason,
            dropped.labelValues(signal, id.toString(), "", reason.stage().label(), reason.label()));
      }
    }
    for (String exporter : exporterIds) {
      exporters.put(exporter, new ExporterLedger(id, exporter, dropped, delivered, inFlight));
    }
  }

  /// Books items of a request that is answered OK.
  public void received(long items) {
    received.inc(items);
  }

  /// Books items that a processor removed.
  public void dropped(DropReason reason, long items) {
    CounterDataPoint counter = dropped.get(reason);
    if (counter == null) {
      throw new IllegalArgumentException("reason: " + reason + " (expected: one of stage PROCESS)");
    }
    counter.inc(items);
  }

  /// The part of one of the pipeline's exporters.
  public ExporterLedger exporter(String exporterId) {
    ExporterLedger ledger = exporters.get(exporterId);
    if (ledger == null) {
      throw new IllegalStateException(
          "exporter: " + exporterId + " (expected: one of pipeline " + id + ")");
    }
    return ledger;
  }

  List<LedgerLine> lines() {
    long before = dropped.values().stream().mapToLong(CounterDataPoint::getLongValue).sum();
    return exporters.entrySet().stream()
        .map(entry -> entry.getValue().line(id, entry.getKey(), received.getLongValue(), before))
        .toList();
  }
}
