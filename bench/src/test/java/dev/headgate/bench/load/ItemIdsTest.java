package dev.headgate.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ItemIdsTest {
  @Test
  void gathers_what_was_scattered() {
    Random random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      long number = random.nextLong();
      assertThat(ItemIds.gather(ItemIds.scatter(number))).isEqualTo(number);
      assertThat(ItemIds.scatter(ItemIds.gather(number))).isEqualTo(number);
    }
  }

  @Test
  void tells_run_and_counter_of_a_number() {
    long number = ItemIds.number(0xfedc, ItemIds.MAX_ITEMS - 1);

    assertThat(ItemIds.isNumber(number)).isTrue();
    assertThat(ItemIds.run(number)).isEqualTo(0xfedc);
    assertThat(ItemIds.counter(number)).isEqualTo(ItemIds.MAX_ITEMS - 1);
    assertThat(ItemIds.isNumber(number + 1)).isFalse();
  }

  @Test
  void knows_hardly_any_random_value() {
    Random random = new Random(2);
    int known = 0;
    for (int i = 0; i < 1_000_000; i++) {
      known += ItemIds.isNumber(random.nextLong()) ? 1 : 0;
    }
    assertThat(known).isLessThan(100);
  }

  @Test
  void scatters_so_that_a_sampler_keeps_its_share_by_the_low_56_bits() {
    long threshold = (1L << 56) / 10;
    int kept = 0;
    for (int i = 0; i < 100_000; i++) {
      kept += (ItemIds.scatter(ItemIds.number(7, i)) & (1L << 56) - 1) < threshold ? 1 : 0;
    }
    // Five standard deviations of a fair tenth.
    assertThat(kept).isBetween(9_525, 10_475);
  }
}
