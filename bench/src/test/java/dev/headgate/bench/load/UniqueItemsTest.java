package dev.headgate.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UniqueItemsTest {
  private final UniqueItems items = new UniqueItems();

  @Test
  void tells_new_items_from_those_seen_before() {
    for (long counter : new long[] {0, 63, 64, 1 << 20, 5_000_000, 64, 0}) {
      items.add(ItemIds.number(1, counter));
    }
    assertThat(items.unique()).isEqualTo(5);
    assertThat(items.duplicates()).isEqualTo(2);
  }

  @Test
  void keeps_runs_apart() {
    items.add(ItemIds.number(1, 9));
    items.add(ItemIds.number(2, 9));
    items.add(ItemIds.number(1, 9));

    assertThat(items.unique()).isEqualTo(2);
    assertThat(items.duplicates()).isEqualTo(1);
  }

  @Test
  void counts_other_numbers_as_foreign() {
    items.add(12345);
    items.add(ItemIds.number(1, ItemIds.MAX_ITEMS));

    assertThat(items.foreign()).isEqualTo(2);
    assertThat(items.unique()).isZero();
  }

  @Test
  void forgets_everything() {
    items.add(ItemIds.number(1, 9));
    items.clear();
    items.add(ItemIds.number(1, 9));

    assertThat(items.unique()).isEqualTo(1);
    assertThat(items.duplicates()).isZero();
  }
}
