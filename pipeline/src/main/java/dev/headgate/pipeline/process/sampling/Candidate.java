package dev.headgate.pipeline.process.sampling;

/// One item up for a decision: first what it carries, then what becomes of it. Reusable.
///
/// **Threading:** confined to one thread.
final class Candidate {
  /*
   * The order of the steps is the Collector's (`commonShouldSampleLogic`): randomness, consistency
   * with the incoming threshold, threshold of the rule or of the failure, then the priority.
   */
  private final SamplingRule rule;
  private final boolean failClosed;

  private boolean readable;
  private long incomingRandomness;
  private long incomingThreshold;
  private long ownRandomness;
  private Policy policy = Policy.MISSING_RANDOMNESS;
  private long priorityThreshold;

  private Decision decision = Decision.DROPPED;
  private long newRandomness;
  private long newThreshold;
  private boolean rewrites;

  Candidate(SamplingRule rule, boolean failClosed) {
    this.rule = rule;
    this.failClosed = failClosed;
  }

  /// Starts over with the sampling values that an item carries.
  ///
  /// @param readable whether they are well-formed
  /// @param randomness the explicit randomness, or -1
  /// @param threshold the incoming threshold, or -1
  void reset(boolean readable, long randomness, long threshold) {
    this.readable = readable;
    incomingRandomness = randomness;
    incomingThreshold = threshold;
    ownRandomness = -1;
    policy = Policy.MISSING_RANDOMNESS;
    priorityThreshold = -1;
    newRandomness = -1;
    newThreshold = -1;
    rewrites = false;
  }

  /// Sets the randomness that the item has of itself.
  void ownRandomness(long randomness, Policy source) {
    ownRandomness = randomness;
    policy = source;
  }

  /// Sets a threshold that the item asks for instead of the rule's.
  void priorityThreshold(long threshold) {
    priorityThreshold = threshold;
  }

  /// Decides.
  Decision decide() {
    Decision failure =
        switch (rule.kind()) {
          case NEVER -> neverRandomness();
          case HASH -> hashRandomness();
          case EQUALIZING, PROPORTIONAL -> consistentRandomness();
        };
    boolean missing = policy == Policy.MISSING_RANDOMNESS;
    long randomness = missing ? Thresholds.MAX_RANDOMNESS : ownRandomness;
    if (failure == Decision.KEPT && missing) {
      failure = Decision.DROPPED_NO_RANDOMNESS;
    } else if (failure == Decision.KEPT && incomingThreshold > randomness) {
      incomingThreshold = -1;
      failure = Decision.DROPPED_INCONSISTENT;
    }

    long threshold;
    if (failure == Decision.KEPT) {
      threshold = rule.threshold(incomingThreshold);
    } else if (failClosed && !(rule.everything() && rule.kind() == SamplingRule.Kind.HASH)) {
      threshold = Thresholds.NEVER;
    } else {
      threshold = Thresholds.ALWAYS;
    }
    boolean prioritized = priorityThreshold >= 0;
    if (prioritized) {
      threshold = priorityThreshold;
      policy = Policy.SAMPLING_PRIORITY;
    }

    boolean kept = threshold <= randomness;
    decision = reason(kept, prioritized, failure);
    if (kept && rewrites && threshold >= incomingThreshold) {
      // A threshold may only rise: a lower one leaves the incoming one as it is.
      newThreshold = threshold;
    }
    return decision;
  }

  private static Decision reason(boolean kept, boolean prioritized, Decision failure) {
    if (prioritized) {
      return kept ? Decision.KEPT_PRIORITY : Decision.DROPPED_PRIORITY;
    }
    if (failure != Decision.KEPT) {
      return kept ? Decision.KEPT_FAIL_OPEN : failure;
    }
    return kept ? Decision.KEPT : Decision.DROPPED;
  }

  /* Nothing is kept but by priority, so that no randomness is looked at. */
  private Decision neverRandomness() {
    ownRandomness = Thresholds.MAX_RANDOMNESS;
    policy = Policy.SAMPLING_PRIORITY;
    rewrites = true;
    return readable ? Decision.KEPT : Decision.DROPPED_MALFORMED;
  }

  private Decision hashRandomness() {
    if (!readable) {
      return Decision.DROPPED_MALFORMED;
    }
    if (incomingRandomness >= 0 || incomingThreshold >= 0) {
      return Decision.DROPPED_ALREADY_SAMPLED;
    }
    rewrites = true;
    newRandomness = ownRandomness;
    return Decision.KEPT;
  }

  private Decision consistentRandomness() {
    if (!readable) {
      policy = Policy.MISSING_RANDOMNESS;
      return Decision.DROPPED_MALFORMED;
    }
    rewrites = true;
    if (incomingRandomness >= 0) {
      ownRandomness = incomingRandomness;
      policy = Policy.SAMPLING_RANDOMNESS;
    }
    return Decision.KEPT;
  }

  /// Where the randomness came from.
  Policy policy() {
    return policy;
  }

  /// Whether the item's sampling values are written anew.
  boolean rewrites() {
    return rewrites;
  }

  /// The randomness to write, or -1 to keep what is there.
  long newRandomness() {
    return newRandomness;
  }

  /// The threshold to write, or -1 to keep what is there.
  long newThreshold() {
    return newThreshold;
  }

  SamplingRule rule() {
    return rule;
  }
}
