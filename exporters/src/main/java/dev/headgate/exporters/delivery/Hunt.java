package dev.headgate.exporters.delivery;

/// The search for the items that a backend refuses one payload for, by sending halves of what is
/// refused. It ends early so that it costs little where there is nothing to be saved: after so many
/// refusals in a row as it takes to come down to one item, and after [#MAX_REQUESTS] in any case.
///
/// One poison item among n costs at most 2 x log2(n) further requests.
///
/// **Threading:** confined to the delivery thread.
final class Hunt {
  /// The most further requests for one payload.
  static final int MAX_REQUESTS = 64;

  private final HuntAllowance allowance;
  private final int maxRefusedInARow;
  private int requestsLeft = MAX_REQUESTS;
  private int refusedInARow;

  /// @param items of the payload
  Hunt(HuntAllowance allowance, int items) {
    this.allowance = allowance;
    this.maxRefusedInARow = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(0, items - 1)) + 1;
  }

  /// Pays for sending what was just refused in two parts; false when the search is over.
  boolean tryHalve() {
    if (requestsLeft < 2 || refusedInARow > maxRefusedInARow || !allowance.tryTake(2)) {
      return false;
    }
    requestsLeft -= 2;
    return true;
  }

  /// Notes that a part was refused.
  void refused() {
    refusedInARow++;
  }

  /// Notes that a part was taken.
  void taken() {
    refusedInARow = 0;
  }
}
