package dev.headgate.config.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.load.Node.ListNode;
import dev.headgate.config.load.Node.MapNode;
import dev.headgate.config.load.Node.ScalarNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class YamlParserTest {
  private final List<Problem> problems = new ArrayList<>();

  private @Nullable Node parse(String text) {
    return YamlParser.parse(new ConfigSource("f.yaml", text), problems);
  }

  private String problemOf(String text) {
    assertThat(parse(text)).isNull();
    assertThat(problems).hasSize(1);
    return problems.getFirst().toString();
  }

  @Test
  void gives_every_key_and_value_its_line() {
    MapNode root = (MapNode) parse("a:\n  b: 1\n  c:\n    - x\n    - y\n");

    MapNode a = (MapNode) root.entries().get("a").value();
    assertThat(a.entries().get("c").keyMark()).isEqualTo(new Mark("f.yaml", 3));
    ListNode list = (ListNode) a.entries().get("c").value();
    assertThat(list.items().get(1).mark()).isEqualTo(new Mark("f.yaml", 5));
  }

  @Test
  void tells_plain_from_quoted_scalars() {
    MapNode root = (MapNode) parse("{a: 1, b: '1', c: !!str 1, d: !!int '1', e: , f: ''}");

    assertThat(root.entries().values())
        .extracting(entry -> ((ScalarNode) entry.value()).plain())
        .containsExactly(true, false, false, true, true, false);
    assertThat(root.entries().values())
        .extracting(entry -> Node.isNull(entry.value()))
        .containsExactly(false, false, false, false, true, false);
  }

  @Test
  void follows_anchors_and_merge_keys() {
    MapNode root =
        (MapNode)
            parse(
                """
                base: &base {x: 1, y: 2}
                more: &more {y: 3, z: 4}
                all:
                  <<: [*base, *more]
                  x: 0
                """);

    MapNode all = (MapNode) root.entries().get("all").value();
    assertThat(all.entries())
        .extractingFromEntries(
            entry -> entry.getKey() + "=" + ((ScalarNode) entry.getValue().value()).text())
        .containsExactlyInAnyOrder("x=0", "y=2", "z=4");
  }

  @Test
  void an_empty_text_and_one_of_comments_have_no_root() {
    assertThat(parse("")).isNull();
    assertThat(parse("# nothing\n---\n")).isNull();
    assertThat(problems).isEmpty();
  }

  @Test
  void refuses_a_key_that_stands_twice() {
    assertThat(problemOf("a: 1\nb: 2\na: 3\n"))
        .isEqualTo(
            "f.yaml:3: the key 'a' stands twice in one map (expected: once; it is also on line 1)");
  }

  @Test
  void refuses_tabs_with_a_hint() {
    assertThat(problemOf("a:\n\tb: 1\n"))
        .startsWith("f.yaml:2: not valid YAML")
        .endsWith("(expected: spaces for indentation)");
  }

  @Test
  void never_quotes_the_line_that_cannot_be_read() {
    assertThat(problemOf("headers:\n  token: \"s3cr3t\n")).doesNotContain("s3cr3t");
  }

  @Test
  void refuses_what_is_not_a_text_as_a_key() {
    assertThat(problemOf("? [a, b]\n: 1\n"))
        .isEqualTo("f.yaml:1: a key that is not a text (expected: a name)");
  }

  @Test
  void refuses_a_second_document() {
    assertThat(problemOf("a: 1\n---\nb: 2\n"))
        .isEqualTo("f.yaml:2: a second document (expected: one document per file)");
  }

  @Test
  void refuses_tags_that_name_types() {
    assertThat(problemOf("a: !!java.lang.Object {}\n")).contains("is not supported");
    problems.clear();
    assertThat(problemOf("a: !include x.yaml\n")).contains("is not supported");
  }

  @Test
  void refuses_an_alias_that_is_not_defined_and_one_of_itself() {
    assertThat(problemOf("a: *b\n")).contains("the alias *b is not defined");
    problems.clear();
    assertThat(problemOf("a: &a {b: *a}\n")).contains("the alias *a is not defined");
  }

  @Test
  void refuses_a_bomb_of_aliases() {
    StringBuilder bomb = new StringBuilder("l0: &l0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; i++) {
      String below = "*l" + (i - 1) + " ";
      bomb.append("l%d: &l%d [%s]\n".formatted(i, i, (below + ",").repeat(10)));
    }

    assertThat(problemOf(bomb.toString()))
        .contains("too many values (expected: at most 50000, aliases included)");
  }

  @Test
  void refuses_long_texts_that_aliases_multiply() {
    String bomb = "a: &a " + "x".repeat(500_000) + "\nb: [" + "*a , ".repeat(1000) + "]\n";

    assertThat(problemOf(bomb)).contains("too many values");
  }

  @Test
  void refuses_nesting_that_aliases_add_up() {
    String deep = "[".repeat(40) + "]".repeat(40);
    String text = "a: &a " + deep + "\nb: " + "[".repeat(40) + "*a" + "]".repeat(40) + "\n";

    assertThat(problemOf(text)).contains("f.yaml:2: nested too deeply");
  }

  @Test
  void refuses_nesting_beyond_the_bound() {
    assertThat(problemOf("a: " + "[".repeat(100_000)))
        .contains("nested too deeply (expected: at most 64 levels)");
  }

  @Test
  void refuses_a_text_beyond_the_bound() {
    assertThat(problemOf("a: " + "x".repeat(YamlParser.MAX_CHARS)))
        .isEqualTo("f.yaml: the text is too long (expected: at most 1 MiB of YAML)");
  }

  @Test
  void refuses_characters_that_yaml_does_not_allow() {
    assertThat(problemOf("a: \u0000\n")).startsWith("f.yaml").contains("not valid YAML");
  }
}
