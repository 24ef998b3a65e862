package dev.headgate.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.Signal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RateRunTest {
  private static final Traffic TRAFFIC = Traffic.of(Signal.TRACES); // 32 in flight

  private static boolean held(double requestsPerSecond, double unsent) {
    Row row =
        new Row(
            "max-rate",
            "a",
            SystemKind.HEADGATE,
            0,
            Map.of(
                Figure.REQUESTS_PER_SECOND,
                requestsPerSecond,
                Figure.REFUSED_ITEMS,
                0.0,
                Figure.FAILED_ITEMS,
                0.0,
                Figure.SINK_P99_MILLIS,
                20.0),
            Map.of("generator_unsent_requests", unsent),
            List.of(),
            List.of());
    return RateRun.held(row, TRAFFIC, 300);
  }

  @Test
  void holds_a_rate_at_which_all_is_sent_in_time() {
    assertThat(held(299, 32)).isTrue();
  }

  @Test
  void does_not_hold_what_comes_through_more_slowly() {
    assertThat(held(296, 0)).isFalse();
  }

  @Test
  void does_not_hold_what_waits_to_be_sent() {
    assertThat(held(300, 33)).isFalse();
  }
}
