package dev.headgate.pipeline.ledger;

import dev.headgate.config.PipelineId;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import java.util.Map;

/// One pipeline's part of the [Ledger], as the pipeline stands in one configuration: what it books
/// before the fan-out counts for the exporters that it ends in there, and for no others.
///
/// **Threading:** any thread.
public final class PipelineLedger {
  private final PipelineId id;
  private final CounterDataPoint received;
  private final Map<DropReason, CounterDataPoint> dropped;
  private final Map<String, ExporterLedger> exporters;

  PipelineLedger(
      PipelineId id,
      CounterDataPoint received,
      Map<DropReason, CounterDataPoint> dropped,
      Map<String, ExporterLedger> exporters) {
    this.id = id;
    this.received = received;
    this.dropped = dropped;
    this.exporters = exporters;
  }

  /// Books items of a request that is answered OK.
  public void received(long items) {
    received.inc(items);
    for (ExporterLedger exporter : exporters.values()) {
      exporter.received(items);
    }
  }

  /// Books items that a processor removed.
  public void dropped(DropReason reason, long items) {
    CounterDataPoint counter = dropped.get(reason);
    if (counter == null) {
      throw new IllegalArgumentException("reason: " + reason + " (expected: one of stage PROCESS)");
    }
    counter.inc(items);
    for (ExporterLedger exporter : exporters.values()) {
      exporter.droppedBefore(items);
    }
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
}
