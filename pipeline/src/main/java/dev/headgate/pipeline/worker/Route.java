package dev.headgate.pipeline.worker;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.ledger.ReceiverMetrics;
import java.util.List;
import java.util.Map;

/// The pipelines behind one receiver and transport, by signal, and the counters in front of them.
///
/// @param pipelines by signal; a signal without pipelines has no entry
public record Route(ReceiverMetrics.Bound metrics, Map<Signal, List<Pipeline>> pipelines) {
  /// The pipelines that take a signal.
  public List<Pipeline> pipelines(Signal signal) {
    return pipelines.getOrDefault(signal, List.of());
  }
}
