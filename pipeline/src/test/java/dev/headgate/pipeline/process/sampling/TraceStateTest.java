package dev.headgate.pipeline.process.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.SamplerConfig.Mode;
import dev.headgate.pipeline.wire.Utf8;
import dev.headgate.pipeline.wire.WireWriter;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Rows of the Collector's `pkg/sampling/oteltracestate_test.go` and of W3C's `test_tracestate.py`,
/// as own data.
class TraceStateTest {
  private final TraceState state = new TraceState();

  @ParameterizedTest
  @CsvSource({
    "th:2, th:2",
    "th:ab, th:ab",
    "th:abcdefabcdefab, th:abcdefabcdefab",
    "th:1000, th:1000",
    "th:0, th:0",
    "rv:10000000000000;th:3;a:b;c:d, rv:10000000000000;th:3;a:b;c:d",
    "rv:ffffffffffffff, rv:ffffffffffffff",
    "rv:22222222222222;extra:stuff, rv:22222222222222;extra:stuff",
    "extra:stuff;rv:22222222222222, rv:22222222222222;extra:stuff",
    "x:1;u:V, x:1;u:V",
    "e100:1, e100:1",
    "e1:1;e2:2, e1:1;e2:2",
    "e100:100;th:1;e101:101, th:1;e100:100;e101:101",
    "th:1;e100:100;e101:101, th:1;e100:100;e101:101",
    "e100:100;e101:101;th:1, th:1;e100:100;e101:101",
    "x:, x:",
    "x:0X1FFF;y:.-_-.;z:, x:0X1FFF;y:.-_-.;z:",
    "x1y2z3:1-2-3;y1:y_1;xy:-;th:50, th:50;x1y2z3:1-2-3;y1:y_1;xy:-"
  })
  void reads_and_orders_an_ot_member(String in, String out) {
    assertThat(read("ot=" + in)).isTrue();
    assertThat(written(-1, -1)).isEqualTo("ot=" + out);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "th:1;",
        "x:1;",
        ":",
        ":;:",
        ":1;p:2=s:3",
        ":;p:2=s:3",
        "th:1=p:2",
        "th:1;p:2=s:3",
        "th:;p=1",
        "th:$",
        "th:0x1p+3",
        "th:14.5",
        "th:-1",
        "th:",
        "1:1;u:V",
        "X:1;u:V",
        "th:ffffffffffffffff",
        "th:100000000000000",
        "rv:100000000000000",
        "rv:fffffffffffffff",
        "rv:3;p:2",
        "rv:abababababababab",
        "th:abababababababab",
        "a;b:1",
        "a:1;;b:2"
      })
  void finds_a_malformed_ot_member(String in) {
    assertThat(read("ot=" + in)).isFalse();
  }

  @Test
  void takes_a_value_of_256_bytes() {
    assertThat(read("ot=x:" + "_".repeat(254))).isTrue();
    assertThat(read("ot=x:" + "_".repeat(255))).isFalse();
    assertThat(read("foo=" + "_".repeat(256))).isTrue();
    assertThat(read("foo=" + "_".repeat(257))).isFalse();
  }

  @Test
  void takes_as_many_entries_as_fit_a_value() {
    String entries =
        IntStream.range(0, 85).mapToObj(i -> "a:").collect(Collectors.joining(";")) + ";b:";

    assertThat(read("ot=" + entries.substring(0, 254) + ":1")).isFalse();
    assertThat(read("ot=" + entries.substring(0, 254))).isTrue();
    assertThat(written(-1, -1)).isEqualTo("ot=" + entries.substring(0, 254));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "foo=1,bar=2",
        "foo=!\"#$%&'()*+-./0123456789:;<>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abc{|}~",
        "foo= leading",
        "a-z0-9_-*/@=1",
        "special@vendor=1",
        "special@=1",
        "special@@vendor=1",
        "special@vendor@tenant=1",
        "1special=1",
        // Duplicates are the sender's mistake; nothing of them is read, and nothing is lost.
        "foo=1,foo=1",
        "foo=1,foo=2"
      })
  void passes_foreign_members_on(String in) {
    assertThat(read(in)).isTrue();
    assertThat(written(-1, 0)).isEqualTo("ot=th:0," + in);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "foo=1, \t bar=2|foo=1,bar=2",
        "'foo=1,\t \tbar=2'|foo=1,bar=2",
        "' foo=1'|foo=1",
        "'\tfoo=1'|foo=1",
        "'foo=1 '|foo=1",
        "'foo=1\t \t'|foo=1",
        "foo=1,,bar=2|foo=1,bar=2",
        "foo=1,|foo=1"
      })
  void ignores_space_around_members(String in, String out) {
    assertThat(read(in)).isTrue();
    assertThat(written(-1, -1)).isEqualTo(out);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "foobarbaz",
        "@vendor=1",
        "special.vendor=1",
        "FOO=1",
        "foo =1",
        "=1",
        "foo=",
        "foo=b=r",
        "foo=a\u0001",
        "foo=é"
      })
  void finds_a_malformed_member(String in) {
    assertThat(read(in)).isFalse();
  }

  @Test
  void takes_32_members_and_no_more() {
    String members =
        IntStream.range(0, 32).mapToObj(i -> "k" + i + "=v").collect(Collectors.joining(","));

    assertThat(read(members)).isTrue();
    assertThat(written(-1, -1)).isEqualTo(members);
    assertThat(read(members + ",k32=v")).isFalse();
  }

  @Test
  void takes_a_key_of_256_characters_and_512_bytes() {
    assertThat(read("k".repeat(256) + "=1")).isTrue();
    assertThat(read("k".repeat(257) + "=1")).isFalse();
    assertThat(read("a=" + "v".repeat(252) + ",b=" + "v".repeat(255))).isTrue();
    assertThat(read("a=" + "v".repeat(252) + ",b=" + "v".repeat(256))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "rv:abcdefabcdefab, '', 3, rv:abcdefabcdefab;th:3",
    "a:b, 00000000000003, 3, rv:00000000000003;th:3;a:b",
    "th:8, '', e, th:e",
    "th:0, '', f, th:f",
    "th:0, '', ffffffffffffff, th:ffffffffffffff",
    "th:555, '', aab, th:aab"
  })
  void writes_new_values(String in, String randomness, String threshold, String out) {
    assertThat(read("ot=" + in)).isTrue();
    byte[] rv = Utf8.bytes(randomness);
    byte[] th = Utf8.bytes(threshold);

    assertThat(
            written(
                Thresholds.parseRandomness(rv, 0, rv.length),
                Thresholds.parseThreshold(th, 0, th.length)))
        .isEqualTo("ot=" + out);
  }

  @ParameterizedTest
  @CsvSource({
    "ot=th:8, 12.5, ot=th:e",
    "ot=th:8, 87.5, ot=th:8",
    "ot=th:8, 100, ot=th:8",
    "ot=th:f, 50, ot=th:f",
    "ot=th:0, 6.25, ot=th:f",
    "'', 6.25, ot=th:f",
    "'', 100, ot=th:0"
  })
  void a_threshold_only_rises(String in, double percentage, String out) {
    SamplerProcessor sampler =
        SamplerFixture.sampler(SamplerFixture.config(Mode.EQUALIZING, percentage));

    String actual =
        SamplerFixture.traceState(sampler, SamplerFixture.span("f".repeat(32), in).build());

    assertThat(actual).isEqualTo(out);
  }

  private boolean read(String text) {
    byte[] bytes = Utf8.bytes("<" + text + ">");
    return state.read(bytes, 1, bytes.length - 1);
  }

  private String written(long randomness, long threshold) {
    WireWriter writer = new WireWriter(16);
    state.write(writer, randomness, threshold);
    return Utf8.text(writer.array(), 0, writer.size());
  }
}
