package dev.headgate.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LiveHeapTest {
  @Test
  void sums_the_generations_of_the_serial_collector() {
    assertThat(
            LiveHeap.parse(
                """
                12839:
                DefNew     total 30720K, used 16K [0x00000000f9c00000, 0x00000000fbd50000)
                 eden space 27328K,   0% used [0x00000000f9c00000, 0x00000000f9c00000)
                Tenured    total 68288K, used 3054K [0x00000000fbd50000, 0x0000000100000000)
                 the  space 68288K,   4% used [0x00000000fbd50000, 0x00000000fc04b918)
                Metaspace       used 27752K, committed 28096K, reserved 1114112K
                 class space    used 5356K, committed 5504K, reserved 1048576K
                """))
        .isEqualTo(3070 * 1024);
  }

  @Test
  void reads_the_one_line_of_g1() {
    assertThat(
            LiveHeap.parse(
                """
                7:
                 garbage-first heap   total reserved 6219776K, committed 391168K, used 2070K [0x0, 0x1)
                  region size 4096K, 1 young (4096K), 0 survivors (0K)
                """))
        .isEqualTo(2070 * 1024);
  }

  @Test
  void says_when_there_is_no_heap() {
    assertThatThrownBy(() -> LiveHeap.parse("7:\nnothing\n")).hasMessageContaining("no heap");
  }
}
