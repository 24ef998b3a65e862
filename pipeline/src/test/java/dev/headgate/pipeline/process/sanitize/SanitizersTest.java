package dev.headgate.pipeline.process.sanitize;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.RedactionConfig.Database;
import dev.headgate.config.RedactionConfig.DbSanitizer;
import dev.headgate.config.RedactionConfig.DbSanitizer.Language;
import dev.headgate.config.RedactionConfig.KeyedTexts;
import dev.headgate.config.RedactionConfig.UrlSanitizer;
import dev.headgate.pipeline.process.sanitize.Sanitizers.SpanFacts;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SanitizersTest {
  private static final int SERVER = 2;

  private final Sanitizers sanitizers =
      new Sanitizers(
          new UrlSanitizer(List.of("url.full"), true),
          new DbSanitizer(
              List.of(
                  new Language(Database.SQL, List.of("query", "url.full")),
                  new Language(Database.REDIS, List.of("query"))),
              true),
          new KeyedTexts(List.of("http.target"), List.of("db.query.text")));

  @Test
  void reads_a_statement_in_the_language_of_its_system() {
    int roles = sanitizers.roles("query");
    assertThat(statement(roles, "SET a 'b c'", "redis", false)).isEqualTo("SET a ? c'");
    assertThat(statement(roles, "SET a 'b c'", "sqlite", false)).isEqualTo("SET a ?");
    assertThat(statement(roles, "SET a 'b c'", "other", false)).isEqualTo("SET a 'b c'");
    assertThat(statement(roles, "SET a 'b c'", "", false)).isEqualTo("SET a 'b c'");
  }

  @Test
  void reads_double_quotes_as_the_dialect_says() {
    int roles = sanitizers.roles("query");
    assertThat(statement(roles, "a = \"b\"", "mysql", false)).isEqualTo("a = \"b\"");
    assertThat(statement(roles, "a = \"b\"", "mysql", true)).isEqualTo("a = ?");
    assertThat(statement(roles, "a = \"b\"", "sqlite", true)).isEqualTo("a = \"b\"");
  }

  @Test
  void looks_only_at_the_attributes_it_was_told() {
    assertThat(sanitizers.roles("other")).isZero();
    assertThat(Sanitizers.areStatements(sanitizers.roles("query"))).isTrue();
    byte[] text = "/users/17".getBytes(UTF_8);
    assertThat(sanitizers.url(sanitizers.roles("query"), text)).isSameAs(text);
    assertThat(new String(sanitizers.url(sanitizers.roles("url.full"), text), UTF_8))
        .isEqualTo("/users/*");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '^',
      value = {
        "https://shop.example/a/17?token=x#y ; https://shop.example/a/17",
        "/callback#access_token=x ; /callback",
        "?a=b ; ^^",
        "/users/17 ; /users/17"
      })
  void cuts_what_stands_behind_a_path(String url, String expected) {
    byte[] result = sanitizers.url(sanitizers.roles("http.target"), url.getBytes(UTF_8));
    assertThat(new String(result, UTF_8)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '^',
      value = {
        "postgresql ; SELECT \"a\" FROM t WHERE b = 'x' AND c = 17 ; SELECT \"a\" FROM t WHERE b ="
            + " ? AND c = ?",
        "mysql ; SELECT `a` FROM t WHERE b = \"x\" ; SELECT `a` FROM t WHERE b = ?",
        "mariadb ; SELECT 1 WHERE b = \"x\" ; SELECT ? WHERE b = ?",
        "mysql ; SELECT a WHERE b LIKE\"x\" ; SELECT a WHERE b LIKE?",
        "mysql ; SELECT 'a\\' x', b ; SELECT ?, b",
        "mssql ; SELECT b FROM #t WHERE a = 'x' ; SELECT b FROM #t WHERE a = ?",
        "'' ; SELECT a FROM t WHERE b = \"x\" ; SELECT a FROM t WHERE b = ?",
        "'' ; SELECT a FROM #t WHERE b = 'x' ; SELECT a FROM #t WHERE b = ?",
        "future ; FETCH a WHERE b = 'x' ; FETCH a WHERE b = ?",
        "redis ; SET a secret ; SET a ?",
        "mongodb ; {\"find\":{\"email\":\"x\"}} ; {\"find\":{\"email\":\"?\"}}",
        "mongodb ; db.a.find({email: \"x\"}) ; db.a.find({email: ?})",
        "elasticsearch ; {\"match\":{\"email\":\"x ; {?:{?:?",
        "postgresql ; INSERT INTO paths VALUES ('C:\\', 'secret') ; INSERT INTO paths VALUES (?",
        "postgresql ; SELECT $$ cut off ; SELECT ?",
        "postgresql ; SELECT $1, $a$text$a$ ; SELECT ?, ?"
      })
  void masks_the_literals_of_any_database(String system, String text, String expected) {
    int roles = sanitizers.roles("db.query.text");
    assertThat(statement(roles, text, system.replace("''", ""), false)).isEqualTo(expected);
  }

  @Test
  void comes_back_with_the_same_array_when_there_is_nothing_to_change() {
    byte[] text = "SELECT a FROM b".getBytes(UTF_8);
    assertThat(sanitizers.statement(sanitizers.roles("query"), text, "sqlite", false, false))
        .isSameAs(text);
    assertThat(sanitizers.bodyStatement(text)).isSameAs(text);
    assertThat(sanitizers.url(Sanitizers.BODY, text)).isSameAs(text);
  }

  @Test
  void a_span_name_of_which_nothing_would_be_left_stays() {
    byte[] name = "/17".getBytes(UTF_8);
    assertThat(sanitizers.spanNameUrl(name, new SpanFacts(SERVER, true, ""))).isNull();
    byte[] statement = "...".getBytes(UTF_8);
    assertThat(sanitizers.spanNameStatement(statement, new SpanFacts(SERVER, false, "sqlite")))
        .isSameAs(statement);
  }

  private String statement(int roles, String text, String system, boolean dialects) {
    byte[] result = sanitizers.statement(roles, text.getBytes(UTF_8), system, false, dialects);
    return new String(result, UTF_8);
  }
}
