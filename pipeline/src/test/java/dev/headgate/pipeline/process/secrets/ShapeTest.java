package dev.headgate.pipeline.process.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headgate.pipeline.wire.Utf8;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ShapeTest {
  private static final Pattern PART =
      Pattern.compile("(\\[[^\\]]+\\]|\\\\.|[^\\[\\\\])(\\{(\\d+)(,?)(\\d*)\\}|\\?)?");

  static List<SecretRule> shapes() {
    return TokenShapes.all(false);
  }

  /// A shape is a regular expression too, and java.util.regex understands it in its own way.
  @ParameterizedTest
  @MethodSource("shapes")
  void a_token_of_each_shape_is_found_as_a_regular_expression_would(SecretRule shape) {
    SecretPack pack = SecretPack.forTexts();
    Pattern regex = Pattern.compile(shape.toString());
    Random random = new Random(20261121);
    for (int i = 0; i < 20; i++) {
      String token = token(shape.toString(), random);
      assertThat(token).matches(regex);
      Matcher secret = regex.matcher(token);
      assertThat(secret.find()).isTrue();
      int from = secret.groupCount() > 0 ? secret.start(1) : 0;
      for (String[] around : new String[][] {{"", ""}, {"é ", " ü"}, {"<", ">"}, {"x=", "\n"}}) {
        byte[] text = Utf8.bytes(around[0] + token + around[1]);
        byte[] masked =
            pack.rewrite(
                text,
                0,
                text.length,
                (out, t, f, e) -> out.writeByte('*'),
                _ -> {},
                Long.MAX_VALUE);
        assertThat(masked)
            .as(token)
            .isEqualTo(Utf8.bytes(around[0] + token.substring(0, from) + "*" + around[1]));
      }
    }
  }

  /** A random text of a shape. */
  private static String token(String shape, Random random) {
    StringBuilder token = new StringBuilder();
    Matcher parts = PART.matcher(shape.replace("(", "").replace(")", ""));
    while (parts.find()) {
      String count = parts.group(2);
      int min = count == null ? 1 : count.equals("?") ? 0 : Integer.parseInt(parts.group(3));
      boolean open = count != null && !count.equals("?") && !parts.group(4).isEmpty();
      int max = !open ? Math.max(min, 1) : parts.group(5).isEmpty() ? min + 9 : number(parts, 5);
      Pattern set = Pattern.compile(parts.group(1));
      for (int n = min + random.nextInt(max - min + 1); n > 0; n--) {
        char c;
        do {
          c = (char) (' ' + random.nextInt(95));
        } while (!set.matcher(String.valueOf(c)).matches());
        token.append(c);
      }
    }
    return token.toString();
  }

  private static int number(Matcher matcher, int group) {
    return Integer.parseInt(matcher.group(group));
  }

  @Test
  void refuses_an_open_count_before_the_last_place() {
    assertThatThrownBy(() -> new Shape("x", "abc[0-9]{3,}-[a-z]{2}", false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("abc[0-9]{3,}-[a-z]{2}: (expected: an open count in the last place)");
  }
}
