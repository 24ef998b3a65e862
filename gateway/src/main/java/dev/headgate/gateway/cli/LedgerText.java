package dev.headgate.gateway.cli;

import dev.headgate.pipeline.ledger.LedgerLine;

/// The ledger as people read it.
final class LedgerText {
  private LedgerText() {}

  /// One line: where every received item is.
  static String of(LedgerLine line) {
    return "ledger "
        + line.pipeline()
        + " -> "
        + line.exporterId()
        + ": received "
        + line.received()
        + " = delivered "
        + line.delivered()
        + " + dropped "
        + (line.droppedBefore() + line.dropped())
        + " + in flight "
        + line.inFlight()
        + (line.balances() ? "" : " (DOES NOT BALANCE)");
  }
}
