package dev.headgate.pipeline.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnknownFieldSet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WireReaderTest {
  @ParameterizedTest
  @ValueSource(
      longs = {0, 1, 127, 128, 16_383, 16_384, 1L << 31, 1L << 32, 1L << 62, Long.MAX_VALUE, -1})
  void varints_read_and_write_as_protobuf_java_does(long value) throws IOException {
    WireWriter writer = new WireWriter(1);
    writer.writeVarint(value);
    byte[] bytes = writer.toByteArray();
    assertThat(CodedInputStream.newInstance(bytes).readRawVarint64()).isEqualTo(value);
    assertThat(bytes).hasSize(CodedOutputStream.computeUInt64SizeNoTag(value));
    WireReader reader = new WireReader(bytes);
    assertThat(reader.readVarint()).isEqualTo(value);
    assertThat(reader.atEnd()).isTrue();
    assertThat(WireScan.varint(bytes, 0)).isEqualTo(value);
    assertThat(WireScan.varintEnd(bytes, 0)).isEqualTo(bytes.length);
  }

  @ParameterizedTest
  @CsvSource({
    "80, truncated varint",
    "ffffffffffffffffff02, varint over 64 bits",
    "ffffffffffffffffffff01, varint over ten bytes"
  })
  void broken_varints_are_malformed(String hex, String reason) {
    WireReader reader = new WireReader(HexFormat.of().parseHex(hex));
    assertThatThrownBy(reader::readVarint)
        .isInstanceOf(MalformedInputException.class)
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"00", "07", "8000", "8080808010", "ffffffffffffffffff01"})
  void invalid_tags_are_malformed(String hex) {
    WireReader reader = new WireReader(HexFormat.of().parseHex(hex));
    assertThatThrownBy(reader::readTag)
        .isInstanceOf(MalformedInputException.class)
        .hasMessageContaining("invalid tag");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "04616263",
        "ffffffff07616263",
        "8080808008",
        "ffffffffffffffff7f",
        "ffffffffffffffffff01"
      })
  void lengths_beyond_the_end_are_malformed(String hex) {
    WireReader reader = new WireReader(HexFormat.of().parseHex(hex));
    assertThatThrownBy(reader::readLength)
        .isInstanceOf(MalformedInputException.class)
        .hasMessageContaining("length beyond the end");
  }

  @Test
  void a_limit_hides_what_lies_behind_it() {
    WireReader reader = new WireReader(new byte[] {2, 8, 1, 16, 2});
    int outer = reader.pushLimit(reader.readLength());
    assertThat(reader.readTag()).isEqualTo(8);
    assertThat(reader.readVarint()).isEqualTo(1);
    assertThat(reader.atEnd()).isTrue();
    assertThatThrownBy(reader::readTag).isInstanceOf(MalformedInputException.class);
    assertThatThrownBy(reader::readFixed32).isInstanceOf(MalformedInputException.class);
    assertThatThrownBy(() -> reader.advance(-1)).isInstanceOf(MalformedInputException.class);
    reader.popLimit(outer);
    assertThat(reader.readTag()).isEqualTo(16);
    assertThat(reader.tagStart()).isEqualTo(3);
  }

  @Test
  void skips_random_fields_as_protobuf_java_does() throws IOException {
    SplittableRandom random = new SplittableRandom(9);
    for (int i = 0; i < 300; i++) {
      byte[] bytes = randomFields(random, 3).toByteArray();
      CodedInputStream theirs = CodedInputStream.newInstance(bytes);
      WireReader ours = new WireReader(bytes);
      while (!ours.atEnd()) {
        int tag = ours.readTag();
        assertThat(theirs.readTag()).isEqualTo(tag);
        int start = ours.tagStart();
        ours.skip(tag);
        theirs.skipField(tag);
        assertThat(ours.position()).isEqualTo(theirs.getTotalBytesRead());
        assertThat(ours.tagStart()).isEqualTo(start);
      }
      assertThat(theirs.isAtEnd()).isTrue();
    }
  }

  @Test
  void damaged_fields_end_in_a_clean_error_or_at_the_end() {
    SplittableRandom random = new SplittableRandom(10);
    int malformed = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] bytes = randomFields(random, 2).toByteArray();
      if (bytes.length == 0) {
        continue;
      }
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      WireReader reader = new WireReader(bytes);
      try {
        while (!reader.atEnd()) {
          reader.skip(reader.readTag());
        }
        assertThat(reader.position()).isEqualTo(bytes.length);
      } catch (MalformedInputException e) {
        malformed++;
        assertThat(e.offset()).isBetween(0, bytes.length);
      }
    }
    assertThat(malformed).isGreaterThan(100);
  }

  @Test
  void groups_nested_too_deep_and_ends_of_other_groups_are_malformed() {
    byte[] deep = new byte[10_000];
    Arrays.fill(deep, (byte) 0x0b);
    assertThatThrownBy(() -> skipFirst(deep)).hasMessageContaining("groups nested too deep");
    assertThatThrownBy(() -> skipFirst(new byte[] {0x0b, 0x14}))
        .hasMessageContaining("end of another group");
    assertThatThrownBy(() -> skipFirst(new byte[] {0x0c})).hasMessageContaining("wire type");
  }

  private static void skipFirst(byte[] bytes) {
    WireReader reader = new WireReader(bytes);
    reader.skip(reader.readTag());
  }

  private static UnknownFieldSet randomFields(SplittableRandom random, int depth) {
    UnknownFieldSet.Builder fields = UnknownFieldSet.newBuilder();
    for (int i = random.nextInt(6); i > 0; i--) {
      UnknownFieldSet.Field.Builder field = UnknownFieldSet.Field.newBuilder();
      switch (random.nextInt(depth > 0 ? 5 : 4)) {
        case 0 -> field.addVarint(random.nextLong());
        case 1 -> field.addFixed32(random.nextInt());
        case 2 -> field.addFixed64(random.nextLong());
        case 3 -> field.addLengthDelimited(ByteString.copyFrom(new byte[random.nextInt(300)]));
        default -> field.addGroup(randomFields(random, depth - 1));
      }
      fields.mergeField(1 + random.nextInt(1 << random.nextInt(29)), field.build());
    }
    return fields.build();
  }

  @Test
  void a_writer_writes_what_protobuf_java_writes() throws IOException {
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    CodedOutputStream theirs = CodedOutputStream.newInstance(expected);
    theirs.writeString(1, "é");
    theirs.writeFixed32(2, -3);
    theirs.writeFixed64((1 << 29) - 1, Long.MIN_VALUE);
    theirs.writeByteArray(4, new byte[] {7, 8});
    theirs.flush();
    WireWriter writer = new WireWriter(0);
    writer.writeStringField(1, "é");
    writer.writeTag(2, WireType.FIXED32);
    writer.writeFixed32(-3);
    writer.writeTag((1 << 29) - 1, WireType.FIXED64);
    writer.writeFixed64(Long.MIN_VALUE);
    writer.writeBytesField(4, new byte[] {6, 7, 8, 9}, 1, 3);
    assertThat(writer.toByteArray()).isEqualTo(expected.toByteArray());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 127, 128, 70_000})
  void back_patched_lengths_are_read_by_protobuf_java(int length) throws IOException {
    WireWriter writer = new WireWriter(4);
    writer.writeTag(1, WireType.LENGTH_DELIMITED);
    int outer = writer.beginLength();
    writer.writeTag(2, WireType.LENGTH_DELIMITED);
    int inner = writer.beginLength();
    writer.writeRaw(new byte[length], 0, length);
    writer.endLength(inner);
    writer.endLength(outer);
    CodedInputStream input = CodedInputStream.newInstance(writer.toByteArray());
    assertThat(input.readTag()).isEqualTo(10);
    CodedInputStream nested = CodedInputStream.newInstance(input.readByteArray());
    assertThat(nested.readTag()).isEqualTo(18);
    assertThat(nested.readByteArray()).hasSize(length);
    assertThat(nested.isAtEnd()).isTrue();
    assertThat(input.isAtEnd()).isTrue();
  }

  @Test
  void a_writer_refuses_to_grow_beyond_its_limit() {
    WireWriter writer = new WireWriter(4, 100);
    writer.writeRaw(new byte[90], 0, 90);
    assertThatThrownBy(() -> writer.writeRaw(new byte[11], 0, 11))
        .isInstanceOf(OutputLimitException.class)
        .hasMessageContaining("100");
    assertThat(writer.size()).isEqualTo(90);
    writer.reset(16);
    assertThat(writer.size()).isZero();
    assertThat(writer.array().length).isLessThanOrEqualTo(16);
  }
}
