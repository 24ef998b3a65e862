package dev.headgate.pipeline.ledger;

import dev.headgate.config.PipelineId;

/// The conservation equation of one pipeline and exporter, in items.
public record LedgerLine(
    PipelineId pipeline,
    String exporterId,
    long received,
    long droppedBefore,
    long dropped,
    long delivered,
    long inFlight) {

  /// Whether every received item is accounted for.
  public boolean balances() {
    return unaccounted() == 0;
  }

  /// Received items that are nowhere; below 0 those that were counted more than once.
  public long unaccounted() {
    return received - droppedBefore - dropped - delivered - inFlight;
  }
}
