package dev.headgate.pipeline.process.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.pipeline.wire.Utf8;
import dev.headgate.pipeline.wire.WireWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThresholdsTest {
  @ParameterizedTest
  @CsvSource({
    "2, 8, 8, 8",
    "4, c, c, c",
    "8, e, e, e",
    "16, f, f, f",
    "3, aab, aaab, aaaab",
    "5, ccd, cccd, ccccd",
    "10, e66, e666, e6666",
    "100, fd71, fd70a, fd70a4",
    "1000, ffbe7, ffbe77, ffbe76d",
    "10000, fff972, fff9724, fff97247",
    "100000, ffff584, ffff583a, ffff583a5",
    "1000000, ffffef4, ffffef39, ffffef391"
  })
  void rounds_to_a_precision(int oneIn, String at3, String at4, String at5) {
    assertThat(text(Thresholds.ofProbability(1.0 / oneIn, 3))).isEqualTo(at3);
    assertThat(text(Thresholds.ofProbability(1.0 / oneIn, 4))).isEqualTo(at4);
    assertThat(text(Thresholds.ofProbability(1.0 / oneIn, 5))).isEqualTo(at5);
  }

  @ParameterizedTest
  @CsvSource({
    "0.125, e",
    "0.0625, f",
    "1, 0",
    "0x1p-56, ffffffffffffff",
    "0.333251953125, aab",
    "0.8125, 3"
  })
  void is_exact_at_full_precision(double probability, String expected) {
    long threshold = Thresholds.ofProbability(probability, 14);

    assertThat(text(threshold)).isEqualTo(expected);
    assertThat(Thresholds.probability(threshold)).isEqualTo(probability);
  }

  @ParameterizedTest
  @CsvSource({
    "2, 2",
    "ab, ab",
    "AB, ab",
    "abcdefabcdefab, abcdefabcdefab",
    "1000, 1",
    "0, 0",
    "ffffffffffffff, ffffffffffffff"
  })
  void reads_a_threshold(String in, String out) {
    assertThat(text(parse(in))).isEqualTo(out);
  }

  @ParameterizedTest
  @CsvSource({"''", "ffffffffffffffff", "100000000000000", "0x1p3", "-1", "14.5", "q", "_1", "é"})
  void refuses_what_is_no_threshold(String in) {
    assertThat(parse(in)).isEqualTo(-1);
  }

  @ParameterizedTest
  @CsvSource({
    "10000000000000, 10000000000000",
    "FD70A3D70A3D71, fd70a3d70a3d71",
    "00000000000003, 00000000000003"
  })
  void reads_a_randomness(String in, String out) {
    byte[] bytes = Utf8.bytes(in);
    WireWriter writer = new WireWriter(16);
    Thresholds.writeRandomness(writer, Thresholds.parseRandomness(bytes, 0, bytes.length));

    assertThat(Utf8.text(writer.array(), 0, writer.size())).isEqualTo(out);
  }

  @ParameterizedTest
  @CsvSource({"''", "3", "100000000000000", "fffffffffffff", "fffffffffffffg"})
  void refuses_what_is_no_randomness(String in) {
    byte[] bytes = Utf8.bytes(in);

    assertThat(Thresholds.parseRandomness(bytes, 0, bytes.length)).isEqualTo(-1);
  }

  private static long parse(String text) {
    byte[] bytes = Utf8.bytes(text);
    return Thresholds.parseThreshold(bytes, 0, bytes.length);
  }

  private static String text(long threshold) {
    WireWriter writer = new WireWriter(16);
    Thresholds.writeThreshold(writer, threshold);
    return Utf8.text(writer.array(), 0, writer.size());
  }
}
