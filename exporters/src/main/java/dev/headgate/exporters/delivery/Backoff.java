package dev.headgate.exporters.delivery;

import dev.headgate.config.RetryConfig;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// How long to wait before the next attempt: exponential with jitter, never less than the backend
/// asked for.
///
/// The jitter only shortens: the wait is uniform in `[(1 - randomization_factor) x interval,
/// interval]`, so that a factor of 1 is full jitter and `max_interval` is never exceeded.
///
/// **Threading:** confined to the delivery thread.
final class Backoff {
  /// What [#delayNanos] returns when there is no next attempt.
  static final long EXHAUSTED = -1;

  /// A backend that asks for more is not believed: it would hold the data for ever.
  private static final Duration MAX_SERVER_DELAY = Duration.ofMinutes(5);

  /// Keeps an interval of zero from becoming a busy loop.
  private static final long MIN_DELAY_NANOS = 1_000_000;

  private final RandomGenerator random;
  private final double initialNanos;
  private final double multiplier;
  private final double maxNanos;
  private final double randomizationFactor;
  private final long maxElapsedNanos;

  Backoff(RetryConfig retry, RandomGenerator random) {
    this.random = random;
    this.initialNanos = retry.initialInterval().toNanos();
    this.multiplier = Math.max(1, retry.multiplier());
    this.maxNanos = retry.maxInterval().toNanos();
    this.randomizationFactor = Math.clamp(retry.randomizationFactor(), 0.0, 1.0);
    this.maxElapsedNanos =
        retry.maxElapsedTime().isZero() ? Long.MAX_VALUE : retry.maxElapsedTime().toNanos();
  }

  /// The wait before the next attempt, or [#EXHAUSTED]. The last wait is cut so that one attempt is
  /// made when `max_elapsed_time` ends.
  ///
  /// @param attempt how many attempts were made
  /// @param serverDelay what the backend asked for
  /// @param elapsedNanos since the first attempt
  long delayNanos(int attempt, @Nullable Duration serverDelay, long elapsedNanos) {
    long remaining = maxElapsedNanos - elapsedNanos;
    if (remaining <= 0) {
      return EXHAUSTED;
    }
    double interval = Math.min(initialNanos * Math.pow(multiplier, attempt - 1.0), maxNanos);
    double jittered = interval * (1 - randomizationFactor * random.nextDouble());
    long delay = Math.max(Math.max((long) jittered, MIN_DELAY_NANOS), boundedNanos(serverDelay));
    return Math.min(delay, remaining);
  }

  private static long boundedNanos(@Nullable Duration serverDelay) {
    if (serverDelay == null || serverDelay.isNegative()) {
      return 0;
    }
    return serverDelay.compareTo(MAX_SERVER_DELAY) > 0
        ? MAX_SERVER_DELAY.toNanos()
        : serverDelay.toNanos();
  }
}
