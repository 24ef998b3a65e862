package dev.headgate.pipeline.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ArrayPoolTest {
  private static final int LENGTH = 100_000;

  private long maxIdleBytes = 1 << 20;
  private final ArrayPool pool = new ArrayPool(() -> maxIdleBytes);

  @Test
  void lends_again_what_its_last_holder_gave_back() {
    Bytes bytes = pool.lend(pool.take(LENGTH), LENGTH);
    byte[] array = bytes.array();
    bytes.retain();
    bytes.release();
    assertThat(pool.take(LENGTH)).as("while somebody holds it").isNotSameAs(array);

    bytes.release();
    assertThat(pool.take(LENGTH - 5_000)).isSameAs(array);
    assertThat(pool.idleBytes()).isZero();
  }

  @Test
  void lends_the_last_one_first() {
    byte[] first = pool.take(LENGTH);
    byte[] last = pool.take(LENGTH);
    pool.giveBack(first);
    pool.giveBack(last);

    assertThat(pool.take(LENGTH)).isSameAs(last);
    assertThat(pool.take(LENGTH)).isSameAs(first);
  }

  @Test
  void lends_none_that_is_too_short_or_much_too_long() {
    byte[] array = pool.take(LENGTH);
    pool.giveBack(array);

    assertThat(pool.take(array.length + 1)).isNotSameAs(array).hasSizeGreaterThan(array.length);
    assertThat(pool.take(array.length / 2)).isNotSameAs(array).hasSizeLessThan(array.length);
  }

  @Test
  void a_new_array_is_longer_than_what_was_asked_for_by_an_eighth_at_most() {
    Random random = new Random(20261121);
    for (int i = 0; i < 10_000; i++) {
      int length = (16 << 10) + random.nextInt(8 << 20);
      int most = length <= 8 << 20 ? length + length / 8 : length;
      assertThat(new ArrayPool(() -> 1).take(length).length).isBetween(length, most);
    }
  }

  @Test
  void keeps_only_so_much_and_forgets_the_oldest_first() {
    List<byte[]> arrays = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      arrays.add(pool.take(LENGTH));
    }
    arrays.forEach(pool::giveBack);

    assertThat(pool.idleBytes()).isBetween((1 << 20) - 2L * LENGTH, 1L << 20);
    assertThat(pool.take(LENGTH)).isSameAs(arrays.getLast());
    int again = 1;
    while (pool.idleBytes() > 0) {
      assertThat(pool.take(LENGTH)).isNotSameAs(arrays.getFirst());
      again++;
    }
    assertThat(again).isBetween(8, 10);
  }

  @Test
  void keeps_less_when_less_may_be_kept() {
    byte[] first = pool.take(LENGTH);
    byte[] last = pool.take(LENGTH);
    pool.giveBack(first);
    pool.giveBack(last);

    maxIdleBytes = last.length;
    assertThat(pool.take(8 * LENGTH)).as("none is so long").isNotIn(first, last);
    assertThat(pool.idleBytes()).isEqualTo(last.length);
    assertThat(pool.take(LENGTH)).isSameAs(last);
  }

  @Test
  void an_array_that_is_more_than_all_may_be_drives_out_no_other() {
    byte[] small = pool.take(LENGTH);
    byte[] large = pool.take(20 * LENGTH);
    pool.giveBack(small);
    pool.giveBack(large);

    assertThat(pool.idleBytes()).isEqualTo(small.length);
    assertThat(pool.take(LENGTH)).isSameAs(small);
  }

  @Test
  void keeps_256_arrays_at_most() {
    ArrayPool tiny = new ArrayPool(() -> 1 << 20, 1);
    List<byte[]> arrays = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      arrays.add(tiny.take(64));
    }
    arrays.forEach(tiny::giveBack);

    assertThat(tiny.idleBytes()).isEqualTo(256 * 64);
  }

  @Test
  void one_array_given_back_twice_is_found_out() {
    byte[] array = pool.take(LENGTH);
    pool.giveBack(array);

    assertThatThrownBy(() -> pool.giveBack(array))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("twice");
  }

  @Test
  void small_and_huge_arrays_are_the_collector_s() {
    for (int length : new int[] {0, 1, 1000, (16 << 10) - 1, (8 << 20) + 1}) {
      byte[] array = pool.take(length);
      assertThat(array).hasSize(length);
      pool.lend(array, length).release();
    }
    assertThat(pool.idleBytes()).isZero();
  }

  @Test
  void bytes_that_nobody_holds_cannot_be_retained_or_released() {
    Bytes bytes = pool.lend(pool.take(LENGTH), LENGTH);
    bytes.release();

    assertThatThrownBy(bytes::retain).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(bytes::release).isInstanceOf(IllegalStateException.class);
    byte[] array = pool.take(LENGTH);
    assertThat(pool.take(LENGTH)).as("given back twice").isNotSameAs(array);
  }

  @Test
  void a_late_reader_finds_nothing_of_what_was_there_and_a_late_writer_is_found_out() {
    byte[] array = pool.take(LENGTH);
    array[7] = 42;
    pool.giveBack(array);
    assertThat(array).doesNotContain((byte) 42);

    array[8] = 43;
    assertThatThrownBy(() -> pool.take(LENGTH))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("written to after");
  }

  @Test
  void no_two_threads_ever_have_one_array() throws Exception {
    int threads = 4;
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> ends = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        byte mark = (byte) (t + 1);
        ends.add(executor.submit(() -> takeAndGiveBack(mark)));
      }
      for (Future<?> end : ends) {
        end.get();
      }
    }
  }

  private void takeAndGiveBack(byte mark) {
    Random random = new Random(mark);
    for (int i = 0; i < 2_000; i++) {
      int length = (16 << 10) + random.nextInt(4 << 10);
      byte[] array = pool.take(length);
      array[0] = mark;
      array[length - 1] = mark;
      Bytes bytes = pool.lend(array, length);
      Thread.onSpinWait();
      assertThat(new byte[] {array[0], array[length - 1]}).containsOnly(mark);
      bytes.release();
    }
  }
}
