package dev.headgate.pipeline.process.redaction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.RedactionConfig;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class KeyDecisionsTest {
  @Test
  void remembered_keys_are_judged_as_the_rules_judge_them() {
    RedactionConfig config =
        RedactionFixture.settings().blockKeys("*b*", "a", "aa*", "*c").ignore("ab", "ba").config();
    RedactionRules rules = new RedactionRules(config);
    KeySequence sequence = new KeySequence(rules.decisions);
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 60_000; i++) {
      // Many that differ in one byte anywhere, at any place in the array.
      byte[] buffer = new byte[random.nextInt(160)];
      Arrays.fill(buffer, (byte) 'a');
      if (buffer.length > 0) {
        buffer[random.nextInt(buffer.length)] = (byte) ('a' + random.nextInt(4));
      }
      int from = random.nextInt(buffer.length + 1);
      int to = from + random.nextInt(buffer.length - from + 1);
      int expected = rules.keys.decide(buffer, from, to);
      String key = new String(buffer, from, to - from, StandardCharsets.UTF_8);
      assertThat(rules.decisions.of(buffer, from, to)).as(key).isEqualTo(expected);
      assertThat(sequence.next(buffer, from, to)).as(key).isEqualTo(expected);
      if (random.nextBoolean()) {
        // As what follows itself, so that the guess is right too.
        assertThat(sequence.next(buffer, from, to)).as(key).isEqualTo(expected);
        assertThat(sequence.next(buffer, from, to)).as(key).isEqualTo(expected);
      }
    }
  }
}
