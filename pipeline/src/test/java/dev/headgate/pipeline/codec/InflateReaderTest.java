package dev.headgate.pipeline.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headgate.pipeline.memory.SpareBytes;
import dev.headgate.pipeline.wire.MalformedInputException;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InflateReaderTest {
  private static final int TOO_MUCH = 1 << 22;
  // The lengths of the codes 18 and 1 are one, all others nought; then 256 times nought and twice
  // one.
  private static final String EMPTY_DYNAMIC =
      "00100000000000111"
          + "000000100000000000000000000000000000000000000000000100"
          + "1111111111101011000";

  private final InflateReader reader = new InflateReader();

  /** What a stream holds and where it ends. */
  private record Result(byte[] bytes, int end) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Result that && end == that.end && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
      return end;
    }

    @Override
    public String toString() {
      return bytes.length + " bytes, end " + end;
    }
  }

  private @Nullable Result actual(byte[] body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      int end =
          reader.inflate(
              SpareBytes.of(body), 0, (bytes, from, to) -> out.write(bytes, from, to - from));
      return new Result(out.toByteArray(), end);
    } catch (MalformedInputException e) {
      return null;
    }
  }

  private static @Nullable Result expected(byte[] body) {
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(body);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] buffer = new byte[10_000];
      while (!inflater.finished()) {
        int count = inflater.inflate(buffer);
        out.write(buffer, 0, count);
        if (count == 0 && !inflater.finished()) {
          return null;
        }
        assertThat(out.size()).isLessThan(TOO_MUCH);
      }
      return new Result(out.toByteArray(), body.length - inflater.getRemaining());
    } catch (DataFormatException e) {
      return null;
    } finally {
      inflater.end();
    }
  }

  private static byte[] deflated(SplittableRandom random, byte[] plain) {
    Deflater deflater = new Deflater(random.nextInt(10), true);
    int strategy = random.nextInt(6);
    deflater.setStrategy(
        strategy == 0
            ? Deflater.HUFFMAN_ONLY
            : strategy == 1 ? Deflater.FILTERED : Deflater.DEFAULT_STRATEGY);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[1 << 16];
    int half = plain.length / 2;
    deflater.setInput(plain, 0, half);
    int flush = random.nextBoolean() ? Deflater.SYNC_FLUSH : Deflater.NO_FLUSH;
    while (!deflater.needsInput()) {
      out.write(buffer, 0, deflater.deflate(buffer));
    }
    out.write(buffer, 0, deflater.deflate(buffer, 0, buffer.length, flush));
    deflater.setInput(plain, half, plain.length - half);
    deflater.finish();
    while (!deflater.finished()) {
      out.write(buffer, 0, deflater.deflate(buffer));
    }
    deflater.end();
    // What may stand behind it, so that not every stream ends with its body.
    out.write(buffer, 0, random.nextInt(12));
    return out.toByteArray();
  }

  private static byte[] plain(SplittableRandom random) {
    StringBuilder text = new StringBuilder();
    int bytes = random.nextInt(1 << random.nextInt(1, 19));
    while (text.length() < bytes) {
      switch (random.nextInt(5)) {
        case 0 -> text.append(Long.toHexString(random.nextLong()));
        case 1 -> text.append("x".repeat(random.nextInt(600)));
        case 2 -> text.append("service.instance.id=checkout-").append(random.nextInt(100));
        case 3 -> text.append((char) random.nextInt(0x20, 0x2000));
        default ->
            text.append(
                text, Math.max(0, text.length() - random.nextInt(1, 33_000)), text.length());
      }
    }
    return text.substring(0, bytes).getBytes(UTF_8);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void reads_what_zlib_writes(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 60; i++) {
      byte[] plain = plain(random);
      byte[] body = deflated(random, plain);
      Result result = actual(body);
      assertThat(result).as("seed " + seed + ", body " + i).isEqualTo(expected(body));
      assertThat(result).isNotNull();
      assertThat(Arrays.equals(result.bytes, plain)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {3, 4, 5})
  void refuses_what_zlib_refuses_and_reads_the_rest_alike(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int valid = 0;
    int invalid = 0;
    for (int i = 0; i < 40; i++) {
      byte[] plain = plain(random);
      byte[] body = deflated(random, Arrays.copyOf(plain, Math.min(plain.length, 3000)));
      for (int j = 0; j < 60; j++) {
        int cut = Math.min(body.length, random.nextInt(2) * random.nextInt(40));
        byte[] mutated = Arrays.copyOf(body, body.length - cut);
        for (int flips = random.nextInt(3); flips > 0 && mutated.length > 0; flips--) {
          int at =
              random.nextInt(random.nextBoolean() ? mutated.length : Math.min(mutated.length, 90));
          mutated[at] ^= (byte) (1 << random.nextInt(8));
        }
        Result expected = expected(mutated);
        assertThat(actual(mutated))
            .as("seed " + seed + ", body " + i + ", mutation " + j)
            .isEqualTo(expected);
        valid += expected == null ? 0 : 1;
        invalid += expected == null ? 1 : 0;
      }
    }
    assertThat(valid).isGreaterThan(300);
    assertThat(invalid).isGreaterThan(300);
  }

  @ParameterizedTest
  @ValueSource(longs = {6, 7})
  void agrees_with_zlib_on_random_bytes_behind_a_dynamic_head(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 20_000; i++) {
      byte[] body = new byte[random.nextInt(1, 120)];
      random.nextBytes(body);
      // Last block, of all three kinds and the one that there is not.
      body[0] = (byte) (body[0] & ~7 | 1 | (i & 3) << 1);
      assertThat(actual(body)).as("seed " + seed + ", body " + i).isEqualTo(expected(body));
    }
  }

  /** Blocks of the same bits, the last of which says so. */
  private static byte[] blocks(String bits, int count) {
    BitSet body = new BitSet();
    for (int at = 0; at < count * bits.length(); at++) {
      body.set(at, bits.charAt(at % bits.length()) == '1');
    }
    body.set((count - 1) * bits.length());
    return Arrays.copyOf(body.toByteArray(), (count * bits.length() + 7) / 8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // An empty fixed block, and one of "a" and a copy of it.
        "010" + "0000000",
        "010" + "10010001" + "0000001" + "00000" + "0000000",
        // An empty dynamic block: one code of literals and lengths, and one of distances.
        EMPTY_DYNAMIC
      })
  @Timeout(10)
  void blocks_of_a_few_bits_cost_little(String bits) {
    byte[] body = blocks(bits, 8 * 4_000_000 / bits.length());
    Result result = actual(body);
    assertThat(result).isNotNull();
    assertThat(result.end).isEqualTo(body.length);
    byte[] less = blocks(bits, 20_000);
    assertThat(actual(less)).isNotNull().isEqualTo(expected(less));
  }

  @Test
  void a_stream_that_is_cut_off_anywhere_ends_too_early() {
    SplittableRandom random = new SplittableRandom(8);
    byte[] plain = Arrays.copyOf(plain(random), 2000);
    Deflater deflater = new Deflater(6, true);
    deflater.setInput(plain);
    deflater.finish();
    byte[] buffer = new byte[4000];
    int length = deflater.deflate(buffer);
    deflater.end();
    for (int cut = 0; cut < length; cut++) {
      byte[] body = Arrays.copyOf(buffer, cut);
      assertThatThrownBy(() -> reader.inflate(SpareBytes.of(body), 0, (_, _, _) -> {}))
          .isInstanceOf(MalformedInputException.class)
          .hasMessageContaining("deflate ends too early");
    }
  }
}
