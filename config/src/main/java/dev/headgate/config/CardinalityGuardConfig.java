package dev.headgate.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/// The `cardinality_guard` processor.
///
/// @param seriesLimit distinct series per service and metric
/// @param valueLimits distinct values per label, by label; empty = off
/// @param defaultValueLimit distinct values of any other label; 0 = off
/// @param labelAllowlist labels that are expected; others are only reported; empty = off
public record CardinalityGuardConfig(
    int seriesLimit,
    int defaultValueLimit,
    Map<String, Integer> valueLimits,
    boolean enforce,
    Duration idleTimeout,
    List<String> labelAllowlist)
    implements ProcessorConfig {}
