package dev.headgate.config;

/// The `memory_limiter` processor, mapped onto the byte budget. Of each pair MiB and percentage at
/// most one is set, the other is 0; percentages are of the process' memory limit (largest heap).
/// Both limits 0: the budget is derived from the heap alone.
///
/// @param limitBytes the hard limit
/// @param spikeLimitBytes what is kept free below the limit
public record MemoryLimiterConfig(
    long limitBytes, double limitPercentage, long spikeLimitBytes, double spikeLimitPercentage)
    implements ProcessorConfig {
  /// Checks that the spike limit fits under the limit.
  public MemoryLimiterConfig {
    Require.atLeast("limit_mib", limitBytes, 0);
    Require.inRange("limit_percentage", limitPercentage, 0, 100);
    Require.atLeast("spike_limit_mib", spikeLimitBytes, 0);
    Require.inRange("spike_limit_percentage", spikeLimitPercentage, 0, 100);
    if (limitBytes > 0 && spikeLimitBytes >= limitBytes) {
      throw new IllegalArgumentException(
          "spike_limit_mib: " + (spikeLimitBytes >> 20) + " (expected: less than limit_mib)");
    }
    if (limitPercentage > 0 && spikeLimitPercentage >= limitPercentage) {
      throw new IllegalArgumentException(
          "spike_limit_percentage: "
              + spikeLimitPercentage
              + " (expected: less than limit_percentage)");
    }
  }
}
