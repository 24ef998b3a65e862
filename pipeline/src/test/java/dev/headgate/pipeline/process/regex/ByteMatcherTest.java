package dev.headgate.pipeline.process.regex;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.Locale;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteMatcherTest {
  private static final String LINES =
      """
      ts=2026-11-21T10:00:00Z level=info user=ann@example.org ip=10.12.0.255 "access_token": "a€\\"b
      Authorization: Bearer abc.DEF-1~2+3/4== "refresh_token" :"é日😀", Password = hunter2; PASSWD:x
      card 4111 1111 1111 1111 or 4111-1111-1111-1111, ssn 078-05-1120 key=AKIAIOSFODNN7EXAMPLE
      postgres://app:s3cr3t@db:5432/x?sslmode=on eyJhbGciOi.eyJzdWIi.c2ln "session_token":""
      """;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void finds_what_re2_finds_with_the_same_groups(long seed) {
    RandomPattern random = new RandomPattern(new SplittableRandom(seed));
    int programs = 0;
    int matches = 0;
    int givenUp = 0;
    for (int i = 0; i < 1500; i++) {
      Pattern pattern = Pattern.compile(random.pattern());
      ByteProgram program = program(pattern.pattern());
      if (program == null) {
        continue;
      }
      programs++;
      for (int j = 0; j < 6; j++) {
        String text = random.text(20);
        Matcher expected = pattern.matcher(text);
        byte[] padded = ("b" + text + "a").getBytes(UTF_8);
        ByteMatcher actual = new ByteMatcher(program, padded, 1, padded.length - 1);
        String context = "seed " + seed + ", pattern " + pattern + ", text " + text;
        int at = actual.find(1);
        while (at >= 0 && expected.find()) {
          assertThat(groups(padded, actual.groups())).as(context).isEqualTo(groups(expected));
          matches++;
          at = actual.find(at);
        }
        if (at == ByteMatcher.GAVE_UP) {
          givenUp++;
        } else {
          assertThat(at).as(context).isEqualTo(ByteMatcher.NONE);
          assertThat(expected.find()).as(context).isFalse();
        }
      }
    }
    assertThat(programs).isGreaterThan(300);
    assertThat(matches).isGreaterThan(300);
    assertThat(givenUp).isLessThan(20);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"(access_token|refresh_token|session_token)\"\\s*:\\s*\"[^\"]*\"",
        "Bearer\\s+[A-Za-z0-9\\-._~+/]+=*",
        "(?i)(password|passwd|pwd|secret)\\s*[=:]\\s*([^\\s;,]+)",
        "[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}",
        "\\b(?:\\d[ -]?){13,16}\\b",
        "\\b\\d{1,3}(\\.\\d{1,3}){3}\\b",
        "\\b\\d{3}-\\d{2}-(\\d{4})\\b",
        "\\bAKIA[0-9A-Z]{16}\\b",
        "(?P<scheme>[a-z]+)://(?P<user>[^:/@]+):(?P<secret>[^@]+)@",
        "eyJ[\\w-]+\\.[\\w-]+\\.[\\w-]*",
        "\"([a-z_]+)\"\\s*:\\s*\".*?\"",
        "(?m)^(\\w+): .*$",
        "(?s)level=.+?ip",
        "[^ -~]+"
      })
  void replaces_what_people_scrub_without_re2(String pattern) {
    ByteProgram program = program(pattern);
    assertThat(program).isNotNull();
    String text = LINES.repeat(20);
    byte[] utf8 = text.getBytes(UTF_8);
    ByteMatcher matcher = new ByteMatcher(program, utf8, 0, utf8.length);
    assertThat(matcher.find(0)).isGreaterThan(0);
    Template template = Template.of("<$0>", Pattern.compile(pattern));
    byte[] replaced = matcher.replaceFound(template, null, Long.MAX_VALUE);
    assertThat(replaced).isNotNull();
    assertThat(new String(replaced, UTF_8))
        .isEqualTo(Pattern.compile(pattern).matcher(text).replaceAll("<$0>"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\B[^b]*b", "\\B[^b]+?b", "(?:\\B|a)(?:é|[^b])*b"})
  void begins_no_match_in_mid_character(String pattern) {
    ByteProgram program = program(pattern);
    assertThat(program).isNotNull();
    Template template = Template.of("<$0>", Pattern.compile(pattern));
    for (String text : new String[] {"xéb", "éb", "x日b", "a😀b é日😀b", "éxb", "xbéé b"}) {
      Matcher expected = Pattern.compile(pattern).matcher(text);
      byte[] utf8 = text.getBytes(UTF_8);
      ByteMatcher matcher = new ByteMatcher(program, utf8, 0, utf8.length);
      boolean found = expected.find();
      assertThat(matcher.find(0) >= 0).as(text).isEqualTo(found);
      if (found) {
        assertThat(groups(utf8, matcher.groups())).as(text).isEqualTo(groups(expected));
        assertThat(matcher.replaceFound(template, null, Long.MAX_VALUE))
            .asString(UTF_8)
            .isEqualTo(Pattern.compile(pattern).matcher(text).replaceAll("<$0>"));
      }
      Regex regex = Regex.compile(pattern);
      assertThat(regex.find(utf8, 0, utf8.length)).as(text).isEqualTo(found);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"(?:a|b|ab)*c", "(a+)+b", "(x+x+)+y", "(?:.a|..|b)*c", "a[ab]*c|a"})
  void gives_up_after_a_few_steps_for_each_byte(String pattern) {
    ByteProgram program = program(pattern);
    assertThat(program).isNotNull();
    String text = "ab".repeat(10_000) + "a".repeat(20_000) + "x".repeat(20_000);
    byte[] utf8 = text.getBytes(UTF_8);
    ByteMatcher matcher = new ByteMatcher(program, utf8, 0, utf8.length);
    int at = 0;
    int matches = 0;
    while (at >= 0 && matches <= utf8.length) {
      at = matcher.find(at);
      matches++;
    }
    assertThat(at).isEqualTo(ByteMatcher.GAVE_UP);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a*", "\\b", "(?i)[k-s]", "\\pL", "[^é]x", "(a?)*b", "(?i)é", "a{900}b{900}"})
  void leaves_to_re2_what_it_does_not_know_for_sure(String pattern) {
    assertThat(program(pattern)).isNull();
  }

  @Test
  void a_replacement_that_needs_a_text_leaves_the_match_to_re2() {
    Regex regex = Regex.compile("b+");
    byte[] text = "abbc".getBytes(UTF_8);
    Replacement loud = (out, decoded, match) -> out.append(match.group().toUpperCase(Locale.ROOT));
    assertThat(regex.replaceAll(text, 0, text.length, loud, 100)).asString(UTF_8).isEqualTo("aBBc");
  }

  private static @Nullable ByteProgram program(String pattern) {
    return ByteProgramBuilder.build(PatternReader.read(pattern));
  }

  private static String groups(Matcher matcher) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i <= matcher.groupCount(); i++) {
      text.append('(').append(matcher.group(i)).append(')');
    }
    return text.toString();
  }

  private static String groups(byte[] text, int[] groups) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < groups.length; i += 2) {
      String group =
          groups[i] < 0 ? "null" : new String(text, groups[i], groups[i + 1] - groups[i], UTF_8);
      out.append('(').append(group).append(')');
    }
    return out.toString();
  }
}
