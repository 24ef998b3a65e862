package dev.headgate.pipeline.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GzipWriterTest {
  private final GzipWriter writer = new GzipWriter();

  private byte[] gzip(byte[] bytes) {
    writer.begin();
    writer.write(bytes, 0, bytes.length);
    return writer.finish().toArray();
  }

  private void assertRoundTrip(byte[] bytes, String what) throws IOException {
    byte[] gzip = gzip(bytes);
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
      assertThat(Arrays.equals(in.readAllBytes(), bytes)).as(what).isTrue();
    }
  }

  /** Text with much in it that repeats at all distances, and random bytes between. */
  private static byte[] mixed(SplittableRandom random, int bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    while (out.size() < bytes) {
      byte[] so = out.toByteArray();
      int kind = random.nextInt(5);
      if (kind < 2 && so.length > 0) {
        int from = Math.max(0, so.length - 1 - random.nextInt(40_000));
        int length = Math.min(so.length - from, 1 + random.nextInt(random.nextInt(1, 900)));
        out.write(so, from, length);
      } else if (kind == 2) {
        byte[] noise = new byte[random.nextInt(200)];
        random.nextBytes(noise);
        out.writeBytes(noise);
      } else if (kind == 3) {
        out.writeBytes("a".repeat(random.nextInt(2000)).getBytes(UTF_8));
      } else {
        out.writeBytes(("http.route=/orders/" + random.nextInt(1000)).getBytes(UTF_8));
      }
    }
    return Arrays.copyOf(out.toByteArray(), bytes);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void what_it_makes_is_what_the_jdk_reads(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 40; i++) {
      int bytes = random.nextInt(1 << random.nextInt(1, 18));
      assertRoundTrip(mixed(random, bytes), "seed " + seed + ", body " + i);
    }
  }

  @Test
  void bodies_around_the_sizes_of_blocks_and_window_survive() throws IOException {
    SplittableRandom random = new SplittableRandom(7);
    byte[] data = mixed(random, 3 * MatchFinder.BLOCK_BYTES + 50_000);
    for (int blocks = 0; blocks <= 3; blocks++) {
      for (int more = -9; more <= 9; more++) {
        int bytes = Math.max(0, blocks * MatchFinder.BLOCK_BYTES + more);
        assertRoundTrip(Arrays.copyOf(data, bytes), bytes + " bytes");
      }
    }
    for (int bytes = 0; bytes < 600; bytes++) {
      assertRoundTrip(Arrays.copyOfRange(data, 1000, 1000 + bytes), bytes + " bytes");
    }
  }

  @Test
  void copies_of_every_length_and_from_everywhere_in_the_window_survive() throws IOException {
    SplittableRandom random = new SplittableRandom(8);
    byte[] noise = new byte[90_000];
    random.nextBytes(noise);
    for (int length = 1; length < 1100; length += length < 300 ? 1 : 37) {
      byte[] data = noise.clone();
      for (int distance : new int[] {length, 1 + length % 7, 32_000, 32_767, 32_768, 32_769}) {
        System.arraycopy(data, 50_000, data, 50_000 + Math.max(length, distance), length);
      }
      assertRoundTrip(Arrays.copyOf(data, 84_000), "length " + length);
    }
    byte[] same = new byte[200_000];
    assertRoundTrip(same, "zeros");
    assertThat(gzip(same)).hasSizeLessThan(500);
  }

  @Test
  void codes_that_would_be_too_long_are_shortened() throws IOException {
    // Counts as of Fibonacci make the deepest trees: 24 levels here, of which 15 are allowed.
    byte[] data = new byte[MatchFinder.BLOCK_BYTES];
    int at = 0;
    int count = 1;
    int next = 1;
    for (int symbol = 0; at < data.length; symbol++) {
      int to = Math.min(data.length, at + count);
      Arrays.fill(data, at, to, (byte) symbol);
      at = to;
      int sum = count + next;
      count = next;
      next = sum;
    }
    SplittableRandom random = new SplittableRandom(9);
    for (int i = data.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      byte swapped = data[i];
      data[i] = data[other];
      data[other] = swapped;
    }
    assertRoundTrip(data, "Fibonacci");
    assertThat(gzip(data).length).isLessThan(data.length / 2);
  }

  @Test
  void the_body_before_leaves_nothing_behind() throws IOException {
    SplittableRandom random = new SplittableRandom(10);
    byte[] first = mixed(random, 150_000);
    byte[] alone = new GzipWriterTest().gzip(first);
    for (int i = 0; i < 20; i++) {
      assertRoundTrip(mixed(random, random.nextInt(100_000)), "body " + i);
      assertThat(gzip(first)).isEqualTo(alone);
    }
  }

  @Test
  void random_bytes_grow_by_five_in_64_kibibytes_at_most() throws IOException {
    byte[] noise = new byte[1 << 20];
    new SplittableRandom(11).nextBytes(noise);
    assertRoundTrip(noise, "noise");
    assertThat(gzip(noise).length).isLessThan(noise.length + 18 + 17 * 5 + 1);
  }

  @Test
  void telemetry_becomes_about_as_small_as_with_zlib_at_its_fastest() {
    SplittableRandom random = new SplittableRandom(12);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 2000; i++) {
      text.append("{\"trace_id\":\"")
          .append(Long.toHexString(random.nextLong()))
          .append("\",\"http.route\":\"/products/")
          .append(random.nextInt(50))
          .append("\",\"server.address\":\"checkout.shop.svc.cluster.local\",\"status\":200}\n");
    }
    byte[] data = text.toString().getBytes(UTF_8);
    Deflater zlib = new Deflater(Deflater.BEST_SPEED, true);
    zlib.setInput(data);
    zlib.finish();
    int size = zlib.deflate(new byte[data.length]);
    zlib.end();
    assertThat(gzip(data).length).isLessThan(size * 11 / 10);
  }
}
