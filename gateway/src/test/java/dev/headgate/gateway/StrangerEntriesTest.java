package dev.headgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class StrangerEntriesTest {
  private final AtomicLong nowNanos = new AtomicLong(Long.MAX_VALUE - 1);
  private final StrangerEntries entries = new StrangerEntries(nowNanos::get);

  private LongStream tries(int count) {
    return LongStream.generate(entries::tryWrite).limit(count);
  }

  @Test
  void a_loop_gets_ten_entries_a_minute_and_the_next_says_what_is_missing() {
    assertThat(tries(StrangerEntries.MOST_PER_MINUTE)).containsOnly(0L);
    assertThat(tries(500)).containsOnly(-1L);
    nowNanos.addAndGet(Duration.ofMinutes(1).toNanos() - 1);
    assertThat(tries(1)).containsExactly(-1L);

    nowNanos.addAndGet(1);
    assertThat(tries(2)).containsExactly(501L, 0L);
  }
}
