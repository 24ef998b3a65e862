package dev.headgate.pipeline.process.redaction;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyGlobTest {

  @ParameterizedTest
  @CsvSource({
    "*.password*, password, true",
    "*.password*, password_hash, true",
    "*.password*, user.password, true",
    "*.password*, User.PASSWORD.old, true",
    "*.password*, userpassword, false",
    "*.password*, passwor, false",
    "*password*, userpasswords, true",
    "token, token, true",
    "token, TOKEN, true",
    "token, token2, false",
    "token, a.token, false",
    "http.request.header.*, http.request.header.cookie, true",
    "http.request.header.*, http.request.header, false",
    "a*b*c, axxbxxbc, true",
    "a*b*c, axxbxxb, false",
    "*, anything, true",
    "**, x, true",
    "*.*, x, true",
    "a.c, abc, false",
    "[a]+, [a]+, true",
    "é*, éa, true",
    "*é, aÉ, false"
  })
  void matches_names_and_runs_in_either_case(String glob, String key, boolean expected) {
    byte[] padded = ("*" + key + "*").getBytes(UTF_8);
    assertThat(new KeyGlob(glob).matches(padded, 1, padded.length - 1)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"*a*a*a*a*a*a*a*a*b"})
  void takes_no_longer_than_text_times_glob(String glob) {
    byte[] key = "a".repeat(100_000).getBytes(UTF_8);
    assertThat(new KeyGlob(glob).matches(key, 0, key.length)).isFalse();
  }
}
