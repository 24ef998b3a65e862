package dev.headgate.pipeline.process.sampling;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/// Decisions about the items of one payload, counted in plain fields and added to the shared
/// counters once.
///
/// **Threading:** confined to one thread.
final class Tally {
  /* Arrays of the constants, because iterating over a map allocates. */
  private static final Decision[] DECISIONS = Decision.values();
  private static final Policy[] POLICIES = Policy.values();

  private final Map<Decision, Count> byDecision = new EnumMap<>(Decision.class);
  private final Map<Policy, Count> kept = new EnumMap<>(Policy.class);
  private final Map<Policy, Count> dropped = new EnumMap<>(Policy.class);
  private long droppedItems;

  Tally() {
    for (Decision decision : DECISIONS) {
      byDecision.put(decision, new Count());
    }
    for (Policy policy : POLICIES) {
      kept.put(policy, new Count());
      dropped.put(policy, new Count());
    }
  }

  /// Starts over.
  void clear() {
    for (Decision decision : DECISIONS) {
      of(byDecision, decision).items = 0;
    }
    for (Policy policy : POLICIES) {
      of(kept, policy).items = 0;
      of(dropped, policy).items = 0;
    }
    droppedItems = 0;
  }

  /// Counts one decision.
  void count(Decision decision, Policy policy) {
    of(byDecision, decision).items++;
    of(decision.kept() ? kept : dropped, policy).items++;
    droppedItems += decision.kept() ? 0 : 1;
  }

  /// How many items are dropped.
  long droppedItems() {
    return droppedItems;
  }

  /// Adds what was counted to the counters.
  void addTo(SamplerMetrics.Bound metrics) {
    for (Decision decision : DECISIONS) {
      long items = of(byDecision, decision).items;
      if (items > 0) {
        metrics.decided(decision, items);
      }
    }
    for (Policy policy : POLICIES) {
      long keptItems = of(kept, policy).items;
      if (keptItems > 0) {
        metrics.sampled(policy, true, keptItems);
      }
      long lostItems = of(dropped, policy).items;
      if (lostItems > 0) {
        metrics.sampled(policy, false, lostItems);
      }
    }
  }

  private static <K> Count of(Map<K, Count> counts, K key) {
    return Objects.requireNonNull(counts.get(key));
  }

  /// A number that changes.
  private static final class Count {
    private long items;
  }
}
