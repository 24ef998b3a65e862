package dev.headgate.exporters.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.RetryConfig;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final long SECOND = 1_000_000_000L;

  private static Backoff backoff(double randomizationFactor, Duration maxElapsed) {
    return new Backoff(
        new RetryConfig(
            true,
            Duration.ofSeconds(2),
            randomizationFactor,
            3,
            Duration.ofSeconds(10),
            maxElapsed),
        new Random(1));
  }

  @Test
  void grows_by_the_multiplier_up_to_the_longest_interval() {
    Backoff backoff = backoff(0, Duration.ZERO);

    assertThat(backoff.delayNanos(1, null, 0)).isEqualTo(2 * SECOND);
    assertThat(backoff.delayNanos(2, null, 0)).isEqualTo(6 * SECOND);
    assertThat(backoff.delayNanos(3, null, 0)).isEqualTo(10 * SECOND);
    assertThat(backoff.delayNanos(1_000_000, null, 0)).isEqualTo(10 * SECOND);
  }

  @Test
  void a_factor_of_one_is_full_jitter() {
    Backoff backoff = backoff(1, Duration.ZERO);
    long shortest = Long.MAX_VALUE;
    long longest = 0;
    for (int i = 0; i < 1000; i++) {
      long delay = backoff.delayNanos(3, null, 0);
      shortest = Math.min(shortest, delay);
      longest = Math.max(longest, delay);
    }

    assertThat(shortest).isBetween(1_000_000L, SECOND / 2);
    assertThat(longest).isBetween(19 * SECOND / 2, 10 * SECOND);
  }

  @Test
  void a_smaller_factor_keeps_the_rest_of_the_interval() {
    Backoff backoff = backoff(0.5, Duration.ZERO);
    for (int i = 0; i < 1000; i++) {
      assertThat(backoff.delayNanos(3, null, 0)).isBetween(5 * SECOND, 10 * SECOND);
    }
  }

  @Test
  void the_backend_sets_the_least_wait_but_not_for_ever() {
    Backoff backoff = backoff(0, Duration.ZERO);

    assertThat(backoff.delayNanos(1, Duration.ofSeconds(7), 0)).isEqualTo(7 * SECOND);
    assertThat(backoff.delayNanos(1, Duration.ofSeconds(-7), 0)).isEqualTo(2 * SECOND);
    assertThat(backoff.delayNanos(1, Duration.ofDays(1_000_000_000), 0)).isEqualTo(300 * SECOND);
  }

  @Test
  void ends_with_the_time_there_is() {
    Backoff backoff = backoff(0, Duration.ofSeconds(20));

    assertThat(backoff.delayNanos(3, null, 15 * SECOND)).isEqualTo(5 * SECOND);
    assertThat(backoff.delayNanos(3, null, 20 * SECOND)).isEqualTo(Backoff.EXHAUSTED);
    assertThat(backoff.delayNanos(3, null, 99 * SECOND)).isEqualTo(Backoff.EXHAUSTED);
  }

  @Test
  void a_tiny_interval_is_no_busy_loop() {
    Backoff backoff =
        new Backoff(
            new RetryConfig(true, Duration.ofNanos(1), 0, 1, Duration.ofNanos(1), Duration.ZERO),
            new Random(1));

    assertThat(backoff.delayNanos(5, null, 0)).isEqualTo(1_000_000);
  }
}
