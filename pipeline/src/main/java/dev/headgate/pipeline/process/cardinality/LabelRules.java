package dev.headgate.pipeline.process.cardinality;

import dev.headgate.config.CardinalityGuardConfig;
import dev.headgate.pipeline.otlp.SeededHash;
import dev.headgate.pipeline.wire.Utf8;
import java.util.Map;

/// What the configuration says of labels, by the hashes of their names.
///
/// **Threading:** any thread.
final class LabelRules {
  private final long[] limited;
  private final int[] limits;
  private final int defaultLimit;
  private final long[] expected;
  private final BoundedCounters unlisted;

  LabelRules(CardinalityGuardConfig config, SeededHash hash, BoundedCounters unlisted) {
    this.defaultLimit = config.defaultValueLimit();
    this.unlisted = unlisted;
    limited = new long[config.valueLimits().size()];
    limits = new int[limited.length];
    int i = 0;
    for (Map.Entry<String, Integer> limit : config.valueLimits().entrySet()) {
      limited[i] = hashOf(hash, limit.getKey());
      limits[i] = limit.getValue();
      i++;
    }
    expected = new long[config.labelAllowlist().size()];
    for (int j = 0; j < expected.length; j++) {
      expected[j] = hashOf(hash, config.labelAllowlist().get(j));
    }
  }

  private static long hashOf(SeededHash hash, String label) {
    byte[] utf8 = Utf8.bytes(label);
    return hash.bytes(utf8, 0, utf8.length);
  }

  /// How many values a label may have, or 0 for any number.
  int valueLimit(long label) {
    for (int i = 0; i < limited.length; i++) {
      if (limited[i] == label) {
        return limits[i];
      }
    }
    return defaultLimit;
  }

  /// Whether a label is on the list of expected ones, or there is none.
  boolean isExpected(long label) {
    for (long one : expected) {
      if (one == label) {
        return true;
      }
    }
    return expected.length == 0;
  }

  /// Counts a label that is not expected.
  void onUnlisted(long label, byte[] bytes, int from, int to) {
    unlisted.of(label, bytes, from, to).inc();
  }
}
