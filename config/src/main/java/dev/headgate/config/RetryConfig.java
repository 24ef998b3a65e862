package dev.headgate.config;

import java.time.Duration;

/// `retry_on_failure`; a zero `maxElapsedTime` means for ever.
public record RetryConfig(
    boolean enabled,
    Duration initialInterval,
    double randomizationFactor,
    double multiplier,
    Duration maxInterval,
    Duration maxElapsedTime) {}
