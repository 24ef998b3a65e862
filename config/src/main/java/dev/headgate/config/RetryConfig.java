package dev.headgate.config;

import java.time.Duration;

/// `retry_on_failure`; a zero `maxElapsedTime` means for ever.
///
/// @param initialInterval the first delay
/// @param randomizationFactor how far a delay is spread, 0 to 1
/// @param multiplier by what the delay grows with each attempt
/// @param maxInterval the largest delay
public record RetryConfig(
    boolean enabled,
    Duration initialInterval,
    double randomizationFactor,
    double multiplier,
    Duration maxInterval,
    Duration maxElapsedTime) {
  /// The Collector's defaults.
  public static final RetryConfig DEFAULT =
      new RetryConfig(
          true, Duration.ofSeconds(5), 0.5, 1.5, Duration.ofSeconds(30), Duration.ofSeconds(300));

  /// Checks the schedule.
  public RetryConfig {
    Require.positive("initial_interval", initialInterval);
    Require.inRange("randomization_factor", randomizationFactor, 0, 1);
    Require.inRange("multiplier", multiplier, 1, 1000);
    Require.positive("max_interval", maxInterval);
    Require.notNegative("max_elapsed_time", maxElapsedTime);
  }
}
