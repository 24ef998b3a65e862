package dev.headgate.bench.compare;

import java.util.ArrayList;
import java.util.List;

/// The order in which systems are measured: forwards in one round and backwards in the next (A B, B
/// A, ...), so that a machine that slows down or speeds up does so for all alike.
final class RoundPlan {
  private RoundPlan() {}

  /// The systems of one round.
  ///
  /// @param round from 0
  static <T> List<T> order(List<T> systems, int round) {
    List<T> order = new ArrayList<>(systems);
    return round % 2 == 0 ? order : order.reversed();
  }
}
