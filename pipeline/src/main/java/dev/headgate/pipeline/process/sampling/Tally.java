package dev.headgate.pipeline.process.sampling;

import java.util.Arrays;

/// Decisions about the items of one payload, counted in plain fields and added to the shared
/// counters once.
///
/// **Threading:** confined to one thread.
final class Tally {
  private static final int DECISIONS = Decision.values().length;

  private final long[] byDecision = new long[DECISIONS];
  private final long[] kept = new long[Policy.values().length];
  private final long[] dropped = new long[Policy.values().length];
  private long droppedItems;

  /// Starts over.
  void clear() {
    Arrays.fill(byDecision, 0);
    Arrays.fill(kept, 0);
    Arrays.fill(dropped, 0);
    droppedItems = 0;
  }

  /// Counts one decision.
  void count(Decision decision, Policy policy) {
    byDecision[decision.ordinal()]++;
    if (decision.kept()) {
      kept[policy.ordinal()]++;
    } else {
      dropped[policy.ordinal()]++;
      droppedItems++;
    }
  }

  /// How many items are dropped.
  long droppedItems() {
    return droppedItems;
  }

  long of(Decision decision) {
    return byDecision[decision.ordinal()];
  }

  long of(Policy policy, boolean sampled) {
    return (sampled ? kept : dropped)[policy.ordinal()];
  }
}
