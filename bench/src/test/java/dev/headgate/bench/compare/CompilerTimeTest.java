package dev.headgate.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CompilerTimeTest {
  private static final CompilerTime EARLIER = new CompilerTime(Map.of(1L, 2.0, 2L, 0.5));

  @Test
  void counts_threads_that_have_started_meanwhile_and_none_that_have_ended() {
    CompilerTime now = new CompilerTime(Map.of(1L, 2.25, 3L, 0.5));

    assertThat(now.secondsSince(EARLIER)).isCloseTo(0.75, within(1e-9));
  }

  @Test
  void is_a_share_of_what_the_process_used_and_none_of_nothing() {
    CompilerTime now = new CompilerTime(Map.of(1L, 3.0));
    Map<String, Double> figures = new HashMap<>();

    now.addShareSince(EARLIER, 4, figures);
    assertThat(figures).containsEntry(Figure.COMPILER_SHARE, 0.25);

    now.addShareSince(EARLIER, 0, figures);
    assertThat(figures).containsEntry(Figure.COMPILER_SHARE, 0.0);
  }
}
