package dev.headgate.pipeline.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.headgate.pipeline.wire.Utf8;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpanHeadTest {
  private static final int STATE = 1 << Span.TRACE_STATE_FIELD_NUMBER;
  private static final int NAME = 1 << Span.NAME_FIELD_NUMBER;

  private final SpanHead head = new SpanHead();

  @Test
  void what_an_encoder_writes_before_the_attributes_is_the_head() {
    Span first = span().build();
    byte[] whole = span().addAttributes(KeyValue.newBuilder().setKey("a")).build().toByteArray();

    assertThat(head.read(whole, 0, whole.length)).isEqualTo(first.getSerializedSize());
    assertThat(head.fields()).isEqualTo(SpanHead.FIELD_BITS);
    assertThat(bytes(whole, head.traceIdFrom(), 16)).isEqualTo(first.getTraceId());
    assertThat(bytes(whole, head.spanIdFrom(), 8)).isEqualTo(first.getSpanId());
    assertThat(Utf8.text(whole, head.stateFrom(), head.stateTo())).isEqualTo("ot=th:8");
    assertThat(Utf8.text(whole, head.nameFrom(), head.nameTo())).isEqualTo("GET /");
  }

  @Test
  void a_head_is_the_part_of_the_span_that_protobuf_java_reads_from_it() throws Exception {
    long seed = 20261123;
    Random random = new Random(seed);
    for (int round = 0; round < 2_000; round++) {
      Span span = some(random);
      byte[] body = span.toByteArray();
      int from = random.nextInt(20);
      byte[] around = new byte[from + body.length + random.nextInt(20)];
      Arrays.fill(around, (byte) 0x22);
      System.arraycopy(body, 0, around, from, body.length);

      int end = head.read(around, from, from + body.length);

      Span read = Span.parseFrom(bytes(around, from, end - from));
      ByteString left = bytes(around, end, from + body.length - end);
      assertThat(head.fields()).as("seed %d, round %d", seed, round).isEqualTo(fields(read));
      assertThat(read.toBuilder().mergeFrom(left).build()).isEqualTo(span);
      assertThat(fields(read)).isEqualTo(expected(span));
      if (end > from) {
        assertThat(bytes(around, head.traceIdFrom(), 16)).isEqualTo(read.getTraceId());
        assertThat(head.traceIdTo()).isEqualTo(head.traceIdFrom() + 16);
        assertThat(bytes(around, head.spanIdFrom(), 8)).isEqualTo(read.getSpanId());
        assertThat(head.hasTraceState()).isEqualTo(!read.getTraceState().isEmpty());
        assertThat(Utf8.text(around, head.stateFrom(), head.stateTo()))
            .isEqualTo(read.getTraceState());
        assertThat(Utf8.text(around, head.nameFrom(), head.nameTo())).isEqualTo(read.getName());
      }
    }
  }

  /** The fields of a span, in the order of protobuf-java, that a head reaches. */
  private static int expected(Span span) {
    if (span.getTraceId().size() != 16 || span.getSpanId().size() != 8) {
      return 0;
    }
    int fields = 1 << 1 | 1 << 2;
    if (span.getTraceState().length() > 127) {
      return fields;
    }
    fields |= span.getTraceState().isEmpty() ? 0 : STATE;
    if (!span.getParentSpanId().isEmpty() && span.getParentSpanId().size() != 8) {
      return fields;
    }
    fields |= span.getParentSpanId().isEmpty() ? 0 : 1 << 4;
    if (span.getName().length() > 127) {
      return fields;
    }
    fields |= span.getName().isEmpty() ? 0 : NAME;
    boolean times = span.getKindValue() != 0 && span.getEndTimeUnixNano() != 0;
    return times ? fields | 1 << 6 | 1 << 7 | 1 << 8 : fields;
  }

  @Test
  void a_kind_of_two_bytes_ends_the_head_whatever_follows_it() {
    // Behind its first byte all looks as if it had but one.
    byte[] odd = span().setKindValue(7296).setStartTimeUnixNano(0x41L << 56).build().toByteArray();

    int end = head.read(odd, 0, odd.length);

    assertThat(bytes(odd, end, 2)).isEqualTo(ByteString.copyFrom(new byte[] {0x30, (byte) 0x80}));
    assertThat(head.fields()).isEqualTo(SpanHead.FIELD_BITS & 0b11_1111);
  }

  @Test
  void a_span_cut_short_anywhere_is_not_read_beyond_its_end() throws Exception {
    byte[] whole = span().build().toByteArray();
    for (int length = 0; length <= whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);

      int end = head.read(cut, 0, length);
      int endBeforeMore = head.read(whole, 0, length);

      assertThat(end).isEqualTo(endBeforeMore).isBetween(0, length);
      assertThat(head.fields()).isEqualTo(fields(Span.parseFrom(Arrays.copyOf(whole, end))));
    }
  }

  @Test
  void a_text_with_a_longer_length_ends_the_head() {
    byte[] name = span().setName("n".repeat(128)).build().toByteArray();
    byte[] state = span().setTraceState("s".repeat(128)).build().toByteArray();

    assertThat(bytes(name, head.read(name, 0, name.length), 1)).isEqualTo(tag(NAME));
    assertThat(head.fields() & NAME).isZero();
    assertThat(bytes(state, head.read(state, 0, state.length), 1)).isEqualTo(tag(STATE));
    assertThat(head.stateTo()).isEqualTo(head.stateTagStart());
    assertThat(head.fields() & STATE).isZero();
  }

  @Test
  void a_span_that_does_not_begin_with_both_ids_has_no_head() {
    for (Span.Builder odd :
        new Span.Builder[] {
          span().clearTraceId(),
          span().clearSpanId(),
          span().setTraceId(id(15)),
          span().setSpanId(id(9)),
          Span.newBuilder()
        }) {
      byte[] bytes = odd.build().toByteArray();
      assertThat(head.read(bytes, 0, bytes.length)).isZero();
      assertThat(head.fields()).isZero();
    }
  }

  private static Span some(Random random) {
    Span.Builder span = span();
    if (random.nextInt(10) == 0) {
      span.clearSpanId();
    }
    if (random.nextBoolean()) {
      span.setTraceState("t".repeat(random.nextInt(140)));
    }
    if (random.nextBoolean()) {
      span.setParentSpanId(id(random.nextInt(10)));
    }
    span.setName("n".repeat(random.nextInt(140)));
    if (random.nextInt(4) == 0) {
      span.clearKind();
    }
    if (random.nextInt(4) == 0) {
      span.clearEndTimeUnixNano();
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      span.addAttributes(KeyValue.newBuilder().setKey("k"));
    }
    return span.build();
  }

  private static Span.Builder span() {
    return Span.newBuilder()
        .setTraceId(id(16))
        .setSpanId(id(8))
        .setTraceState("ot=th:8")
        .setParentSpanId(id(8))
        .setName("GET /")
        .setKind(Span.SpanKind.SPAN_KIND_SERVER)
        .setStartTimeUnixNano(1)
        .setEndTimeUnixNano(2);
  }

  private static int fields(Span span) {
    return span.getAllFields().keySet().stream().mapToInt(f -> 1 << f.getNumber()).sum();
  }

  private static ByteString id(int length) {
    byte[] id = new byte[length];
    Arrays.fill(id, (byte) 7);
    return ByteString.copyFrom(id);
  }

  private static ByteString bytes(byte[] bytes, int from, int length) {
    return ByteString.copyFrom(bytes, from, length);
  }

  private static ByteString tag(int fieldBit) {
    return ByteString.copyFrom(
        new byte[] {(byte) (Integer.numberOfTrailingZeros(fieldBit) << 3 | 2)});
  }
}
