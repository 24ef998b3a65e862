package dev.headgate.pipeline.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class Utf8Test {
  @Test
  void every_sequence_of_two_bytes_is_judged_as_the_jdk_does() {
    for (int i = 0; i < 1 << 16; i++) {
      assertAgrees(new byte[] {(byte) (i >>> 8), (byte) i});
    }
  }

  @Test
  void three_and_four_bytes_are_judged_as_the_jdk_does_at_every_boundary() {
    int[] edges = {0, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff};
    for (int first = 0xe0; first < 0x100; first++) {
      for (int second : edges) {
        for (int third : edges) {
          assertAgrees(new byte[] {(byte) first, (byte) second, (byte) third});
          for (int fourth : edges) {
            assertAgrees(new byte[] {(byte) first, (byte) second, (byte) third, (byte) fourth});
          }
        }
      }
    }
  }

  @Test
  void random_texts_and_damaged_ones_are_judged_as_the_jdk_does() {
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < 5000; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = random.nextInt(40); j > 0; j--) {
        int codePoint = random.nextInt(3) > 0 ? random.nextInt(0x80) : random.nextInt(0x110000);
        boolean surrogate = codePoint >= 0xd800 && codePoint < 0xe000;
        text.appendCodePoint(surrogate ? 'x' : codePoint);
      }
      byte[] bytes = Utf8.bytes(text.toString());
      assertThat(Utf8.isValid(bytes, 0, bytes.length)).isTrue();
      if (bytes.length > 0) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        assertAgrees(bytes);
      }
    }
  }

  @Test
  void looks_only_at_the_range() {
    byte[] bytes = {(byte) 0xff, 'a', 'b', (byte) 0xc3, (byte) 0xa9, (byte) 0xff};
    assertThat(Utf8.isValid(bytes, 1, 5)).isTrue();
    assertThat(Utf8.isValid(bytes, 1, 4)).isFalse();
    assertThat(Utf8.isValid(bytes, 1, 6)).isFalse();
    assertThat(Utf8.equals(bytes, 1, 3, Utf8.bytes("ab"))).isTrue();
    assertThat(Utf8.equals(bytes, 1, 3, Utf8.bytes("abc"))).isFalse();
    assertThat(Utf8.text(bytes, 1, 5)).isEqualTo("abé");
  }

  @Test
  void one_byte_that_is_not_ascii_is_seen_wherever_it_stands() {
    for (int length = 0; length < 40; length++) {
      byte[] bytes = new byte[length + 2];
      bytes[0] = -1;
      bytes[length + 1] = -1;
      assertThat(Utf8.isAscii(bytes, 1, 1 + length)).isTrue();
      for (int i = 1; i <= length; i++) {
        bytes[i] = (byte) 0x80;
        assertThat(Utf8.isAscii(bytes, 1, 1 + length)).isFalse();
        bytes[i] = 0x7f;
      }
    }
  }

  private static void assertAgrees(byte[] bytes) {
    boolean valid;
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      valid = true;
    } catch (CharacterCodingException e) {
      valid = false;
    }
    if (Utf8.isValid(bytes, 0, bytes.length) != valid) {
      throw new AssertionError(HexFormat.of().formatHex(bytes) + " valid: " + valid);
    }
    byte[] inside = new byte[bytes.length + 17];
    System.arraycopy(bytes, 0, inside, 9, bytes.length);
    assertThat(Utf8.isValid(inside, 1, inside.length)).isEqualTo(valid);
  }
}
