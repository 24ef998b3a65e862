package dev.headgate.gateway.admit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.CorsConfig;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The expectations were seen of a Collector 0.155.0.
class CorsTest {
  private static final String VARY =
      "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";

  private final Cors cors =
      new Cors(
          new CorsConfig(
              List.of("https://*.example.com", "http://Plain.org"),
              List.of("X-B", "X-A", "Content-Type"),
              List.of("x-one", "X-TWO"),
              600));

  @Test
  void a_preflight_of_an_allowed_page_is_answered() {
    assertThat(cors.preflight("https://a.example.com", "POST", List.of("content-type,x-a")))
        .isEqualTo(
            Map.of(
                "vary", VARY,
                "access-control-allow-origin", "https://a.example.com",
                "access-control-allow-credentials", "true",
                "access-control-allow-methods", "POST",
                "access-control-allow-headers", "content-type,x-a",
                "access-control-max-age", "600"));
  }

  @ParameterizedTest
  @CsvSource({
    "https://a.example.com, DELETE, content-type",
    "https://evil.com, POST, content-type",
    "https://example.com, POST, content-type",
    "https://example.com.evil.com, POST, content-type",
    "http://a.example.com, POST, content-type",
    "'', POST, content-type",
    "https://a.example.com, POST, authorization",
    "https://a.example.com, POST, 'x-a,content-type'",
    "https://a.example.com, POST, 'x-a,x-a'",
    "https://a.example.com, POST, X-A",
    "https://a.example.com, POST, 'x-a,  x-b'",
    "https://a.example.com, POST, ',,,,,,,,,,,,,,,,,,,,'",
  })
  void any_other_preflight_is_told_nothing(String origin, String method, String headers) {
    assertThat(cors.preflight(origin, method, List.of(headers))).isEqualTo(Map.of("vary", VARY));
  }

  @Test
  void a_preflight_without_headers_or_origin() {
    assertThat(cors.preflight("HTTP://plain.ORG", "POST", List.of()))
        .containsEntry("access-control-allow-origin", "HTTP://plain.ORG")
        .doesNotContainKey("access-control-allow-headers");
    assertThat(cors.preflight(null, "POST", List.of())).isEqualTo(Map.of("vary", VARY));
  }

  @Test
  void an_answer_may_be_read_by_an_allowed_page() {
    assertThat(cors.actual("https://a.example.com", "POST"))
        .isEqualTo(
            Map.of(
                "vary", "Origin",
                "access-control-allow-origin", "https://a.example.com",
                "access-control-allow-credentials", "true",
                "access-control-expose-headers", "X-One, X-Two"));
    assertThat(cors.actual("https://evil.com", "POST")).isEqualTo(Map.of("vary", "Origin"));
    assertThat(cors.actual(null, "POST")).isEqualTo(Map.of("vary", "Origin"));
    assertThat(cors.actual("https://a.example.com", "PUT")).isEqualTo(Map.of("vary", "Origin"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://a", "null"})
  void everybody_may_when_everybody_may(String origin) {
    Cors open = new Cors(new CorsConfig(List.of("*"), List.of("*"), List.of(), -1));
    assertThat(open.preflight(origin, "POST", List.of("anything,Else")))
        .containsEntry("access-control-allow-origin", "*")
        .containsEntry("access-control-allow-headers", "anything,Else")
        .containsEntry("access-control-max-age", "0");
    Cors usual = new Cors(new CorsConfig(List.of("*"), List.of(), List.of(), 0));
    assertThat(usual.preflight(origin, "POST", List.of("accept,content-type,x-requested-with")))
        .containsKey("access-control-allow-headers")
        .doesNotContainKey("access-control-max-age");
  }
}
