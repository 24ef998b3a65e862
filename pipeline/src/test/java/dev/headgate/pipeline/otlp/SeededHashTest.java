package dev.headgate.pipeline.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeededHashTest {

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -1, 20261121})
  void every_bit_of_every_length_makes_a_difference(long seed) {
    SeededHash hash = new SeededHash(seed, seed);
    Set<Long> seen = new HashSet<>();
    int texts = 0;
    for (int length = 0; length <= 70; length++) {
      byte[] text = new byte[length + 2];
      assertThat(seen.add(hash.bytes(text, 1, length + 1))).isTrue();
      texts++;
      for (int bit = 8; bit < 8 * (length + 1); bit++) {
        text[bit / 8] ^= (byte) (1 << bit % 8);
        seen.add(hash.bytes(text, 1, length + 1));
        text[bit / 8] ^= (byte) (1 << bit % 8);
        texts++;
      }
    }
    assertThat(seen).hasSize(texts);
    // As good as random: the low bits, by which tables are indexed, are all in use.
    boolean[] low = new boolean[1 << 10];
    seen.forEach(one -> low[(int) (one & 1023)] = true);
    for (boolean used : low) {
      assertThat(used).isTrue();
    }
  }

  @Test
  void what_stands_around_the_bytes_does_not_matter() {
    SplittableRandom random = new SplittableRandom(5);
    SeededHash hash = new SeededHash(3, 4);
    for (int length = 0; length <= 70; length++) {
      byte[] text = new byte[length + 40];
      random.nextBytes(text);
      byte[] alone = Arrays.copyOfRange(text, 20, 20 + length);
      assertThat(hash.bytes(text, 20, 20 + length)).isEqualTo(hash.bytes(alone, 0, length));
    }
  }

  @Test
  void another_seed_gives_other_hashes_and_the_order_of_two_matters() {
    byte[] text = {1, 2, 3};
    SeededHash hash = new SeededHash(1, 2);

    assertThat(hash.bytes(text, 0, 3)).isNotEqualTo(new SeededHash(1, 3).bytes(text, 0, 3));
    assertThat(hash.bytes(text, 0, 3)).isNotEqualTo(new SeededHash(2, 2).bytes(text, 0, 3));
    assertThat(hash.mix(7, 8)).isNotEqualTo(hash.mix(8, 7));
  }
}
