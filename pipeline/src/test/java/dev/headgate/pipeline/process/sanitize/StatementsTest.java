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

  private static String withoutAny(String system, String text) {
    return new String(Statements.withoutAny(text.getBytes(UTF_8), system), UTF_8);
  }

  /// `~` stands for a line feed.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "redis | HELLO 3 AUTH default hunter2 | HELLO ?",
        "redis | MIGRATE h 6379 k 0 9 AUTH hunter2 | MIGRATE ?",
        "redis | XADD s * email hunter@x.io | XADD s ?",
        "redis | PUBLISH c hunter2 | PUBLISH c ?",
        "valkey | EVAL 'return 1' 1 k hunter2 | EVAL ?",
        "redis | zadd k nx 1 hunter | zadd k ?",
        "redis | FT.SEARCH idx hunter | FT.SEARCH ?",
        "redis | SET \"k hunter2 | SET ?",
        "redis | SET k \"a~GET hunter2\"~GET \"a b\" | SET k ?~GET \"a b\"",
        "redis | SET k a~hunter2 b | SET k ?~? ?",
        "redis | DEL a b c | DEL a b c",
        "redis | DEL a;SET k hunter2 | DEL a;SET ?",
        "redis | MULTI~get k~EXEC | MULTI~get k~EXEC",
        "memcached | set k 0 0 7~hunter2 | set k 0 0 7",
        "mysql | SELECT 1 /*!40001 'hunter2' */ | SELECT ?",
        "mysql | SELECT 5--'hunter2' | SELECT ?--?",
        "mysql | SELECT 5--'a~hunter' | SELECT ?--?",
        "mysql | SELECT a # hunter | SELECT a",
        "mysql | SELECT a#it's~, 'hunter' | SELECT a ~, ?",
        "mysql | SELECT 5` FROM t WHERE pw = 'hunter2' | SELECT ??",
        "postgresql | SELECT a -- 'hunter2'~FROM t | SELECT a  ~FROM t",
        "postgresql | SELECT 5\" FROM t WHERE pw = 'hunter2' | SELECT ??",
        "postgresql | SELECT a\"it's\" = 'hunter' | SELECT a\"it's\" = ?",
        "postgresql | SELECT a/*'*/, 'hunter' | SELECT a , ?",
        "postgresql | SELECT a=/*'*/'hunter' | SELECT a= ?",
        "postgresql | SELECT 1 /* a /* b */ hunter */ | SELECT ? ?",
        "postgresql | SELECT 1e-- it's~, 'hunter' | SELECT ? ~, ?",
        "postgresql | SELECT a->>'b', c #> '{d}' | SELECT a->>?, c #> ?",
        "mssql | SELECT a WHERE pw = \"hunter\" | SELECT a WHERE pw = ?",
        "microsoft.sql_server | SELECT a FROM #t WHERE pw = \"hunter\" | SELECT a FROM #t WHERE pw"
            + " = ?",
        "oracle | SELECT q'[it's hunter]', Nq'!it's hunter!' FROM t | SELECT ?, ? FROM t",
        "oracle.db | SELECT q'×it's hunter×' FROM t | SELECT ? FROM t",
        "oracle | SELECT q'[it's hunter | SELECT ?",
        "^^ | SELECT q'[it's hunter]', a | SELECT ?",
        "^^ | SELECT a -- hunter | SELECT a",
        "^^ | SELECT a--'b~hunter' | SELECT a?",
        "^^ | SELECT a # it's~'hunter' | SELECT a ?"
      })
  void leaves_nothing_that_may_be_a_value(String system, String text, String expected) {
    String result = withoutAny(system == null ? "" : system, text.replace('~', '\n'));
    assertThat(result).isEqualTo(expected.replace('~', '\n')).doesNotContain("hunter");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "redis | \"\\",
        "redis | 'a~",
        "mysql | /*",
        "oracle | q'[",
        "postgresql | \"a",
        "mssql | a#",
        "mysql | `",
        "postgresql | $a",
        "postgresql | --"
      })
  void masks_a_megabyte_of_anything_in_one_pass(String system, String piece) {
    assertThat(withoutAny(system, piece.replace('~', '\n').repeat(1 << 19))).isNotNull();
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
