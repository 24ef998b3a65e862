package dev.headgate.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LiveHeapTest {
  @Test
  void reads_all_bytes_and_those_of_byte_arrays_alone() {
    assertThat(
            LiveHeap.parse(
                """
                4711:
                 num     #instances         #bytes  class name (module)
                -------------------------------------------------------
                   1:            12        2000016  [[B (java.base@25.0.3)
                   2:         31245        1834016  [B (java.base@25.0.3)
                   3:         24000         576000  java.lang.String (java.base@25.0.3)
                Total         60000        9410032
                """))
        .isEqualTo(new LiveHeap(9_410_032, 1_834_016));
  }

  @Test
  void says_what_came_instead() {
    assertThatThrownBy(() -> LiveHeap.parse("7: no such process\n"))
        .hasMessageContaining("no such process");
  }
}
