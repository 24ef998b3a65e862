package dev.headgate.exporters.delivery;

/// How often one batch may be cut because it and its parts are found too large: a backend, or a
/// proxy in front of it, that finds everything too large must not get a request for every item.
///
/// **Threading:** confined to the delivery thread.
final class Cuts {
  /// Enough to bring the largest request down to 64 KiB a part.
  static final int MAX_CUTS = 1023;

  private int left = MAX_CUTS;

  boolean tryTake() {
    if (left == 0) {
      return false;
    }
    left--;
    return true;
  }
}
