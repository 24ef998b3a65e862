package dev.headgate.gateway.readback;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonValueTest {
  @ParameterizedTest
  @CsvSource({
    "1.5, 1.5",
    "'\"-3\"', -3",
    "'\"NaN\"', 0",
    "'\"Infinity\"', 0",
    "'\"-Infinity\"', 0",
    "1e999, 0",
    "'\"x\"', 0",
    "null, 0",
    "'[1]', 0"
  })
  void only_finite_numbers_count(String json, double number) throws IOException {
    assertThat(JsonValue.parse(json.getBytes(UTF_8)).number()).isEqualTo(number);
  }
}
