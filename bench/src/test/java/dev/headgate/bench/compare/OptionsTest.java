package dev.headgate.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OptionsTest {
  @Test
  void compares_everything_when_nobody_says_what() {
    Options options = Options.parse();

    assertThat(options.headgates()).isEmpty();
    assertThat(options.also()).containsExactly("otelcol", "otelcol-lean", "relay");
  }

  @Test
  void compares_checkouts_alone_unless_others_are_named() {
    Options options = Options.parse("--headgate", "a=/x", "--headgate", "b=/y/run --z");

    assertThat(options.headgates()).isEqualTo(Map.of("a", "/x", "b", "/y/run --z"));
    assertThat(options.also()).isEmpty();
    assertThat(Options.parse("--headgate", "/x", "--also", "relay").also())
        .isEqualTo(List.of("relay"));
  }

  @Test
  void a_path_with_an_equals_sign_is_no_name() {
    assertThat(Options.parse("--headgate", "/x=y/z").headgates())
        .isEqualTo(Map.of("headgate", "/x=y/z"));
  }

  @Test
  void warms_by_requests_unless_seconds_are_given_too() {
    assertThat(Options.parse().warmSeconds()).isZero();
    assertThat(Options.parse("--warm-seconds", "90").warmSeconds()).isEqualTo(90);
    assertThat(Options.parse("--warm-seconds", "90").warmRequests()).isEqualTo(10_000);
  }

  @Test
  void says_what_is_wrong() {
    assertThatThrownBy(() -> Options.parse("--round", "3")).hasMessageContaining("--round");
    assertThatThrownBy(() -> Options.parse("--rounds")).hasMessageContaining("a value");
    assertThatThrownBy(() -> Options.parse("--rounds", "0")).hasMessageContaining("from 1");
    assertThatThrownBy(() -> Options.parse("--warm-seconds", "-1"))
        .hasMessageContaining("--warm-seconds: -1");
    assertThatThrownBy(() -> Options.parse("--system-cores", "a")).hasMessageContaining("cores: a");
    assertThatThrownBy(() -> Options.parse("--headgate", "/x", "--headgate", "/y"))
        .hasMessageContaining("twice");
  }
}
