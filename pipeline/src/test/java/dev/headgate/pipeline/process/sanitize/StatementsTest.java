package dev.headgate.pipeline.process.sanitize;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.RedactionConfig.Database;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What the Collector makes of many more statements is in the recorded vectors `redaction-db*`.
class StatementsTest {
  private static final String ALPHABET = "aZ09_ '\"`$@#-/*\\\n\t.,:;()[]{}=<>?!|&+eE×é日😀\u0000";

  private static String without(Database database, String text) {
    return new String(Statements.without(database, text.getBytes(UTF_8), false), UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "SQL | SELECT a1 FROM t WHERE b = 'x' AND c IN (1, 0x2f) | SELECT a? FROM t WHERE b = ? AND"
            + " c IN (?, ?)",
        "SQL | SELECT 'open | SELECT ?",
        "SQL | $func$SELECT 7$func$ | $func$SELECT ?$func$",
        "REDIS | SET key value | SET key ?",
        "VALKEY | AUTH user password | AUTH ?",
        "MEMCACHED | get key | get key",
        "MONGO | {\"find\": \"users\", \"limit\": 5} | {\"find\":\"?\",\"limit\":\"?\"}",
        "ES | not json | not json"
      })
  void leaves_a_statement_without_its_literals(Database database, String text, String expected) {
    assertThat(without(database, text)).isEqualTo(expected);
  }

  @Test
  void reads_double_quotes_hashes_and_backticks_as_mysql_does_where_it_is_mysql() {
    byte[] text = "SELECT \"x\", `c1` # note 7".getBytes(UTF_8);
    assertThat(new String(Statements.without(Database.SQL, text, true), UTF_8))
        .isEqualTo("SELECT ?, `c?` # note 7");
    assertThat(new String(Statements.without(Database.SQL, text, false), UTF_8))
        .isEqualTo("SELECT \"x\", `c?` # note ?");
  }

  @ParameterizedTest
  @EnumSource(Database.class)
  void takes_any_text(Database database) {
    Random random = new Random(5);
    for (int i = 0; i < 3000; i++) {
      StringBuilder text = new StringBuilder();
      int[] alphabet = ALPHABET.codePoints().toArray();
      for (int length = random.nextInt(40); length > 0; length--) {
        text.appendCodePoint(alphabet[random.nextInt(alphabet.length)]);
      }
      String result = without(database, text.toString());
      assertThat(result.codePoints().filter(c -> c == 0xfffd).count()).as("text: " + text).isZero();
    }
  }

  @Test
  void takes_ten_thousand_levels_of_json_and_leaves_more_alone() {
    String deep = "[".repeat(10_000) + "1" + "]".repeat(10_000);
    assertThat(without(Database.MONGO, deep)).isEqualTo(deep.replace("1", "\"?\""));
    String deeper = "[" + deep + "]";
    assertThat(without(Database.MONGO, deeper)).isEqualTo(deeper);
  }

  @ParameterizedTest
  @CsvSource({
    "SQL, $a$",
    "SQL, $",
    "SQL, '''",
    "SQL, \"a",
    "SQL, /*",
    "SQL, @@",
    "REDIS, \"\\ ",
    "ES, [["
  })
  void takes_a_megabyte_of_anything_in_one_pass(Database database, String piece) {
    // A quadratic way would take minutes here.
    assertThat(without(database, piece.repeat(1 << 19))).isNotNull();
  }
}
