package dev.headgate.config.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.load.Node.BrokenNode;
import dev.headgate.config.load.Node.Entry;
import dev.headgate.config.load.Node.MapNode;
import dev.headgate.config.load.Node.ScalarNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpansionTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("X", "value", "EMPTY", "", "DOLLAR", "a$b${env:X}$$", "_y1", "under");

  private final List<Problem> problems = new ArrayList<>();

  private Node expand(String text) {
    Mark mark = new Mark("f.yaml", 7);
    MapNode root =
        new MapNode(mark, Map.of("k", new Entry(mark, new ScalarNode(mark, text, text, true))));
    return new Expansion(ENVIRONMENT::get, problems).expand(root).entries().get("k").value();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "${env:X} | value",
        "${X} | value",
        "a-${env:X}-${_y1}-b | a-value-under-b",
        "${env:UNSET:-default} | default",
        "${UNSET:-a:-b} | a:-b",
        "${env:UNSET:-} | ''",
        "${env:EMPTY:-default} | ''",
        "${env:X:-default} | value",
        "${env:UNSET:-${env:X}} | value",
        "${env:UNSET:-http://h:1/${X}} | http://h:1/value",
        "$$ | $",
        "$$$$ | $$",
        "$${env:X} | ${env:X}",
        "$$$${env:X} | $${env:X}",
        "$$${env:X} | $value",
        "$1 and $ and a$ | $1 and $ and a$",
        "^foo$ | ^foo$",
        "${env:DOLLAR} | a$b${env:X}$$"
      })
  void replaces_references_and_nothing_else(String text, String expected) {
    assertThat(((ScalarNode) expand(text)).text()).isEqualTo(expected);
    assertThat(problems).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "${env:UNSET} | the environment variable UNSET is not set",
        "${env:UNSET:-${OTHER}} | the environment variable OTHER is not set",
        "${env:} | '' is not the name of a variable",
        "${1} | '1' is not the name of a variable",
        "${env:a b} | 'a b' is not the name of a variable",
        "${file:secrets.yaml} | the source 'file' is not supported",
        "${env:X | '${' is not closed",
      })
  void reports_what_it_cannot_replace(String text, String expected) {
    assertThat(expand(text)).isInstanceOf(BrokenNode.class);
    assertThat(problems).singleElement().asString().startsWith("f.yaml:7: k: ");
    assertThat(problems.getFirst().message()).startsWith(expected);
  }

  @Test
  void a_required_block_that_cannot_be_expanded_is_one_problem() {
    assertThat(
            TestConfigs.texts(
                TestConfigs.problems(TestConfigs.withReceiver("{protocols: \"${env:UNCLOSED\"}"))))
        .singleElement()
        .asString()
        .contains("receivers.otlp.protocols");
  }

  @Test
  void refuses_defaults_nested_without_end() {
    String text = "${A:-".repeat(1000) + "x" + "}".repeat(1000);

    assertThat(expand(text)).isInstanceOf(BrokenNode.class);
    assertThat(problems.getFirst().message()).startsWith("references are nested too deeply");
  }

  @Test
  void an_unset_variable_in_a_broken_file_is_reported_with_the_rest() {
    String yaml = TestConfigs.withExporter("otlp", "{endpoint: '${env:NOPE}', timeout: 5}");

    assertThat(TestConfigs.texts(TestConfigs.problems(yaml)))
        .containsExactly(
            "gateway.yaml:3: exporters.otlp.endpoint: the environment variable NOPE is not set"
                + " (expected: a value, or a default as in ${env:NOPE:-default})",
            "gateway.yaml:3: exporters.otlp.timeout: '5' is a duration without a unit (expected: a"
                + " number with a unit such as 200ms, 5s or 1m30s)");
  }
}
