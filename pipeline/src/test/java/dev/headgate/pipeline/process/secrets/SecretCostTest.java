package dev.headgate.pipeline.process.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Texts that are made to be looked at: every literal of the pack over and over. What a rule reads
/// ahead is measured by cutting the array behind it: a look beyond fails.
class SecretCostTest {
  private static final int REPEATED_BYTES = 8192;
  private static final int MAX_REACH_BYTES = 1100;
  private static final int MAX_REACH_PER_BYTE = 64;
  private static final List<String> BETWEEN =
      List.of("", "-", ".", "_", "/", " ", "=", "=a", ":", ": ", ": a", "=\"", "='a", "@", "=\n");

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void what_finds_nothing_reads_few_bytes_for_each_byte_of_a_text(boolean anywhere) {
    List<SecretRule> rules = SecretPack.rules(anywhere);
    TrigramIndex index = new TrigramIndex(rules);
    List<String> tooDear = new ArrayList<>();
    for (String literal : literals(rules)) {
      for (String between : BETWEEN) {
        String piece = literal + between;
        byte[] text =
            piece.repeat(REPEATED_BYTES / piece.length()).getBytes(StandardCharsets.ISO_8859_1);
        int read = reach(rules, index, text, piece.length());
        if (read > MAX_REACH_PER_BYTE * piece.length()) {
          tooDear.add(piece + ": " + read / piece.length());
        }
      }
    }
    assertThat(tooDear).isEmpty();
  }

  private static Set<String> literals(List<SecretRule> rules) {
    Set<String> all = new LinkedHashSet<>();
    for (SecretRule rule : rules) {
      rule.literals().forEach(l -> all.add(new String(l, StandardCharsets.US_ASCII)));
    }
    // What the index finds though the rule has to read on: any digits, and beginnings.
    all.addAll(List.of("5500", "DE44", "GB82 ", "basic abcdefg_", "bearer aaaaaaaa", "eyJ-a_"));
    all.add("-----BEGIN PRIVATE KEY-----a");
    return all;
  }

  /// The bytes read ahead by all looks in one repetition, those that find something left aside:
  /// they may cost as much as what they find is long.
  private static int reach(
      List<SecretRule> rules, TrigramIndex index, byte[] text, int repetition) {
    int sum = 0;
    int middle = text.length / repetition / 2 * repetition;
    int to = middle + repetition;
    for (int at = index.next(text, 0, middle, text.length);
        at < to;
        at = index.next(text, 0, at + 1, text.length)) {
      for (TrigramIndex.Literal literal : index.found(text, at)) {
        int start = literal.start(text, 0, text.length, at);
        if (start >= 0) {
          sum += reach(rules.get(literal.rule()), text, start, start + literal.length());
        }
      }
    }
    return sum;
  }

  /// How far behind `start` a rule looks before it finds nothing.
  private static int reach(SecretRule rule, byte[] text, int start, int end) {
    if (rule.match(text, 0, text.length, start, end) != Span.NONE) {
      return 0;
    }
    int least = 0;
    int most = text.length - start;
    while (least < most) {
      int middle = (least + most) / 2;
      if (suffices(rule, Arrays.copyOf(text, start + middle), text.length, start, end)) {
        most = middle;
      } else {
        least = middle + 1;
      }
    }
    assertThat(least).as("%s reads on", rule.name()).isLessThan(MAX_REACH_BYTES);
    return least;
  }

  private static boolean suffices(SecretRule rule, byte[] cut, int to, int start, int end) {
    try {
      return rule.match(cut, 0, to, start, end) == Span.NONE;
    } catch (ArrayIndexOutOfBoundsException e) {
      return false;
    }
  }
}
