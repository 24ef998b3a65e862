package dev.headgate.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/// The `cardinality_guard` processor.
///
/// @param seriesLimit distinct series per service and metric
/// @param defaultValueLimit distinct values of a label that `valueLimits` does not name; 0 = off
/// @param valueLimits distinct values per label, by label
/// @param enforce whether points over budget are dropped, or only counted
/// @param idleTimeout a series that was not seen for so long makes room
/// @param labelAllowlist labels that are expected; others are only reported; empty = off
public record CardinalityGuardConfig(
    int seriesLimit,
    int defaultValueLimit,
    Map<String, Integer> valueLimits,
    boolean enforce,
    Duration idleTimeout,
    List<String> labelAllowlist)
    implements ProcessorConfig {
  /// 100 series, no limit of values, enforced.
  public static final CardinalityGuardConfig DEFAULT =
      new CardinalityGuardConfig(100, 0, Map.of(), true, Duration.ofHours(1), List.of());

  /// Checks the limits and copies the collections.
  public CardinalityGuardConfig {
    Require.atLeast("series_limit", seriesLimit, 1);
    Require.atLeast("value_limit", defaultValueLimit, 0);
    Require.positive("idle_timeout", idleTimeout);
    valueLimits = Map.copyOf(valueLimits);
    valueLimits.forEach((label, limit) -> Require.atLeast("value_limit." + label, limit, 1));
    labelAllowlist = List.copyOf(labelAllowlist);
  }
}
