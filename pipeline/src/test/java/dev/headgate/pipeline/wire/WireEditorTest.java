package dev.headgate.pipeline.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import dev.headgate.pipeline.memory.ArrayPool;
import dev.headgate.pipeline.memory.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random edits of random trees, done by the editor and by protobuf-java.
class WireEditorTest {
  private static final long SEED = 31;
  private static final int MESSAGE = 1; // fields 1 to 3 are messages
  private static final int TEXT = 4; // fields 4 to 6 are texts
  private static final int MAX_BYTE = 127;
  private static final ByteString TAIL = ByteString.copyFromUtf8("end");
  private static final ByteString REPLACEMENT = ByteString.copyFromUtf8("replaced ".repeat(20));

  private final ArrayPool pool = new ArrayPool(() -> 1 << 20, 1);
  private WireEditor editor = new WireEditor(pool);

  @Test
  void the_writer_spells_hex_digits_as_the_jdk_does() {
    SplittableRandom random = new SplittableRandom(11);
    for (int i = 0; i < 2000; i++) {
      long value = random.nextLong() >>> random.nextInt(64);
      int digits = random.nextInt(17);
      WireWriter out = new WireWriter(0);
      out.writeHex(value, digits);
      assertThat(new String(out.toByteArray(), StandardCharsets.US_ASCII))
          .isEqualTo(HexFormat.of().toHexDigits(value).substring(0, digits));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void random_edits_give_what_protobuf_java_gives(boolean lent) {
    editor = lent ? editor : new WireEditor();
    int unchanged = 0;
    for (int i = 0; i < 2000; i++) {
      UnknownFieldSet tree = tree(new SplittableRandom(SEED + i), 5);
      byte[] source = tree.toByteArray();
      byte[] within = new byte[source.length + 7];
      System.arraycopy(source, 0, within, 3, source.length);
      // One decision in so many is an edit; the same sequence of decisions for both sides.
      int oneIn = 2 + i % 30;

      UnknownFieldSet expected = edited(tree, new SplittableRandom(i), oneIn);
      editor.reset(within, 3, 3 + source.length);
      walk(within, 3, 3 + source.length, new SplittableRandom(i), oneIn);
      boolean changed = editor.changed();
      Bytes edited = editor.finish();
      byte[] result = edited == null ? null : edited.toArray();
      if (edited != null && i % 2 == 0) {
        edited.release();
      }

      assertThat(result != null).isEqualTo(changed);
      UnknownFieldSet actual = parse(result == null ? source : result);
      assertThat(actual.equals(normal(expected))).as("seed %d", SEED + i).isTrue();
      unchanged += changed ? 0 : 1;
    }
    assertThat(unchanged).isBetween(100, 1500);
  }

  private static byte[] numbered(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 31 + (i >>> 8));
    }
    return bytes;
  }

  @Test
  void what_outgrows_its_lent_array_is_copied_and_the_array_is_back() {
    byte[] source = numbered(1000);
    editor.reset(source, 0, 1000);
    editor.edit(500, 500).writeRaw(source, 0, 1000);
    assertThat(pool.idleBytes()).isZero();

    byte[] result = editor.finish().toArray();

    assertThat(pool.idleBytes()).isBetween(1000L, 1300L);
    assertThat(result).hasSize(2000).startsWith(Arrays.copyOf(source, 500));
    assertThat(Arrays.copyOfRange(result, 500, 1500)).isEqualTo(source);
    assertThat(result).endsWith(Arrays.copyOfRange(source, 500, 1000));
  }

  @Test
  void what_is_left_of_a_large_message_keeps_no_large_array() {
    byte[] source = numbered(1000);
    editor.reset(source, 0, 1000);
    editor.delete(100, 1000);

    Bytes result = editor.finish();

    assertThat(result.toArray()).isEqualTo(Arrays.copyOf(source, 100));
    assertThat(result.heldBytes()).isLessThan(130);
    assertThat(pool.idleBytes()).isBetween(1000L, 1300L);
  }

  @Test
  void an_edit_that_ended_in_an_exception_gives_its_array_back() {
    byte[] source = numbered(1000);
    editor.reset(source, 0, 1000);
    WireWriter out = editor.edit(10, 20);
    byte[] tooMuch = new byte[5 << 20];
    assertThatThrownBy(() -> out.writeRaw(tooMuch, 0, tooMuch.length))
        .isInstanceOf(OutputLimitException.class);

    editor.reset(source, 0, 1000);

    assertThat(pool.idleBytes()).isBetween(1000L, 1300L);
    editor.delete(0, 1);
    assertThat(editor.finish().toArray()).isEqualTo(Arrays.copyOfRange(source, 1, 1000));
  }

  @Test
  void one_message_after_another_leaves_the_ones_before_alone() {
    byte[] source = numbered(1000);
    List<Bytes> results = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      editor.reset(source, 0, 1000);
      editor.delete(i, i + 1);
      results.add(editor.finish());
    }
    for (int i = 0; i < 3; i++) {
      byte[] result = results.get(i).toArray();
      assertThat(result).hasSize(999);
      assertThat(Arrays.equals(result, 0, i, source, 0, i)).isTrue();
      assertThat(Arrays.equals(result, i, 999, source, i + 1, 1000)).isTrue();
    }

    results.get(1).release();
    byte[] back = results.get(1).array();
    editor.reset(source, 0, 1000);
    editor.delete(0, 1);
    assertThat(editor.finish().array()).isSameAs(back);
  }

  @ParameterizedTest
  @ValueSource(ints = {(1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 << 19})
  void a_message_of_about_a_mebibyte_is_as_long_as_it_says_without_a_pool(int length) {
    byte[] source = numbered(length);
    editor = new WireEditor();
    for (int i = 0; i < 2; i++) {
      editor.reset(source, 0, length);
      editor.delete(5, 6);
      Bytes result = editor.finish();

      assertThat(result.length()).isEqualTo(length - 1);
      assertThat(Arrays.equals(result.array(), 0, 5, source, 0, 5)).isTrue();
      assertThat(Arrays.equals(result.array(), 5, length - 1, source, 6, length)).isTrue();
      assertThat(result.heldBytes()).isLessThanOrEqualTo(length / 3 * 4);
    }
  }

  @Test
  void nothing_edited_gives_nothing() {
    byte[] source = {10, 2, 8, 1};
    editor.reset(source, 0, 4);
    editor.enter(0, 1, 2, 4);
    editor.leave();
    assertThat(editor.changed()).isFalse();
    assertThat(editor.finish()).isNull();
  }

  @Test
  void deleting_a_message_forgets_the_edits_inside_it() {
    byte[] source = {8, 7, 10, 4, 10, 2, 8, 1, 16, 9};
    editor.reset(source, 0, source.length);
    editor.enter(2, 3, 4, 8);
    editor.enter(4, 5, 6, 8);
    editor.edit(6, 8).writeRaw(REPLACEMENT.toByteArray(), 0, 50);
    editor.leave();
    editor.leaveAndDelete();
    assertThat(editor.finish().toArray()).isEqualTo(new byte[] {8, 7, 16, 9});
  }

  @Test
  void inserts_at_the_end_of_a_message_and_grows_the_lengths_around_it() {
    byte[] source = {10, 4, 10, 2, 8, 1, 16, 9};
    editor.reset(source, 0, source.length);
    editor.enter(0, 1, 2, 6);
    editor.enter(2, 3, 4, 6);
    editor.edit(6, 6).writeRaw(new byte[] {16, 5}, 0, 2);
    editor.leave();
    editor.leave();
    assertThat(editor.finish().toArray()).isEqualTo(new byte[] {10, 6, 10, 4, 8, 1, 16, 5, 16, 9});
  }

  @Test
  void a_walk_that_did_not_leave_what_it_entered_is_a_bug() {
    editor.reset(new byte[] {10, 0}, 0, 2);
    editor.enter(0, 1, 2, 2);
    assertThatThrownBy(editor::finish).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void more_levels_than_the_first_frames_are_no_problem() {
    int levels = 40;
    WireWriter nested = new WireWriter(100);
    for (int i = levels; i > 0; i--) {
      nested.writeTag(1, 2);
      nested.writeVarint(2L * i);
    }
    nested.writeRaw(new byte[] {8, 1}, 0, 2);
    byte[] source = nested.toByteArray();
    editor.reset(source, 0, source.length);
    for (int i = 0; i < levels; i++) {
      editor.enter(2 * i, 2 * i + 1, 2 * i + 2, source.length);
    }
    editor.edit(source.length - 1, source.length).writeVarint(2);
    for (int i = 0; i < levels; i++) {
      editor.leave();
    }
    source[source.length - 1] = 2;
    assertThat(editor.finish().toArray()).isEqualTo(source);
  }

  /// The editor's side: decides for every field, in the order of the wire.
  private void walk(byte[] source, int from, int to, SplittableRandom decisions, int oneIn) {
    WireReader reader = new WireReader();
    reader.reset(source, from, to);
    while (!reader.atEnd()) {
      int tag = reader.readTag();
      int tagStart = reader.tagStart();
      int lengthStart = reader.position();
      int length = reader.readLength();
      int bodyStart = reader.position();
      int bodyEnd = bodyStart + length;
      reader.advance(length);
      int decision = decisions.nextInt(oneIn * 4);
      if (WireType.field(tag) < TEXT) {
        editor.enter(tagStart, lengthStart, bodyStart, bodyEnd);
        walk(source, bodyStart, bodyEnd, decisions, oneIn);
        if (decision == 0) {
          editor.leaveAndDelete();
          continue;
        }
        if (decision == 1) {
          editor
              .edit(bodyEnd, bodyEnd)
              .writeBytesField(TEXT, REPLACEMENT.toByteArray(), 0, REPLACEMENT.size());
        }
        editor.leave();
      } else if (decision == 0) {
        editor.delete(tagStart, bodyEnd);
      } else if (decision == 1) {
        WireWriter out = editor.edit(lengthStart, bodyEnd);
        out.writeVarint(REPLACEMENT.size());
        out.writeRaw(REPLACEMENT.toByteArray(), 0, REPLACEMENT.size());
      } else if (decision == 2) {
        editor
            .edit(tagStart, tagStart)
            .writeBytesField(WireType.field(tag), REPLACEMENT.toByteArray(), 0, 0);
      } else if (decision == 3 && length > 0 && length <= MAX_BYTE) {
        editor.editTail(lengthStart, 4, bodyStart + 1, bodyEnd).writeRaw(TAIL.toByteArray(), 0, 3);
      }
    }
  }

  /// The same edits by protobuf-java.
  private static UnknownFieldSet edited(
      UnknownFieldSet tree, SplittableRandom decisions, int oneIn) {
    UnknownFieldSet.Builder result = UnknownFieldSet.newBuilder();
    for (Map.Entry<Integer, Field> entry : tree.asMap().entrySet()) {
      int number = entry.getKey();
      for (ByteString bytes : entry.getValue().getLengthDelimitedList()) {
        int decision = decisions.nextInt(oneIn * 4);
        if (number < TEXT) {
          UnknownFieldSet child = edited(parse(bytes.toByteArray()), decisions, oneIn);
          if (decision == 1) {
            child = add(child.toBuilder(), TEXT, REPLACEMENT).build();
          }
          if (decision != 0) {
            add(result, number, child.toByteString());
          }
          continue;
        }
        if (decision == 2) {
          add(result, number, ByteString.EMPTY);
        }
        if (decision == 3 && !bytes.isEmpty() && bytes.size() <= MAX_BYTE) {
          add(result, number, bytes.substring(0, 1).concat(TAIL));
        } else if (decision != 0) {
          add(result, number, decision == 1 ? REPLACEMENT : bytes);
        }
      }
    }
    return result.build();
  }

  private static UnknownFieldSet.Builder add(
      UnknownFieldSet.Builder fields, int number, ByteString bytes) {
    return fields.mergeField(number, Field.newBuilder().addLengthDelimited(bytes).build());
  }

  private static UnknownFieldSet tree(SplittableRandom random, int depth) {
    UnknownFieldSet.Builder fields = UnknownFieldSet.newBuilder();
    for (int i = random.nextInt(5); i > 0; i--) {
      if (depth > 0 && random.nextInt(3) > 0) {
        add(fields, MESSAGE + random.nextInt(3), tree(random, depth - 1).toByteString());
      } else {
        add(fields, TEXT + random.nextInt(3), ByteString.copyFrom(new byte[random.nextInt(200)]));
      }
    }
    return fields.build();
  }

  /// Parses, with every message inside spelt as protobuf-java spells it (lengths unpadded).
  private static UnknownFieldSet parse(byte[] bytes) {
    try {
      return normal(UnknownFieldSet.parseFrom(bytes));
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static UnknownFieldSet normal(UnknownFieldSet tree) {
    UnknownFieldSet.Builder result = UnknownFieldSet.newBuilder();
    for (Map.Entry<Integer, Field> entry : tree.asMap().entrySet()) {
      for (ByteString bytes : entry.getValue().getLengthDelimitedList()) {
        boolean message = entry.getKey() < TEXT;
        add(result, entry.getKey(), message ? parse(bytes.toByteArray()).toByteString() : bytes);
      }
    }
    return result.build();
  }

  @Test
  void a_message_may_not_grow_out_of_all_proportion() {
    byte[] source = new byte[1000];
    byte[] piece = new byte[1 << 20];
    WireEditor editor = new WireEditor();
    editor.reset(source, 0, source.length);
    WireWriter out = editor.edit(0, 0);
    for (int i = 0; i < 4; i++) {
      out.writeRaw(piece, 0, piece.length);
    }

    assertThatThrownBy(() -> out.writeRaw(piece, 0, piece.length))
        .isInstanceOf(OutputLimitException.class);

    editor.reset(source, 0, source.length);
    editor.delete(0, 1);
    assertThat(editor.finish().length()).isEqualTo(999);
  }
}
