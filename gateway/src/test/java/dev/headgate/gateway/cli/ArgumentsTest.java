package dev.headgate.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
  private static final CliOption FILE = new CliOption("--config", "-c", "FILE", "");
  private static final CliOption SET = new CliOption("--set", "", "KEY=VALUE", "");
  private static final CliOption SECONDS = new CliOption("--seconds", "", "N", "");
  private static final Command COMMAND =
      new Command("try", "", "", List.of(FILE, SET, SECONDS), _ -> 0);

  private static Arguments parse(String... words) throws UsageException {
    return Arguments.parse(COMMAND, List.of(words));
  }

  private static void assertRefused(String message, String... words) {
    assertThatThrownBy(() -> parse(words))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(message);
  }

  @Test
  void every_form_gives_the_value_and_their_order_stays() throws UsageException {
    Arguments arguments = parse("-c", "a", "--config=b", "--config", "c", "-c=d", "--set", "k=v=w");
    assertThat(arguments.all(FILE)).containsExactly("a", "b", "c", "d");
    assertThat(arguments.last(SET, "")).isEqualTo("k=v=w");
  }

  @Test
  void a_missing_value_is_not_the_next_option() throws UsageException {
    assertRefused("--config: no value (expected: FILE)", "--config");
    assertRefused("--config: no value (expected: FILE)", "--config", "--set", "a=b");
    assertThat(parse("--config=--set").all(FILE)).containsExactly("--set");
    assertThat(parse("-c", "-").all(FILE)).containsExactly("-");
  }

  @Test
  void a_switch_takes_no_value() throws UsageException {
    CliOption once = new CliOption("--once", "", "", "once");
    Command command = new Command("try", "", "", List.of(once, SET), _ -> 0);
    assertThat(Arguments.parse(command, List.of()).has(once)).isFalse();
    assertThat(Arguments.parse(command, List.of("--once", "--set", "a")).has(once)).isTrue();
    assertThatThrownBy(() -> Arguments.parse(command, List.of("--once=1")))
        .hasMessage("--once: a value (expected: none)");
    assertThat(once.usage()).isEqualTo("    --once");
  }

  @Test
  void an_unknown_option_is_named() {
    assertRefused("try: unknown option --no (expected: --config, --set, --seconds)", "--no=1");
    assertRefused("try: unknown option word", "word");
  }

  @Test
  void seconds_are_bounded() throws UsageException {
    assertThat(parse().seconds(SECONDS, 20)).isEqualTo(Duration.ofSeconds(20));
    assertThat(parse("--seconds", "60s").seconds(SECONDS, 1)).isEqualTo(Duration.ofMinutes(1));
    assertThat(parse("--seconds", "3600").seconds(SECONDS, 1)).isEqualTo(Duration.ofHours(1));
    for (String text : List.of("0", "-1", "3601", "9223372036854775807", "1e3", "s", "1m", "")) {
      Arguments arguments = parse("--seconds=" + text);
      assertThatThrownBy(() -> arguments.seconds(SECONDS, 1))
          .hasMessage("--seconds: " + text + " (expected: a whole number, 1 to 3600)");
    }
  }

  @Test
  void a_path_that_cannot_be_is_refused() throws UsageException {
    assertThat(parse("-c", "a").path(FILE, "b")).isEqualTo(Path.of("a"));
    Arguments arguments = parse("-c", "a\0b");
    assertThatThrownBy(() -> arguments.path(FILE, "b"))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("--config: not a path: ");
  }

  @Test
  void what_is_not_understood_ends_with_2_and_what_fails_with_1() {
    assertThat(Headgate.run("nothing")).isEqualTo(2);
    assertThat(Headgate.run("validate", "--config", "--set", "a=b")).isEqualTo(2);
    assertThat(Headgate.run("validate", "--no")).isEqualTo(2);
    assertThat(Headgate.run("validate", "--config=a\0b")).isEqualTo(2);
    assertThat(Headgate.run("demo", "--output=a\0b")).isEqualTo(2);
    assertThat(Headgate.run("train", "--output=a\0b")).isEqualTo(2);
    assertThat(Headgate.run("train", "--seconds=3601")).isEqualTo(2);
    assertThat(Headgate.run("validate", "-c", "no/such/file.yaml")).isEqualTo(1);
  }
}
