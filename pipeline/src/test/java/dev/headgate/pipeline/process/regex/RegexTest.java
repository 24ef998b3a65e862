package dev.headgate.pipeline.process.regex;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.headgate.pipeline.wire.Utf8;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegexTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 20261121})
  void never_rules_out_a_text_in_which_re2_finds_a_match(long seed) {
    RandomPattern random = new RandomPattern(new SplittableRandom(seed));
    int matches = 0;
    int ruledOut = 0;
    for (int i = 0; i < 500; i++) {
      String pattern = random.pattern();
      Regex regex = Regex.compile(pattern);
      RegexSet set = new RegexSet(List.of(regex), List.of(Replacement.constant("")));
      for (int j = 0; j < 12; j++) {
        String text = random.text(14);
        byte[] utf8 = padded(text);
        boolean expected = Pattern.compile(pattern).matcher(text).find();
        String context = "seed " + seed + ", pattern " + pattern + ", text " + text;
        assertThat(regex.find(utf8, 3, utf8.length - 3)).as(context).isEqualTo(expected);
        assertThat(set.firstMatch(utf8, 3, utf8.length - 3))
            .as(context)
            .isEqualTo(expected ? 0 : -1);
        if (expected) {
          matches++;
          assertThat(set.firstMatchInBytes(utf8, 3, utf8.length - 3)).as(context).isZero();
        } else if (!regex.findInBytes(utf8, 3, utf8.length - 3)) {
          ruledOut++;
        }
      }
    }
    assertThat(matches).isGreaterThan(300);
    assertThat(ruledOut).isGreaterThan(300);
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  void replaces_exactly_what_re2_replaces(long seed) {
    RandomPattern random = new RandomPattern(new SplittableRandom(seed));
    int replaced = 0;
    for (int i = 0; i < 500; i++) {
      Pattern pattern = Pattern.compile(random.pattern());
      Regex regex = Regex.compile(pattern.pattern());
      String template = pattern.groupCount() > 0 ? "<$1$0>" : "<$0>";
      for (int j = 0; j < 6; j++) {
        String text = random.text(24);
        byte[] utf8 = padded(text);
        byte[] actual =
            regex.replaceAll(
                utf8, 3, utf8.length - 3, Template.of(template, pattern), Long.MAX_VALUE);
        String context = "seed " + seed + ", pattern " + pattern + ", text " + text;
        if (pattern.matcher(text).find()) {
          replaced++;
          assertThat(actual).as(context).isNotNull();
          assertThat(new String(actual, UTF_8)).as(context).isEqualTo(replaceAll(pattern, text));
          if (text.codePoints().allMatch(c -> c < 0x10000)) {
            assertThat(new String(actual, UTF_8))
                .as(context)
                .isEqualTo(GoReplace.all(pattern, text, template));
          }
        } else {
          assertThat(actual).as(context).isNull();
        }
      }
    }
    assertThat(replaced).isGreaterThan(300);
  }

  /** What [GoReplace] does with `<$1$0>`, except that it never splits a surrogate pair. */
  private static String replaceAll(Pattern pattern, String text) {
    StringBuilder out = new StringBuilder();
    Matcher matcher = pattern.matcher(text);
    int copied = 0;
    int at = 0;
    while (at <= text.length() && matcher.find(at)) {
      if (matcher.end() > copied || matcher.start() == 0) {
        out.append(text, copied, matcher.start()).append('<');
        if (pattern.groupCount() > 0 && matcher.group(1) != null) {
          out.append(matcher.group(1));
        }
        out.append(matcher.group()).append('>');
        copied = matcher.end();
      }
      at = matcher.end();
      if (matcher.start() == at) {
        at += at < text.length() ? Character.charCount(text.codePointAt(at)) : 1;
      }
    }
    return out.append(text, copied, text.length()).toString();
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22})
  void applies_many_rules_in_order_each_on_the_output_of_the_one_before(long seed) {
    SplittableRandom source = new SplittableRandom(seed);
    RandomPattern random = new RandomPattern(source);
    for (int i = 0; i < 25; i++) {
      List<Regex> rules = new ArrayList<>();
      List<Replacement> replacements = new ArrayList<>();
      List<String> texts = List.of("x", "k1", "<$0>", "\"", "");
      List<String> templates = new ArrayList<>();
      for (int j = source.nextInt(1, 90); j > 0; j--) {
        Regex rule = Regex.compile(random.pattern());
        String template = texts.get(source.nextInt(texts.size()));
        rules.add(rule);
        templates.add(template);
        replacements.add(Template.of(template, rule.pattern()));
      }
      RegexSet set = new RegexSet(rules, replacements);
      for (int j = 0; j < 4; j++) {
        String text = random.text(12).replace("😀", "");
        String expected = text;
        List<Integer> expectedHits = new ArrayList<>();
        boolean overgrown = false;
        for (int rule = 0; rule < rules.size() && !overgrown; rule++) {
          Matcher matcher = rules.get(rule).pattern().matcher(expected);
          if (matcher.find()) {
            expectedHits.add(rule);
            String next = GoReplace.all(rules.get(rule).pattern(), expected, templates.get(rule));
            overgrown = next.length() > text.length() * 8 + 256;
            expected = next;
          }
        }
        if (overgrown) {
          continue;
        }
        List<Integer> hits = new ArrayList<>();
        byte[] utf8 = padded(text);
        byte[] actual = set.rewrite(utf8, 3, utf8.length - 3, hits::add);
        assertThat(hits).as("seed " + seed + ", " + rules + " on " + text).isEqualTo(expectedHits);
        assertThat(actual == null ? text : new String(actual, UTF_8))
            .as("seed " + seed + ", " + rules + " on " + text)
            .isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"(a+)+$", "(.*a){12}$", "(a|b)*c", "(x+x+)+y", "([a-z]+)*\\d"})
  void takes_linear_time_for_patterns_that_ruin_backtracking_engines(String pattern) {
    for (String unit : List.of("a", "ab", "aaaaaaaaaaaaaaaaaaaa!", "x", "xxxxxxxxxxxxxxxxz")) {
      byte[] text = unit.repeat(40_000 / unit.length()).getBytes(UTF_8);
      boolean expected = Pattern.compile(pattern).matcher(Utf8.text(text, 0, text.length)).find();
      assertThat(Regex.compile(pattern).find(text, 0, text.length)).isEqualTo(expected);
    }
  }

  @Test
  void finds_a_word_in_bytes_that_are_not_utf8() {
    Regex anchored = Regex.compile("^\\bsecret-[0-9]+$");
    Regex large = Regex.compile("s(?i:.{0,200}[a-z]e.{0,200}[x-z]){3}|secret-[0-9]+");
    byte[] bytes = padded("secret-12");
    for (int first = 0; first < 256; first++) {
      bytes[2] = (byte) first;
      assertThat(anchored.findInBytes(bytes, 0, bytes.length)).as("after byte " + first).isTrue();
      assertThat(large.findInBytes(bytes, 0, bytes.length)).as("after byte " + first).isTrue();
    }
    assertThat(anchored.findInBytes(bytes, 0, 8)).isFalse();
  }

  @Test
  void redacts_the_whole_text_when_its_replacements_would_make_it_grow_without_measure() {
    Regex regex = Regex.compile("a");
    byte[] text = "a".repeat(10_000).getBytes(UTF_8);
    byte[] result =
        regex.replaceAll(text, 0, text.length, Replacement.constant("0123456789"), 50_000);
    assertThat(result).isEqualTo(Regex.OVERGROWN.getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"<(.*>)?", "<.*>|<", "(?:<(?:.|é)*>)?"})
  void redacts_the_whole_text_when_a_pattern_reads_the_rest_of_it_behind_every_match(
      String pattern) {
    byte[] text = "<".repeat(4 << 10).getBytes(UTF_8);
    Regex regex = Regex.compile(pattern);
    byte[] result = regex.replaceAll(text, 0, text.length, Replacement.constant("x"), 1 << 20);
    assertThat(result).isEqualTo(Regex.OVERGROWN.getBytes(UTF_8));
    RegexSet set = new RegexSet(List.of(regex), List.of(Replacement.constant("x")));
    assertThat(set.rewrite(text, 0, text.length, rule -> {}))
        .isEqualTo(Regex.OVERGROWN.getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"[0-9]+", "(?i)\\bu[a-z]+=(\\S*)", "=|;", ".", "(a|(u)|(n+))*", "$", "x*"})
  void replaces_all_that_a_harmless_pattern_matches_in_a_few_steps_per_character(String pattern) {
    String text = "user=ann; n=12345; note=\"ünïcode 😀 <x>\"\n".repeat(500);
    MeteredText metered = new MeteredText(text);
    Matcher matcher = Pattern.compile(pattern).matcher(metered);
    while (matcher.find()) {
      assertThat(matcher.start(matcher.groupCount())).isLessThanOrEqualTo(matcher.end());
    }
    assertThat(metered.steps()).isLessThan(MeteredText.STEPS_PER_CHAR / 4 * text.length());
  }

  @Test
  void a_text_may_be_looked_at_so_often() {
    MeteredText text = new MeteredText("ab");
    long limit = 2 * MeteredText.STEPS_PER_CHAR + MeteredText.FREE_STEPS;
    for (long i = 0; i < limit; i++) {
      text.charAt((int) i & 1);
    }
    assertThat(text.steps()).isEqualTo(limit);
    assertThatThrownBy(() -> text.charAt(0))
        .isInstanceOf(MeteredText.ExhaustedException.class)
        .hasMessageContaining(limit + " steps");
  }

  @Test
  void understands_references_to_groups_and_dollar_signs() {
    assertThat(replace("(a)(?P<n>b)(c)?", "$2${n}${1}$3$$1$ $x", "ab")).isEqualTo("bba$1$ $x");
    assertThat(replace("(a)", "$11$0", "a")).isEqualTo("a1a");
    assertThat(RegexChecks.problem("(a)", "$2")).contains("$2").contains("at most $1");
    assertThat(RegexChecks.problem("(a)", "${nobody}")).contains("${nobody}");
    assertThat(RegexChecks.problem("(a)", "${1")).contains("'}'");
    assertThat(RegexChecks.problem("(a", "x")).contains("missing closing )");
    assertThat(RegexChecks.problem("(?<=a)b")).isNotNull();
    assertThat(RegexChecks.problem("(a)", "$1")).isNull();
  }

  @Test
  void refuses_as_many_replacements_as_there_are_no_rules() {
    assertThatThrownBy(() -> new RegexSet(List.of(Regex.compile("a")), List.of()))
        .hasMessage("replacements: 0 (expected: 1)");
  }

  @Test
  void looks_for_the_rarest_word_first() {
    assertThat(LiteralFactor.of(node("[a-z]+@[a-z]+")))
        .hasToString("Concat[parts=[" + node("@") + "]]");
    assertThat(LiteralFactor.of(node("x(foo|bar)*y?(?:token|pass)=\\d"))).isNotNull();
    assertThat(LiteralFactor.of(node("[0-9]{13,16}"))).isNull();
    assertThat(LiteralFactor.of(node("(?:secret)?"))).isNull();
  }

  private static Node node(String pattern) {
    PatternReader.Reading reading = PatternReader.read(pattern);
    assertThat(reading).isNotNull();
    return reading.node();
  }

  private static String replace(String pattern, String template, String text) {
    Regex regex = Regex.compile(pattern);
    byte[] utf8 = text.getBytes(UTF_8);
    byte[] result =
        regex.replaceAll(utf8, 0, utf8.length, Template.of(template, regex.pattern()), 1000);
    return result == null ? text : new String(result, UTF_8);
  }

  /** The text with three bytes around it that must not be looked at. */
  private static byte[] padded(String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    byte[] padded = new byte[utf8.length + 6];
    Arrays.fill(padded, (byte) 'a');
    System.arraycopy(utf8, 0, padded, 3, utf8.length);
    return padded;
  }
}
