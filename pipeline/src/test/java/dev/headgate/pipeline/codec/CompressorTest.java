package dev.headgate.pipeline.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.memory.Content;
import dev.headgate.pipeline.memory.SpareBytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompressorTest {
  private final Compressor compressor = new Compressor();

  @AfterEach
  void free() {
    compressor.close();
  }

  private static byte[] random(int bytes) {
    byte[] data = new byte[bytes];
    new Random(bytes).nextBytes(data);
    return data;
  }

  private static List<List<byte[]>> bodies() {
    return List.of(
        List.of(),
        List.of(new byte[0]),
        List.of(random(1)),
        List.of(random(100), new byte[0], new byte[200_000], random(70_000)),
        List.of(random(3 << 20), new byte[1 << 20]),
        IntStream.range(0, 500).mapToObj(CompressorTest::random).toList());
  }

  private static byte[] joined(List<byte[]> parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    parts.forEach(out::writeBytes);
    return out.toByteArray();
  }

  /// Every other one in slices.
  private static List<Content> spare(List<byte[]> parts) {
    List<Content> spare = new ArrayList<>();
    for (byte[] part : parts) {
      spare.add(spare.size() % 2 == 0 ? SpareBytes.of(part) : SpareBytes.inSlices(part));
    }
    return spare;
  }

  @Test
  void makes_gzip_that_the_jdk_reads() throws Exception {
    for (List<byte[]> parts : bodies()) {
      byte[] body = compressor.compress(ContentCoding.GZIP, spare(parts));
      try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
        assertThat(in.readAllBytes()).isEqualTo(joined(parts));
      }
    }
  }

  @Test
  void makes_one_zstd_frame_with_its_content_size() {
    for (List<byte[]> parts : bodies()) {
      byte[] body = compressor.compress(ContentCoding.ZSTD, spare(parts));
      byte[] plain = joined(parts);
      assertThat(Zstd.getFrameContentSize(body)).isEqualTo(plain.length);
      assertThat(Zstd.decompress(body, plain.length)).isEqualTo(plain);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GZIP", "ZSTD"})
  void what_it_makes_the_decompressor_reads(ContentCoding coding) {
    try (Decompressor decompressor = new Decompressor()) {
      for (List<byte[]> parts : bodies()) {
        byte[] body = compressor.compress(coding, spare(parts));
        assertThat(
                decompressor.decompress(coding, SpareBytes.of(body), 8 << 20, _ -> true).toArray())
            .isEqualTo(joined(parts));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = "IDENTITY", mode = EnumSource.Mode.EXCLUDE)
  void passes_on_what_it_would_return(ContentCoding coding) throws Exception {
    assertPassesOnWhatItWouldReturn(compressor, coding);
    try (Compressor harder = new Compressor(6);
        Compressor huffman = new Compressor(-2)) {
      assertPassesOnWhatItWouldReturn(harder, coding);
      assertPassesOnWhatItWouldReturn(huffman, coding);
    }
  }

  private static void assertPassesOnWhatItWouldReturn(Compressor compressor, ContentCoding coding)
      throws IOException {
    for (List<byte[]> parts : bodies()) {
      compressor.begin(coding);
      parts.forEach(part -> compressor.write(part, 0, part.length));
      byte[] returned = compressor.finish();
      compressor.begin(coding);
      parts.forEach(part -> compressor.write(part, 0, part.length));
      ByteArrayOutputStream passedOn = new ByteArrayOutputStream();
      compressor.finish(passedOn);
      assertThat(passedOn.toByteArray()).isEqualTo(returned);
    }
  }

  @Test
  void compresses_harder_at_a_higher_level() {
    byte[] text =
        "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[]}]}]} "
            .repeat(50)
            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    for (int i = 0; i < text.length; i += 7) {
      text[i] = (byte) ('a' + i % 23);
    }
    try (Compressor hard = new Compressor(9)) {
      assertThat(hard.compress(ContentCoding.GZIP, List.of(Bytes.of(text))).length)
          .isLessThan(compressor.compress(ContentCoding.GZIP, List.of(Bytes.of(text))).length);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-2, -1, 0, 1, 9, 22, 100})
  void every_level_of_the_collector_can_be_read_again(int level) throws Exception {
    byte[] text = "one two three ".repeat(1000).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    try (Compressor other = new Compressor(level);
        Decompressor decompressor = new Decompressor()) {
      for (ContentCoding coding :
          level > 9
              ? List.of(ContentCoding.ZSTD)
              : List.of(ContentCoding.DEFLATE, ContentCoding.GZIP, ContentCoding.ZSTD)) {
        byte[] compressed = other.compress(coding, List.of(Bytes.of(text), Bytes.of(text)));
        assertThat(compressed).hasSizeLessThan(text.length);
        assertThat(
                decompressor
                    .decompress(coding, SpareBytes.of(compressed), 1 << 20, _ -> true)
                    .toArray())
            .isEqualTo(
                ("one two three ".repeat(2000)).getBytes(java.nio.charset.StandardCharsets.UTF_8));
      }
    }
  }

  @Test
  void refuses_a_coding_that_is_none() {
    assertThatThrownBy(() -> compressor.compress(ContentCoding.IDENTITY, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
