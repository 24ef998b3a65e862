package dev.headgate.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {
  @Test
  void takes_the_middle_of_an_odd_number() {
    assertThat(Spread.of(List.of(9.0, 1.0, 4.0))).isEqualTo(new Spread(4, 1, 9, 3));
  }

  @Test
  void takes_the_mean_of_the_two_in_the_middle() {
    assertThat(Spread.of(List.of(9.0, 1.0, 4.0, 2.0))).isEqualTo(new Spread(3, 1, 9, 4));
  }

  @Test
  void forms_ratios_before_it_orders_them() {
    // The machine was half as fast in the second round: the ratio is 2 in both.
    Spread ratios = Spread.ofRatios(new double[] {10, 20, 12}, new double[] {5, 10, 4});

    assertThat(ratios).isEqualTo(new Spread(2, 2, 3, 3));
  }

  @Test
  void refuses_nothing_and_unequal_rounds() {
    assertThatThrownBy(() -> Spread.of(List.of())).hasMessageContaining("none");
    assertThatThrownBy(() -> Spread.ofRatios(new double[2], new double[3]))
        .hasMessageContaining("2 and 3");
  }
}
