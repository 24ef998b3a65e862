package dev.headgate.pipeline.worker;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.ledger.ReceiverMetrics;

/// The way from one receiver and transport to its pipelines, and the counters in front of them. It
/// stays the same while the pipelines behind it change.
///
/// @param receiver what the routing knows the receiver and transport by
public record Route(ReceiverMetrics.Bound metrics, String receiver, Routing routing) {
  /// Whether any pipeline takes a signal now.
  public boolean takes(Signal signal) {
    return !routing.pipelines(receiver, signal).isEmpty();
  }

  /// Holds on to the pipelines that take a signal now, for one request.
  public Routing.Lease lease(Signal signal) {
    return routing.lease(this, signal);
  }
}
