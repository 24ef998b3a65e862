package dev.headgate.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.Signal;
import org.junit.jupiter.api.Test;

class TroubleRunTest {
  private static Traffic places(double requestsPerSecond) {
    return TroubleRun.places(Traffic.of(Signal.TRACES), requestsPerSecond);
  }

  @Test
  void every_request_finds_a_place_although_each_waits_for_its_deadline() {
    for (double rate : new double[] {3, 64, 230, 1150}) {
      Traffic traffic = places(rate);

      assertThat(traffic.connections() * traffic.inFlight())
          .isGreaterThanOrEqualTo((int) (10 * rate));
      assertThat(traffic.connections()).isGreaterThanOrEqualTo((int) Math.min(rate, 1000));
    }
  }

  @Test
  void a_row_is_invalid_when_something_of_the_time_before_may_come_in_its_window() {
    assertThat(TroubleRun.backlog(100, 100)).isEmpty();
    assertThat(TroubleRun.backlog(100, 120)).isEmpty();
    assertThat(TroubleRun.backlog(100, 99))
        .containsExactly(new Row.Flaw(true, "before the window: accepted 100, arrived 99"));
  }

  @Test
  void asks_for_no_more_than_a_gateway_allows() {
    Traffic traffic = places(1e9);

    assertThat(traffic.connections()).isLessThan(1024);
    assertThat(traffic.inFlight()).isLessThan(100);
  }
}
