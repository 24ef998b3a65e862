package dev.headgate.pipeline.ledger;

import dev.headgate.config.PipelineId;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// One exporter's part of a pipeline in the [Ledger]; it outlives reloads. What the pipeline
/// receives counts here while the exporter belongs to it.
///
/// **Threading:** any thread.
public final class ExporterLedger {
  private final PipelineId pipeline;
  private final String exporterId;
  private final LongAdder received = new LongAdder();
  private final LongAdder droppedBefore = new LongAdder();
  private final CounterDataPoint delivered;
  private final GaugeDataPoint inFlight;
  private final Map<DropReason, CounterDataPoint> dropped = new EnumMap<>(DropReason.class);

  ExporterLedger(
      PipelineId pipeline, String exporterId, Counter dropped, Counter delivered, Gauge inFlight) {
    this.pipeline = pipeline;
    this.exporterId = exporterId;
    String signal = pipeline.signal().key();
    this.delivered = delivered.labelValues(signal, pipeline.toString(), exporterId);
    this.inFlight = inFlight.labelValues(signal, pipeline.toString(), exporterId);
    for (DropReason reason : DropReason.values()) {
      if (reason.stage() != DropReason.Stage.PROCESS) {
        this.dropped.put(
            reason,
            dropped.labelValues(
                signal, pipeline.toString(), exporterId, reason.stage().label(), reason.label()));
      }
    }
  }

  void received(long items) {
    received.add(items);
  }

  void droppedBefore(long items) {
    droppedBefore.add(items);
  }

  /// Books items that were put into the exporter's queue: they are in flight from now on.
  public void queued(long items) {
    inFlight.inc((double) items);
  }

  /// Books items in flight that the backend took.
  public void delivered(long items) {
    delivered.inc(items);
    inFlight.dec((double) items);
  }

  /// Books items in flight that are given up.
  public void dropped(DropReason reason, long items) {
    counter(reason).inc(items);
    inFlight.dec((double) items);
  }

  /// Books items that never got into the exporter's queue.
  public void neverQueued(DropReason reason, long items) {
    counter(reason).inc(items);
  }

  LedgerLine line() {
    long lost = dropped.values().stream().mapToLong(CounterDataPoint::getLongValue).sum();
    return new LedgerLine(
        pipeline,
        exporterId,
        received.sum(),
        droppedBefore.sum(),
        lost,
        delivered.getLongValue(),
        (long) inFlight.get());
  }

  private CounterDataPoint counter(DropReason reason) {
    CounterDataPoint counter = dropped.get(reason);
    if (counter == null) {
      throw new IllegalArgumentException(
          "reason: " + reason + " (expected: none of stage PROCESS)");
    }
    return counter;
  }
}
