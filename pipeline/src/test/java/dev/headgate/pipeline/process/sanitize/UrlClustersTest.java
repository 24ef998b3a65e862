package dev.headgate.pipeline.process.sanitize;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the Collector makes of more URLs is in the recorded vectors `redaction-url*`.
class UrlClustersTest {
  private final UrlClusters clusters = new UrlClusters();

  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "/users/17, /users/*",
    "/users/fdklsd/j4elk/23993/job/2, /users/*/j4elk/*/job/*",
    "/api/cart?session=1#top, /api/cart",
    "GET /orders/98431, GET /orders/*",
    "/v1/products, /v1/products",
    "/a/b/c/d/e/f/g/h/i/j/k, /a/b/c/d/e/f/g/h/i",
    "?, ''"
  })
  void leaves_a_path_without_its_ids(String url, String expected) {
    byte[] text = url.getBytes(UTF_8);
    assertThat(new String(clusters.of(text), UTF_8)).isEqualTo(expected);
    assertThat(text).isEqualTo(url.getBytes(UTF_8));
  }
}
