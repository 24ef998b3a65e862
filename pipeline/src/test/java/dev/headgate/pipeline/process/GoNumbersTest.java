package dev.headgate.pipeline.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoNumbersTest {
  @ParameterizedTest
  @CsvSource({
    "5, 5",
    "+5, 5",
    "-005, -5",
    "9223372036854775807, 9223372036854775807",
    "-9223372036854775808, -9223372036854775808"
  })
  void reads_whole_numbers(String text, long expected) {
    assertThat(GoNumbers.parseInt(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "+", "-", " 5", "5 ", "1_0", "0x5", "5.", "1e3", "٥", "9223372036854775808"})
  void refuses_what_is_no_whole_number(String text) {
    assertThat(GoNumbers.parseInt(text)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "5, 5",
    "-.5, -0.5",
    "5., 5",
    "1E3, 1000",
    "1_0.5_0e1_0, 10.5e10",
    "0x1p-2, 0.25",
    "0X_1.8P1, 3",
    "-0x.8p1, -1",
    "1e-400, 0",
    "-InF, -Infinity",
    "+infinity, Infinity",
    "nan, NaN"
  })
  void reads_numbers(String text, Double expected) {
    assertThat(GoNumbers.parseFloat(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "+",
        "e1",
        "1e",
        "1e+",
        "1__0",
        "_1",
        "1_",
        "1_.5",
        "1._5",
        "1_e5",
        "0x1",
        "0xp1",
        "0x1p",
        "--5",
        "+nan",
        "infinit",
        " 5",
        "5f",
        "5d",
        "1e400",
        "-1e400",
        "0x1p9999",
        "５"
      })
  void refuses_what_is_no_number(String text) {
    assertThat(GoNumbers.parseFloat(text)).isNull();
  }
}
