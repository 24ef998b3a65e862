package dev.headgate.pipeline.process.sanitize;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.RedactionConfig.Database;
import dev.headgate.config.RedactionConfig.DbSanitizer;
import dev.headgate.config.RedactionConfig.DbSanitizer.Language;
import dev.headgate.config.RedactionConfig.UrlSanitizer;
import dev.headgate.pipeline.process.sanitize.Sanitizers.SpanFacts;
import java.util.List;
import org.junit.jupiter.api.Test;

class SanitizersTest {
  private static final int SERVER = 2;

  private final Sanitizers sanitizers =
      new Sanitizers(
          new UrlSanitizer(List.of("url.full"), true),
          new DbSanitizer(
              List.of(
                  new Language(Database.SQL, List.of("query", "url.full")),
                  new Language(Database.REDIS, List.of("query"))),
              true));

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

  @Test
  void comes_back_with_the_same_array_when_there_is_nothing_to_change() {
    byte[] text = "SELECT a FROM b".getBytes(UTF_8);
    assertThat(sanitizers.statement(sanitizers.roles("query"), text, "sqlite", false, false))
        .isSameAs(text);
    assertThat(sanitizers.bodyStatement(text)).isSameAs(text);
    assertThat(sanitizers.bodyUrl(text)).isSameAs(text);
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
