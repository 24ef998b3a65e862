package dev.headgate.pipeline.process.regex;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import dev.headgate.pipeline.wire.Utf8;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GramSieveTest {
  private final List<String> words = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 20261121})
  void finds_every_long_word_wherever_it_lies(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int matches = 0;
    int ruledOut = 0;
    for (int i = 0; i < 300; i++) {
      words.clear();
      List<Regex> rules = new ArrayList<>();
      for (int rule = random.nextInt(1, 4); rule > 0; rule--) {
        rules.add(Regex.compile(pattern(random)));
      }
      RegexSet set =
          new RegexSet(rules, Collections.nCopies(rules.size(), Replacement.constant("")));
      for (int j = 0; j < 12; j++) {
        String text = text(random);
        byte[] utf8 = Utf8.bytes("\"secret_" + text + "_token\"");
        int to = utf8.length - 7;
        int expected = -1;
        for (int rule = rules.size() - 1; rule >= 0; rule--) {
          Pattern pattern = rules.get(rule).pattern();
          boolean found = pattern.matcher(text).find();
          String context = "seed " + seed + ", " + pattern + " in " + text;
          assertThat(rules.get(rule).find(utf8, 8, to)).as(context).isEqualTo(found);
          expected = found ? rule : expected;
        }
        assertThat(set.firstMatch(utf8, 8, to))
            .as("seed " + seed + ", " + rules + " in " + text)
            .isEqualTo(expected);
        matches += expected >= 0 ? 1 : 0;
        ruledOut += set.mayMatch(utf8, 8, to) ? 0 : 1;
      }
    }
    assertThat(matches).isGreaterThan(500);
    assertThat(ruledOut).isGreaterThan(500);
  }

  /* A choice of words of different lengths, more words around it, and something that repeats. */
  private String pattern(SplittableRandom random) {
    String start = word(random, 0, 4);
    String end = word(random, 4, 9);
    StringBuilder choice = new StringBuilder();
    for (int branch = random.nextInt(1, 4); branch > 0; branch--) {
      String middle = word(random, 0, 8);
      words.add(start + middle + end);
      choice.append(choice.isEmpty() ? "" : "|").append(middle);
    }
    String pattern = start + "(" + choice + ")" + end;
    return switch (random.nextInt(4)) {
      case 0 -> pattern + "[ab]*";
      case 1 -> "[^a]?" + pattern;
      case 2 -> "(?i)" + pattern;
      default -> pattern;
    };
  }

  private static String word(SplittableRandom random, int minChars, int maxChars) {
    StringBuilder word = new StringBuilder();
    for (int left = random.nextInt(minChars, maxChars + 1); left > 0; left--) {
      word.append("ab_\"".charAt(random.nextInt(4)));
    }
    return word.toString();
  }

  /* Words of the patterns, whole, cut and next to one another. */
  private String text(SplittableRandom random) {
    StringBuilder text = new StringBuilder();
    for (int parts = random.nextInt(6); parts > 0; parts--) {
      String word = words.get(random.nextInt(words.size()));
      switch (random.nextInt(6)) {
        case 0 -> text.append(word);
        case 1, 2 -> text.append(word, 0, random.nextInt(word.length()));
        case 3 -> text.append(word.substring(random.nextInt(word.length())));
        default -> text.append(" order shipped ", 0, random.nextInt(15));
      }
    }
    return text.toString();
  }
}
