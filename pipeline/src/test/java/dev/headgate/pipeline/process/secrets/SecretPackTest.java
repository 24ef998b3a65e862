package dev.headgate.pipeline.process.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.headgate.pipeline.process.secrets.SecretSamples.Sample;
import dev.headgate.pipeline.wire.Utf8;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SecretPackTest {
  private static final SecretPack PACK = SecretPack.forTexts();
  private static final long UNLIMITED = Long.MAX_VALUE;

  static List<Sample> samples() {
    return SecretSamples.all();
  }

  static List<String> harmless() {
    return SecretSamples.harmless();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void replaces_the_secret_and_leaves_the_rest(Sample sample) {
    List<String> hits = new ArrayList<>();
    assertThat(rewrite(PACK, sample.text(), "[REDACTED]", hits)).isEqualTo(sample.expected());
    assertThat(hits).containsExactly(sample.rule());
    byte[] text = Utf8.bytes(sample.text());
    assertThat(PACK.names().get(PACK.first(text, 0, text.length))).isNotNull();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void finds_nothing_in_what_it_has_masked(Sample sample) {
    for (String mask : List.of("[REDACTED]", "****", "***")) {
      String masked = rewrite(PACK, sample.text(), mask, new ArrayList<>());
      assertThat(rewrite(PACK, masked, mask, new ArrayList<>())).isEqualTo(masked);
    }
  }

  @ParameterizedTest
  @MethodSource("harmless")
  void leaves_alone_what_is_no_secret(String text) {
    List<String> hits = new ArrayList<>();
    assertThat(rewrite(PACK, text, "[REDACTED]", hits)).isEqualTo(text);
    assertThat(hits).isEmpty();
  }

  @Test
  void finds_every_secret_of_a_text() {
    StringBuilder text = new StringBuilder();
    StringBuilder expected = new StringBuilder();
    List<String> rules = new ArrayList<>();
    for (Sample sample : samples()) {
      // Blocks and quotes that are cut off would reach into the next sample.
      if (!sample.expected().endsWith("[REDACTED]")) {
        text.append(sample.text()).append("\n ,\n");
        expected.append(sample.expected()).append("\n ,\n");
        rules.add(sample.rule());
      }
    }
    List<String> hits = new ArrayList<>();
    assertThat(rewrite(PACK, text.toString(), "[REDACTED]", hits)).isEqualTo(expected.toString());
    assertThat(hits).isEqualTo(rules);
  }

  @Test
  void looks_at_its_part_of_the_array_only() {
    for (Sample sample : samples()) {
      byte[] text = Utf8.bytes(sample.text());
      for (String around : List.of("x", "7", "\"", "password=", "://a:b@", "-----BEGIN ")) {
        byte[] side = Utf8.bytes(around);
        byte[] array = new byte[side.length + text.length + side.length];
        System.arraycopy(side, 0, array, 0, side.length);
        System.arraycopy(text, 0, array, side.length, text.length);
        System.arraycopy(side, 0, array, side.length + text.length, side.length);
        byte[] masked = rewrite(PACK, array, side.length, side.length + text.length, "[REDACTED]");
        assertThat(masked).isEqualTo(Utf8.bytes(sample.expected()));
      }
    }
  }

  @Test
  void takes_any_bytes_and_keeps_utf8_whole() {
    long seed = 20261121;
    Random random = new Random(seed);
    List<String> pieces = new ArrayList<>(harmless());
    samples().forEach(sample -> pieces.add(sample.text()));
    for (int i = 0; i < 20_000; i++) {
      byte[] text = pieced(random, pieces);
      boolean valid = Utf8.isValid(text, 0, text.length);
      byte[] masked = rewrite(PACK, text, 0, text.length, "[REDACTED]");
      assertThat(masked != null).isEqualTo(PACK.first(text, 0, text.length) >= 0);
      if (valid && masked != null) {
        assertThat(Utf8.isValid(masked, 0, masked.length)).as("seed " + seed + " " + i).isTrue();
      }
    }
  }

  /** Pieces of samples, cut and joined anywhere, now and then with a byte changed. */
  private static byte[] pieced(Random random, List<String> pieces) {
    StringBuilder text = new StringBuilder();
    for (int n = random.nextInt(4) + 1; n > 0; n--) {
      String piece = pieces.get(random.nextInt(pieces.size()));
      int from = random.nextInt(piece.length());
      text.append(piece, from, from + random.nextInt(piece.length() - from + 1));
    }
    byte[] bytes = text.toString().getBytes(UTF_8);
    if (bytes.length > 0 && random.nextInt(4) == 0) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  @Test
  void in_bytes_a_neighbour_that_looks_like_a_letter_hides_nothing() {
    SecretPack inBytes = SecretPack.forBytes();
    for (Sample sample : samples()) {
      String text = sample.expected().startsWith("[") ? "A" + sample.text() + "2" : sample.text();
      byte[] bytes = Utf8.bytes(text);
      assertThat(inBytes.first(bytes, 0, bytes.length)).as(sample.toString()).isNotNegative();
    }
    assertThat(inBytes.names()).isEqualTo(PACK.names());
  }

  @Test
  void a_mask_that_grows_a_text_out_of_proportion_takes_its_place() {
    byte[] text = Utf8.bytes("pass" + "word=1 pass" + "word=2 pass" + "word=3");
    byte[] masked =
        PACK.rewrite(
            text,
            0,
            text.length,
            (out, t, from, to) -> out.writeRaw(new byte[1000], 0, 1000),
            _ -> {},
            500);
    assertThat(masked).isEqualTo(Utf8.bytes("[REDACTED]"));
  }

  @Test
  void allocates_nothing_when_it_finds_nothing() {
    List<byte[]> texts = harmless().stream().map(Utf8::bytes).toList();
    for (int i = 0; i < 200; i++) {
      texts.forEach(text -> PACK.first(text, 0, text.length));
    }
    byte[] text = Utf8.bytes(String.join(" | ", harmless()));
    PACK.first(text, 0, text.length);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().threadId();
    long before = threads.getThreadAllocatedBytes(thread);
    for (int i = 0; i < 100; i++) {
      PACK.first(text, 0, text.length);
    }
    assertThat(threads.getThreadAllocatedBytes(thread) - before).isLessThan(1000);
  }

  @Test
  void names_are_few_and_fit_for_a_label() {
    assertThat(PACK.names()).hasSizeLessThan(150).allMatch(name -> name.matches("[a-z][a-z0-9_]+"));
    assertThat(new HashSet<>(PACK.names())).hasSameSizeAs(PACK.names());
  }

  private static String rewrite(SecretPack pack, String text, String mask, List<String> hits) {
    byte[] bytes = Utf8.bytes(text);
    byte[] masked =
        pack.rewrite(
            bytes,
            0,
            bytes.length,
            (out, t, from, to) -> out.writeRaw(Utf8.bytes(mask), 0, mask.length()),
            name -> hits.add(pack.names().get(name)),
            UNLIMITED);
    return masked == null ? text : Utf8.text(masked, 0, masked.length);
  }

  private static byte @Nullable [] rewrite(
      SecretPack pack, byte[] bytes, int from, int to, String mask) {
    return pack.rewrite(
        bytes,
        from,
        to,
        (out, t, f, e) -> out.writeRaw(Utf8.bytes(mask), 0, mask.length()),
        _ -> {},
        UNLIMITED);
  }
}
