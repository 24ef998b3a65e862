package dev.headgate.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RoundPlanTest {
  @Test
  void goes_forwards_and_backwards_in_turn() {
    List<String> systems = List.of("a", "b", "c");

    assertThat(RoundPlan.order(systems, 0)).containsExactly("a", "b", "c");
    assertThat(RoundPlan.order(systems, 1)).containsExactly("c", "b", "a");
    assertThat(RoundPlan.order(systems, 2)).containsExactly("a", "b", "c");
  }
}
