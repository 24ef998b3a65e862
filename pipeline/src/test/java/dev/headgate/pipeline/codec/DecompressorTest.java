package dev.headgate.pipeline.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import dev.headgate.pipeline.memory.ArrayPool;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.memory.SpareBytes;
import dev.headgate.pipeline.wire.MalformedInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecompressorTest {
  private static final long LIMIT = 8 << 20;
  private static final byte[] TEXT = "some text, some more text".getBytes(StandardCharsets.UTF_8);

  private final Decompressor decompressor = new Decompressor();
  private long granted;

  @AfterEach
  void free() {
    decompressor.close();
  }

  private boolean grant(long moreBytes) {
    granted += moreBytes;
    return true;
  }

  private byte[] decompress(ContentCoding coding, byte[] body) {
    return (decompressor.decompress(coding, SpareBytes.of(body), LIMIT, this::grant)).toArray();
  }

  private void assertMalformed(ContentCoding coding, byte[] body) {
    assertThatThrownBy(() -> decompress(coding, body)).isInstanceOf(MalformedInputException.class);
  }

  private static byte[] compress(ContentCoding coding, byte[] plain) {
    return switch (coding) {
      case IDENTITY -> plain;
      case GZIP -> gzip(plain);
      case DEFLATE -> deflate(plain, false);
      case ZSTD -> Zstd.compress(plain);
    };
  }

  private static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static byte[] deflate(byte[] plain, boolean raw) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Deflater deflater = new Deflater(6, raw);
    try (OutputStream deflate = new DeflaterOutputStream(out, deflater)) {
      deflate.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      deflater.end();
    }
    return out.toByteArray();
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static byte[] random(int bytes) {
    byte[] data = new byte[bytes];
    Random random = new Random(bytes);
    random.nextBytes(data);
    // Half of it compresses.
    Arrays.fill(data, 0, bytes / 2, (byte) random.nextInt());
    return data;
  }

  // All codings

  @ParameterizedTest
  @EnumSource(ContentCoding.class)
  void gives_back_what_was_compressed(ContentCoding coding) {
    for (int bytes :
        new int[] {0, 1, 100, 65_535, 65_536, 65_537, 131_072, 1 << 20, 3_000_000, 8 << 20}) {
      byte[] plain = random(bytes);
      assertThat(decompress(coding, compress(coding, plain)))
          .as("%d bytes", bytes)
          .isEqualTo(plain);
    }
  }

  @Test
  void hands_an_identity_body_through() {
    Bytes body = SpareBytes.of(TEXT);
    assertThat(decompressor.decompress(ContentCoding.IDENTITY, body, LIMIT, this::grant))
        .isSameAs(body);
    assertThat(granted).isZero();
  }

  @ParameterizedTest
  @EnumSource(ContentCoding.class)
  void refuses_one_byte_above_the_limit(ContentCoding coding) {
    for (int bytes : new int[] {1, 100, 65_536, 131_072, 1 << 20, 3_000_000}) {
      byte[] body = compress(coding, random(bytes));
      assertThat(decompressor.decompress(coding, SpareBytes.of(body), bytes, this::grant).length())
          .isEqualTo(bytes);
      assertThatThrownBy(
              () -> decompressor.decompress(coding, SpareBytes.of(body), bytes - 1, this::grant))
          .as("%d bytes", bytes)
          .isInstanceOf(TooLargeException.class)
          .hasMessageContaining(" " + (bytes - 1) + " bytes");
    }
    assertThat(
            decompressor
                .decompress(coding, SpareBytes.of(compress(coding, new byte[0])), 0, this::grant)
                .length())
        .isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = ContentCoding.class,
      names = {"GZIP", "DEFLATE", "ZSTD"})
  void refuses_bodies_that_are_cut_off_at_any_byte(ContentCoding coding) {
    byte[] body = compress(coding, TEXT);
    for (int length = 0; length < body.length; length++) {
      assertMalformed(coding, Arrays.copyOf(body, length));
    }
    assertThat(decompress(coding, body)).isEqualTo(TEXT);
  }

  @ParameterizedTest
  @EnumSource(
      value = ContentCoding.class,
      names = {"GZIP", "DEFLATE", "ZSTD"})
  void refuses_bytes_behind_the_end(ContentCoding coding) {
    byte[] body = compress(coding, TEXT);
    assertMalformed(coding, Arrays.copyOf(body, body.length + 1));
    assertMalformed(coding, concat(body, TEXT));
  }

  @ParameterizedTest
  @EnumSource(
      value = ContentCoding.class,
      names = {"GZIP", "DEFLATE", "ZSTD"})
  void refuses_what_is_not_compressed_at_all(ContentCoding coding) {
    assertMalformed(coding, "{\"resourceSpans\":[]}".getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @EnumSource(
      value = ContentCoding.class,
      names = {"GZIP", "DEFLATE", "ZSTD"})
  void damaged_bodies_are_refused_or_bounded(ContentCoding coding) {
    long seed = 11;
    Random random = new Random(seed);
    byte[] body = compress(coding, random(3000));
    for (int i = 0; i < 2000; i++) {
      byte[] damaged = body.clone();
      for (int hits = random.nextInt(3); hits >= 0; hits--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      try {
        assertThat(
                decompressor
                    .decompress(coding, SpareBytes.of(damaged), 100_000, this::grant)
                    .length())
            .isLessThanOrEqualTo(100_000);
      } catch (MalformedInputException | TooLargeException e) {
        assertThat(e).hasMessageContaining(" ");
      }
    }
    assertThat(decompress(coding, body)).hasSize(3000);
  }

  // Memory

  @ParameterizedTest
  @EnumSource(
      value = ContentCoding.class,
      names = {"GZIP", "DEFLATE", "ZSTD"})
  void asks_before_it_grows_and_for_no_more_than_it_needs(ContentCoding coding) {
    byte[] body = compress(coding, new byte[5 << 20]);
    decompress(coding, body);
    assertThat(granted).isBetween(5L << 20, 3 * (5L << 20));
    granted = 0;
    decompress(coding, compress(coding, TEXT));
    assertThat(granted).isBetween((long) TEXT.length, 1L << 16);
  }

  @ParameterizedTest
  @EnumSource(
      value = ContentCoding.class,
      names = {"GZIP", "DEFLATE", "ZSTD"})
  void asks_for_what_a_lent_array_is_longer(ContentCoding coding) {
    int longer = 1_150_000;
    ArrayPool pool = new ArrayPool(() -> 1L << 22);
    pool.giveBack(new byte[longer]);
    byte[] body = compress(coding, new byte[(1 << 20) - 10]);
    try (Decompressor lent = new Decompressor(pool)) {
      assertThatThrownBy(() ->
              lent.decompress(
                  coding, SpareBytes.of(body), LIMIT, more -> grant(more) && granted <= 1 << 20))
          .isInstanceOf(NoRoomException.class);
      assertThat(pool.idleBytes()).as("given back").isEqualTo(longer);
      granted = 0;

      Bytes result = lent.decompress(coding, SpareBytes.of(body), LIMIT, this::grant);

      assertThat(result.heldBytes()).isEqualTo(longer);
      assertThat(granted).isEqualTo(longer);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ContentCoding.class,
      names = {"GZIP", "DEFLATE", "ZSTD"})
  void a_refused_growth_is_no_room_and_leaves_it_usable(ContentCoding coding) {
    byte[] body = compress(coding, new byte[5 << 20]);
    assertThatThrownBy(
            () -> decompressor.decompress(coding, SpareBytes.of(body), LIMIT, _ -> false))
        .isInstanceOf(NoRoomException.class);
    granted = 0;
    assertThatThrownBy(() ->
            decompressor.decompress(
                coding, SpareBytes.of(body), LIMIT, more -> grant(more) && granted < 2 << 20))
        .isInstanceOf(NoRoomException.class);
    assertThat(decompress(coding, body)).hasSize(5 << 20);
  }

  @Test
  void foresees_the_size_that_a_body_tells() {
    byte[] text = new byte[1000];
    assertThat(foreseen(ContentCoding.IDENTITY, text)).isEqualTo(1000);
    assertThat(foreseen(ContentCoding.GZIP, gzip(text))).isEqualTo(1000);
    assertThat(foreseen(ContentCoding.ZSTD, Zstd.compress(text))).isEqualTo(1000);
    byte[] lie = {1, 2, -1, -1, -1, -1};
    assertThat(foreseen(ContentCoding.GZIP, lie)).as("as much as deflate can").isEqualTo(6 * 1032);
    assertThat(foreseen(ContentCoding.GZIP, new byte[] {1, 0, 0})).isEqualTo(3);
    assertThat(foreseen(ContentCoding.ZSTD, lie)).isEqualTo(lie.length);
    assertThat(foreseen(ContentCoding.ZSTD, new byte[0])).isZero();
    assertThat(Decompressor.foreseenBytes(ContentCoding.ZSTD, Bytes.of(new byte[0]))).isZero();
  }

  private static long foreseen(ContentCoding coding, byte[] body) {
    return Decompressor.foreseenBytes(coding, SpareBytes.of(body));
  }

  @Test
  void bombs_cost_no_more_than_their_limit() {
    byte[] zstd = zstdOfZeros(1L << 30);
    byte[] gzip = gzipOfZeros(1L << 30);
    assertThat(zstd).hasSizeLessThan(100_000);
    assertThat(gzip).hasSizeLessThan(1_100_000);
    for (ContentCoding coding : new ContentCoding[] {ContentCoding.ZSTD, ContentCoding.GZIP}) {
      granted = 0;
      byte[] bomb = coding == ContentCoding.ZSTD ? zstd : gzip;
      assertThatThrownBy(
              () -> decompressor.decompress(coding, SpareBytes.of(bomb), 4 << 20, this::grant))
          .isInstanceOf(TooLargeException.class);
      assertThat(granted).isLessThanOrEqualTo(2 * (4L << 20));
    }
    // Nested: only the outer layer is opened.
    assertThat(decompress(ContentCoding.GZIP, gzip(gzip))).isEqualTo(gzip);
  }

  private static byte[] gzipOfZeros(long bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] zeros = new byte[1 << 20];
    try (OutputStream gzip = new GZIPOutputStream(out, 1 << 16)) {
      for (long done = 0; done < bytes; done += zeros.length) {
        gzip.write(zeros);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static byte[] zstdOfZeros(long bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteBuffer chunk = ByteBuffer.allocate(1 << 16);
    byte[] zeros = new byte[1 << 20];
    try (ZstdCompressCtx context = new ZstdCompressCtx()) {
      boolean done = false;
      for (long left = bytes; !done; left -= zeros.length) {
        ByteBuffer in = left > 0 ? ByteBuffer.wrap(zeros) : ByteBuffer.allocate(0);
        EndDirective end = left > 0 ? EndDirective.CONTINUE : EndDirective.END;
        do {
          chunk.clear();
          done = context.compressByteBufferStream(chunk, in, end) && left <= 0;
          out.write(chunk.array(), 0, chunk.position());
        } while (in.hasRemaining());
      }
    }
    return out.toByteArray();
  }

  // gzip

  @Test
  void reads_gzip_of_several_members() {
    assertThat(decompress(ContentCoding.GZIP, concat(gzip(TEXT), gzip(new byte[0]), gzip(TEXT))))
        .isEqualTo(concat(TEXT, TEXT));
    byte[][] many = new byte[2000][];
    Arrays.fill(many, gzip(new byte[] {7}));
    assertThat(decompress(ContentCoding.GZIP, concat(many))).hasSize(2000).containsOnly(7);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 4, 8, 16, 31})
  void reads_gzip_headers_with_any_optional_part(int flags) {
    byte[] body = withHeader(flags, 0);
    assertThat(decompress(ContentCoding.GZIP, body)).isEqualTo(TEXT);
    for (int length = 0; length < body.length; length++) {
      assertMalformed(ContentCoding.GZIP, Arrays.copyOf(body, length));
    }
  }

  @Test
  void refuses_gzip_headers_that_are_wrong() {
    assertMalformed(ContentCoding.GZIP, withHeader(2, 1));
    assertMalformed(ContentCoding.GZIP, withHeader(32, 0));
    byte[] method = gzip(TEXT);
    method[2] = 7;
    assertMalformed(ContentCoding.GZIP, method);
  }

  private static byte[] withHeader(int flags, int crcError) {
    byte[] plain = gzip(TEXT);
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    header.writeBytes(new byte[] {0x1f, (byte) 0x8b, 8, (byte) flags, 1, 2, 3, 4, 0, 3});
    if ((flags & 4) != 0) {
      header.writeBytes(new byte[] {3, 0, 9, 0, 9});
    }
    if ((flags & 8) != 0) {
      header.writeBytes(new byte[] {'n', 'a', 'm', 'e', 0});
    }
    if ((flags & 16) != 0) {
      header.writeBytes(new byte[] {'c', 0});
    }
    if ((flags & 2) != 0) {
      CRC32 crc = new CRC32();
      crc.update(header.toByteArray());
      header.write((int) crc.getValue() + crcError);
      header.write((int) (crc.getValue() >> 8));
    }
    return concat(header.toByteArray(), Arrays.copyOfRange(plain, 10, plain.length));
  }

  @Test
  void refuses_gzip_whose_checksum_or_length_differs() {
    for (int fromEnd : new int[] {8, 5, 4, 1}) {
      byte[] body = gzip(TEXT);
      body[body.length - fromEnd] ^= 1;
      assertMalformed(ContentCoding.GZIP, body);
    }
  }

  // deflate

  @Test
  void reads_deflate_without_its_wrapper() {
    for (int bytes : new int[] {0, 1, 100, 200_000}) {
      byte[] plain = random(bytes);
      assertThat(decompress(ContentCoding.DEFLATE, deflate(plain, true))).isEqualTo(plain);
    }
    byte[] trailing = deflate(TEXT, true);
    assertMalformed(ContentCoding.DEFLATE, Arrays.copyOf(trailing, trailing.length + 1));
  }

  @Test
  void refuses_deflate_whose_checksum_differs_or_that_wants_a_dictionary() {
    byte[] body = deflate(TEXT, false);
    body[body.length - 1] ^= 1;
    assertMalformed(ContentCoding.DEFLATE, body);
    Deflater deflater = new Deflater();
    deflater.setDictionary(TEXT);
    deflater.setInput(TEXT);
    deflater.finish();
    byte[] out = new byte[200];
    int length = deflater.deflate(out);
    deflater.end();
    assertMalformed(ContentCoding.DEFLATE, Arrays.copyOf(out, length));
  }

  // zstd

  @Test
  void reads_zstd_of_several_and_skippable_frames() {
    byte[] skippable = {0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3};
    byte[] frame = Zstd.compress(TEXT);
    byte[] empty = Zstd.compress(new byte[0]);
    assertThat(
            decompress(
                ContentCoding.ZSTD, concat(skippable, frame, skippable, empty, frame, skippable)))
        .isEqualTo(concat(TEXT, TEXT));
    assertThat(decompress(ContentCoding.ZSTD, skippable)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {24, 27, 31})
  void refuses_zstd_windows_above_eight_mebibytes(int windowLog) {
    assertThatThrownBy(() -> decompress(ContentCoding.ZSTD, windowed(windowLog)))
        .isInstanceOf(MalformedInputException.class);
    assertThat(decompress(ContentCoding.ZSTD, windowed(23))).isEqualTo(new byte[] {'a'});
  }

  /* One raw block of one byte behind a header that claims a window of 2^windowLog. */
  private static byte[] windowed(int windowLog) {
    return new byte[] {
      0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, (byte) (windowLog - 10 << 3), 0x09, 0, 0, 'a'
    };
  }

  @Test
  void does_not_trust_the_content_size_of_a_zstd_frame() {
    byte[] claim =
        ByteBuffer.allocate(18)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, (byte) 0xc0, 0x50})
            .putLong(1L << 40)
            .put(new byte[] {0x09, 0, 0, 'a'})
            .array();
    assertMalformed(ContentCoding.ZSTD, claim);
    assertThat(granted).isLessThanOrEqualTo(1 << 16);
  }

  @Test
  void refuses_zstd_whose_checksum_differs() {
    try (ZstdCompressCtx context = new ZstdCompressCtx()) {
      byte[] body = context.setChecksum(true).compress(TEXT);
      assertThat(decompress(ContentCoding.ZSTD, body)).isEqualTo(TEXT);
      body[body.length - 1] ^= 1;
      assertMalformed(ContentCoding.ZSTD, body);
    }
  }

  @Test
  void never_asks_for_more_than_it_said_it_needs() {
    for (int length : new int[] {1, 1 << 16, (1 << 16) + 1, 800_000, 1 << 20, 3_000_000}) {
      byte[] body = gzip(new byte[length]);
      granted = 0;
      var _ = decompressor.decompress(ContentCoding.GZIP, SpareBytes.of(body), LIMIT, this::grant);
      assertThat(granted).isLessThanOrEqualTo(Decompressor.neededBytes(length, LIMIT));
    }
  }
}
