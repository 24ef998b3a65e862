package dev.headgate.pipeline.process.sampling;

import java.util.Locale;

/// What the sampler did with an item, and why.
enum Decision {
  /// Its randomness reaches the threshold.
  KEPT(true),
  /// Its randomness is below the threshold.
  DROPPED(false),
  /// It is an error.
  KEPT_ERROR(true),
  /// Its sampling priority asks for it.
  KEPT_PRIORITY(true),
  /// Its sampling priority forbids it.
  DROPPED_PRIORITY(false),
  /// One of the following, but `fail_closed` is off (or everything is kept).
  KEPT_FAIL_OPEN(true),
  /// Its sampling values cannot be read.
  DROPPED_MALFORMED(false),
  /// It has neither a trace id nor another source of randomness.
  DROPPED_NO_RANDOMNESS(false),
  /// It should not have passed the threshold it came with.
  DROPPED_INCONSISTENT(false),
  /// It carries sampling values, which the mode `hash_seed` cannot continue.
  DROPPED_ALREADY_SAMPLED(false);

  private final boolean kept;

  Decision(boolean kept) {
    this.kept = kept;
  }

  /// Whether the item stays.
  boolean kept() {
    return kept;
  }

  /// The value of the label `decision`.
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
