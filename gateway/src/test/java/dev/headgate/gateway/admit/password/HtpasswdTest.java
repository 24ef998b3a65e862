package dev.headgate.gateway.admit.password;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The hashes were made by OpenSSL 3 and by libxcrypt.
class HtpasswdTest {
  private final List<String> unusable = new ArrayList<>();

  private boolean matches(String hash, String password) {
    Htpasswd file = Htpasswd.parse("user:" + hash, unusable::add);
    assertThat(unusable).isEmpty();
    return file.matches("user", password.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      textBlock =
          """
          $apr1$saltsalt$VaoYneMEY02ObFcj0Z2PU.
          $1$saltsalt$fjcH00xpp1S7fWEk/TSAQ1
          $5$saltsalt$YGbH9VI9N2mYqyB6ca8HLbV5fGU/lrI9yLAex3kQryC
          $5$rounds=1000$x$01Q/dJFcnxGlStX.ETC7Aa1w1/8RkqX3Bc/4rpRGpu2
          $6$saltsalt$giBXC976jH6DUfgdgsComLDXf6eedzFjY9y75AP8/RHr7kbOJ/3UnnGf7S3Eo4KALTVgaVLyaqNaIBP6HM/Au.
          $6$rounds=12345$saltsaltsalt$cAY1bKFhJhUyPzjJRYekfURvAS.o4Unfagsmq8cAg4qxT1nLWbzYh0zQ0sVKClBKBW0o50PZ4VfPHxu/zO9Oc0
          $2y$05$abcdefghijklmnopqrstuu/NBvsL8YVmV5tTkiRaAK.aQbDYpOpR6
          $2b$05$abcdefghijklmnopqrstuu/NBvsL8YVmV5tTkiRaAK.aQbDYpOpR6
          p:ss wörd
          {PLAIN}p:ss wörd
          """)
  void knows_the_password(String hash) {
    assertThat(matches(hash, "p:ss wörd")).isTrue();
    assertThat(matches(hash, "p:ss word")).isFalse();
    assertThat(matches(hash, "")).isFalse();
    assertThat(matches(hash, hash)).isEqualTo(!hash.contains("$"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$5$saltsaltsaltsalt$PdjBQvZ7a9uF9OL.l1Y1VjPIu172MCgb54fzoBAiuh1",
        "$6$saltsaltsaltsalt$.1EZzog1wcpq5JIvV/WT92D.QlINyy6tvU1yafc6nBj5ZGWbzJr6R8/b3LyvPLfO6XPaCrkn5TU0aah/u95/F."
      })
  void knows_long_passwords(String hash) {
    assertThat(matches(hash, "x".repeat(100))).isTrue();
    assertThat(matches(hash, "x".repeat(99))).isFalse();
  }

  @Test
  void bcrypt_looks_at_72_bytes() {
    String hash = "$2y$05$abcdefghijklmnopqrstuujf8SX2ahXLwp9w/B.Y5XdysS6yR576q";
    assertThat(matches(hash, "x".repeat(72))).isTrue();
    assertThat(matches(hash, "x".repeat(80))).isTrue();
    assertThat(matches(hash, "x".repeat(71))).isFalse();
    String empty = "$2y$05$abcdefghijklmnopqrstuu0oImNDIy4flhldV9YqunRgBAePKmw7m";
    assertThat(matches(empty, "")).isTrue();
  }

  @Test
  void knows_sha_1_with_and_without_salt() {
    assertThat(matches("{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=", "secret")).isTrue();
    assertThat(matches("{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=", "Secret")).isFalse();
    // SHA-1 of "secret" and "salt", then "salt".
    assertThat(matches("{SSHA}gVK8WC9YyFT1gMsQHTGCgT3sSv5zYWx0", "secret")).isTrue();
    assertThat(matches("{SSHA}gVK8WC9YyFT1gMsQHTGCgT3sSv5zYWx0", "secretsalt")).isFalse();
  }

  @Test
  void the_last_line_of_a_user_counts_and_others_are_nobody() {
    Htpasswd file = Htpasswd.parse("# users\n\na:1\n b:2 \r\na:3\n", unusable::add);
    assertThat(file.size()).isEqualTo(2);
    assertThat(file.matches("a", "3".getBytes(StandardCharsets.UTF_8))).isTrue();
    assertThat(file.matches("a", "1".getBytes(StandardCharsets.UTF_8))).isFalse();
    assertThat(file.matches("b", "2".getBytes(StandardCharsets.UTF_8))).isTrue();
    assertThat(file.matches("c", "".getBytes(StandardCharsets.UTF_8))).isFalse();
    assertThat(file.isSlow()).isFalse();
  }

  @Test
  void only_the_right_password_of_a_fast_hash_is_found_at_once() {
    Htpasswd file =
        Htpasswd.parse(
            "a:1\nb:$2y$05$abcdefghijklmnopqrstuu0oImNDIy4flhldV9YqunRgBAePKmw7m", unusable::add);
    byte[] one = {'1'};
    assertThat(file.isSlow()).isTrue();
    assertThat(file.matchesAtOnce("a", one)).isTrue();
    assertThat(file.matches("a", one)).isTrue();
    assertThat(file.matchesAtOnce("a", new byte[0])).isFalse();
    assertThat(file.matches("a", new byte[0])).isFalse();
    assertThat(file.matchesAtOnce("b", new byte[0])).isFalse();
    assertThat(file.matches("b", new byte[0])).isTrue();
    assertThat(file.matchesAtOnce("nobody", new byte[0])).isFalse();
    assertThat(file.matches("nobody", new byte[0])).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "user",
        "user:",
        "user:$2y$05$short",
        "user:$2y$31$abcdefghijklmnopqrstuujf8SX2ahXLwp9w/B.Y5XdysS6yR576q",
        "user:$2y$xx$abcdefghijklmnopqrstuujf8SX2ahXLwp9w/B.Y5XdysS6yR576q",
        "user:$2y$05$abcdefghijklmnopqrst!!jf8SX2ahXLwp9w/B.Y5XdysS6yR576q",
        "user:{SHA}5en6",
        "user:{SHA}!!!!",
        "user:{SSHA}5en6G6MezRroT3XKqkdPOmY/BfQ=",
        "user:$apr1$geheim",
        "user:$5$geheim",
        "user:$6$rounds=x$geheim$geheim",
        "user:$6$rounds=100001$geheim$geheim",
        "user:$6$rounds=99999999$geheim$geheim",
        "user:geheimgeheimgeheimgeheimgeheimgeheimgeheimgeheimgeheimgeheimgeheimgeheimgeheimgeheimgeheimgeheimgeheimgeheimgeheimgeheimgeheimgeheimgeheimgeheimgeheimgeheimgeheimgeheimgeheimgeheimgeheimgeheimgeheimgeheimgeheimgeheimgeheimgeheimgeheimgeheimgeheimgeheimgeheim"
      })
  void a_line_that_is_none_is_reported_without_its_contents(String line) {
    assertThat(Htpasswd.parse("\n" + line, unusable::add).size()).isZero();
    assertThat(unusable)
        .singleElement()
        .asString()
        .startsWith("line 2: ")
        .contains("(expected: ")
        .doesNotContain("geheim", "5en6", "abcdef");
  }
}
