package dev.headgate.config.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headgate.config.HostPort;
import dev.headgate.config.load.Node.ScalarNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SmallTypesTest {
  private final List<Problem> problems = new ArrayList<>();

  private <T> @Nullable T read(Type<T> type, String text) {
    Reading reading = new Reading(new TestConfigs.FakeChecks(), problems, new ArrayList<>());
    return type.read(new ScalarNode(new Mark("f", 1), text, text, false), reading.root());
  }

  @ParameterizedTest
  @CsvSource({
    "0, PT0S",
    "0s, PT0S",
    "200ms, PT0.2S",
    "1m30s, PT1M30S",
    "1.5h, PT1H30M",
    ".5s, PT0.5S",
    "1h0.5m, PT1H30S",
    "3us, PT0.000003S",
    "3µs, PT0.000003S",
    "7ns, PT0.000000007S",
    "'  5s ', PT5S"
  })
  void reads_durations_as_go_writes_them(String text, Duration expected) throws BadValueException {
    assertThat(GoDuration.parse(text)).isEqualTo(expected);
    assertThat(GoDuration.parse(GoDuration.show(expected))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10 parsecs",
        "5",
        "1s x",
        "s",
        "1..5s",
        "1d",
        "-5s",
        "5 s",
        "1e3s",
        "999999999h"
      })
  void refuses_other_durations(String text) {
    assertThatThrownBy(() -> GoDuration.parse(text)).isInstanceOf(BadValueException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "17, 17",
    "64MiB, 67108864",
    "64 mib, 67108864",
    "1KB, 1000",
    "2GiB, 2147483648"
  })
  void reads_sizes(String text, long expected) {
    assertThat(read(Types.BYTES, text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1.5MiB", "MiB", "9999999999TiB", "1 MiX"})
  void refuses_other_sizes(String text) {
    assertThat(read(Types.BYTES, text)).isNull();
    assertThat(problems).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "localhost:4317, localhost, 4317",
    "0.0.0.0:0, 0.0.0.0, 0",
    "[::1]:80, ::1, 80",
    ":8080, 0.0.0.0, 8080",
    "my_host:1, my_host, 1"
  })
  void reads_addresses(String text, String host, int port) {
    assertThat(read(Types.LISTEN, text)).isEqualTo(new HostPort(host, port));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "localhost:",
        "localhost:x",
        "::1:80",
        "h:65536",
        "h:-1",
        "http://h:1",
        "a b:1",
        "a/b:1"
      })
  void refuses_other_addresses(String text) {
    assertThat(read(Types.LISTEN, text)).isNull();
    assertThat(problems).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"7, 7", "0, 0", "1_000, 1000", "0x10, 16", "0o17, 15"})
  void reads_whole_numbers(String text, long expected) {
    assertThat(read(Types.wholeNumber(0, 5000), text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "1.0", "-1", "5001", "0123", "99999999999999999999"})
  void refuses_other_whole_numbers(String text) {
    assertThat(read(Types.wholeNumber(0, 5000), text)).isNull();
    assertThat(problems).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "Infinity", "1d", "0x1p3", "101", "-0.1", "", "."})
  void refuses_what_is_not_a_number_in_range(String text) {
    assertThat(read(Types.number(0, 100), text)).isNull();
    assertThat(problems).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tempo:4317",
        "http://tempo:4317",
        "https://tempo.example:443/",
        "dns:///tempo:4317",
        "dns://8.8.8.8/tempo:4317",
        "[::1]:4317"
      })
  void takes_targets_of_grpc_as_written(String text) {
    assertThat(read(Endpoints.GRPC, text)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tempo",
        "https://tempo",
        "ftp://t:1",
        "unix:///x",
        "tempo:0",
        ":4317",
        "t:4317/v1",
        ""
      })
  void refuses_other_targets_of_grpc(String text) {
    assertThat(read(Endpoints.GRPC, text)).isNull();
    assertThat(problems).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "loki:3100",
        "/otlp",
        "ftp://loki",
        "http://",
        "http://lo ki",
        "http://loki:0",
        "http://loki:99999",
        "http://loki#x",
        "http://my_loki:3100",
        "http://user:pass@loki"
      })
  void refuses_what_is_not_a_url_of_http(String text) {
    assertThat(read(Endpoints.URL, text)).isNull();
    assertThat(problems).singleElement().asString().doesNotContain("pass");
  }

  @Test
  void a_wrong_word_is_answered_with_the_nearest() {
    assertThat(read(DeliveryKeys.COMPRESSION.type(), "gzpi")).isNull();
    assertThat(problems)
        .singleElement()
        .asString()
        .endsWith("'gzpi' is not known (expected: one of none, gzip, zstd; did you mean 'gzip'?)");
  }

  @Test
  void words_are_taken_in_any_case() {
    assertThat(read(TlsBlocks.CLIENT.keys().getFirst().type(), "TRUE")).isEqualTo(true);
    assertThat(read(DeliveryKeys.COMPRESSION.type(), "GZIP")).isNotNull();
  }

  @Test
  void long_and_strange_values_are_cut_in_messages() {
    read(Types.DURATION, "x\n\u001b" + "y".repeat(1000));

    assertThat(problems.getFirst().message()).hasSizeLessThan(200).doesNotContain("\n", "\u001b");
  }

  @ParameterizedTest
  @CsvSource({
    "procesors, processors",
    "timout, timeout",
    "OTLP, otlp",
    "endpiont, endpoint",
    "sampling_percent, sampling_percentage"
  })
  void suggests_the_nearest_name(String text, String expected) {
    assertThat(
            Suggestion.nearest(
                text,
                List.of(
                    "processors", "timeout", "otlp", "endpoint", "sampling_percentage", "mode")))
        .isEqualTo(expected);
  }

  @Test
  void suggests_nothing_that_is_far() {
    assertThat(Suggestion.nearest("xyz", List.of("timeout", "mode"))).isNull();
    assertThat(Suggestion.nearest("", List.of())).isNull();
  }

  @ParameterizedTest
  @CsvSource({"'', '', 0", "abc, abc, 0", "abc, '', 3", "abc, acb, 1", "abc, abd, 1", "ca, abc, 3"})
  void counts_edits(String a, String b, int expected) {
    assertThat(Suggestion.distance(a, b)).isEqualTo(expected);
  }
}
