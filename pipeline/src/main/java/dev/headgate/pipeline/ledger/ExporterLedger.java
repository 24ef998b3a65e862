package dev.headgate.pipeline.ledger;

import dev.headgate.config.PipelineId;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import java.util.EnumMap;
import java.util.Map;

/// One exporter's part of a [PipelineLedger].
///
/// **Threading:** any thread.
public final class ExporterLedger {
  private final CounterDataPoint delivered;
  private final GaugeDataPoint inFlight;
  private final Map<DropReason, CounterDataPoint> dropped = new EnumMap<>(DropReason.class);

  ExporterLedger(
      PipelineId pipeline, String exporterId, Counter dropped, Counter delivered, Gauge inFlight) {
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

  LedgerLine line(PipelineId pipeline, String exporterId, long received, long droppedBefore) {
    long lost = dropped.values().stream().mapToLong(CounterDataPoint::getLongValue).sum();
    return new LedgerLine(
        pipeline,
        exporterId,
        received,
        droppedBefore,
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
