package dev.headgate.pipeline.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.memory.ArrayPool;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.memory.SpareBytes;
import dev.headgate.pipeline.otlp.OtlpSplitter.Part;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OtlpSplitterTest {
  private final ArrayPool pool = new ArrayPool(() -> 64L << 20, 1);

  private static final long SEED = 77_000;

  private final OtlpChecker checker = new OtlpChecker();

  @ParameterizedTest
  @EnumSource
  @SuppressWarnings("ReferenceEquality") // the very bytes, when they were not split
  void the_parts_hold_the_same_items_in_the_same_surroundings(Signal signal) {
    int parts = 0;
    for (int i = 0; i < 150; i++) {
      RandomOtlp generator = new RandomOtlp(SEED + i).withValueDepth(2);
      byte[] request = joined(generator, signal);
      long maxBytes = 1 + generator.random().nextInt(request.length + 10);
      int maxItems = 1 + generator.random().nextInt(12);
      Bytes whole = SpareBytes.of(request);
      List<Part> split = OtlpSplitter.split(signal, whole, maxBytes, maxItems, pool);
      parts += split.size();

      List<List<Message>> items = new ArrayList<>();
      for (Part part : split) {
        CheckedRequest checked = checker.check(signal, part.bytes(), 1);
        assertThat(checked.bytes()).as("seed %d", SEED + i).isSameAs(part.bytes());
        assertThat(part.items()).isEqualTo(checked.items());
        items.addAll(RequestFacts.flatten(RandomOtlp.parse(signal, part.bytes().toArray())));
      }
      assertThat(items.equals(RequestFacts.flatten(RandomOtlp.parse(signal, request))))
          .as("items of seed %d", SEED + i)
          .isTrue();
      split.stream().map(Part::bytes).filter(bytes -> bytes != whole).forEach(Bytes::release);
    }
    assertThat(parts).isGreaterThan(300);
    assertThat(pool.idleBytes()).as("arrays were lent again").isLessThan(4L << 20).isPositive();
  }

  @ParameterizedTest
  @EnumSource
  void parts_with_more_than_one_item_are_within_both_limits(Signal signal) {
    for (int i = 0; i < 100; i++) {
      RandomOtlp generator = new RandomOtlp(SEED + i).withValueDepth(1);
      byte[] request = joined(generator, signal);
      // Large enough for every header, so that only single items may be larger.
      long maxBytes = Math.max(4000, request.length / 4);
      for (Part part : OtlpSplitter.split(signal, SpareBytes.of(request), maxBytes, 3, pool)) {
        if (part.items() > 1) {
          assertThat(part.bytes().length())
              .as("seed %d", SEED + i)
              .isLessThanOrEqualTo((int) maxBytes);
        }
        assertThat(part.items()).isLessThanOrEqualTo(3);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void counting_agrees_with_protobuf_java(Signal signal) {
    for (int i = 0; i < 50; i++) {
      byte[] request = new RandomOtlp(SEED + i).next(signal);
      assertThat(OtlpCounter.count(signal, SpareBytes.of(request)))
          .isEqualTo(RequestFacts.items(RandomOtlp.parse(signal, request)));
    }
  }

  @Test
  void a_request_within_the_limits_comes_back_as_the_identical_array() {
    byte[] request = spans(10, 5);
    Bytes bytes = SpareBytes.of(request);
    List<Part> parts = OtlpSplitter.split(Signal.TRACES, bytes, request.length, 10, pool);
    assertThat(parts).hasSize(1);
    assertThat(parts.getFirst().bytes()).isSameAs(bytes);
    assertThat(parts.getFirst().items()).isEqualTo(10);
  }

  @Test
  void half_the_size_gives_two_or_three_parts() {
    byte[] request = spans(1000, 50);
    List<Part> parts =
        OtlpSplitter.split(
            Signal.TRACES, SpareBytes.of(request), request.length / 2, 100_000, pool);
    assertThat(parts).hasSizeBetween(2, 3);
    assertThat(parts.stream().mapToInt(Part::items).sum()).isEqualTo(1000);
  }

  @Test
  void an_item_that_is_too_large_is_a_part_of_its_own() {
    byte[] request =
        ExportTraceServiceRequest.newBuilder()
            .addResourceSpans(
                ResourceSpans.newBuilder()
                    .addScopeSpans(
                        ScopeSpans.newBuilder()
                            .addSpans(span(1, 10))
                            .addSpans(span(2, 5000))
                            .addSpans(span(3, 10))))
            .build()
            .toByteArray();
    List<Part> parts = OtlpSplitter.split(Signal.TRACES, SpareBytes.of(request), 500, 100, pool);
    assertThat(parts).extracting(Part::items).containsExactly(1, 1, 1);
    assertThat(parts).filteredOn(part -> part.bytes().length() > 500).hasSize(1);
  }

  @Test
  void a_huge_resource_is_not_repeated_without_bound() {
    byte[] request = spans(20_000, 400_000);
    for (long maxBytes : new long[] {400_200, 450_000, 1000}) {
      List<Part> parts =
          OtlpSplitter.split(Signal.TRACES, SpareBytes.of(request), maxBytes, 1_000_000, pool);
      long total = parts.stream().mapToLong(part -> part.bytes().length()).sum();
      assertThat(total).isLessThan(14L * request.length);
      assertThat(parts.stream().mapToInt(Part::items).sum()).isEqualTo(20_000);
    }
    List<Part> byItems =
        OtlpSplitter.split(Signal.TRACES, SpareBytes.of(request), 10_000_000, 1, pool);
    assertThat(byItems).extracting(Part::items).containsExactly(20_000);
  }

  @Test
  void limits_below_one_are_refused() {
    assertThatThrownBy(
            () -> OtlpSplitter.split(Signal.LOGS, SpareBytes.of(new byte[0]), 0, 1, pool))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> OtlpSplitter.split(Signal.LOGS, SpareBytes.of(new byte[0]), 1, 0, pool))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static byte[] joined(RandomOtlp generator, Signal signal) {
    Message.Builder all = RandomOtlp.prototype(signal).newBuilderForType();
    for (int i = 0; i < 3; i++) {
      all.mergeFrom(generator.nextMessage(signal));
    }
    return all.build().toByteArray();
  }

  private static byte[] spans(int count, int schemaUrlBytes) {
    ScopeSpans.Builder scope = ScopeSpans.newBuilder();
    for (int i = 0; i < count; i++) {
      scope.addSpans(span(i + 1, 20));
    }
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder()
                .setResource(Resource.newBuilder().setDroppedAttributesCount(3))
                .addScopeSpans(scope)
                .setSchemaUrl("u".repeat(schemaUrlBytes)))
        .build()
        .toByteArray();
  }

  private static Span span(int id, int nameBytes) {
    byte[] traceId = new byte[16];
    traceId[0] = 1;
    byte[] spanId = {(byte) id, (byte) (id >>> 8), (byte) (id >>> 16), 0, 0, 0, 0, 1};
    return Span.newBuilder()
        .setTraceId(ByteString.copyFrom(traceId))
        .setSpanId(ByteString.copyFrom(spanId))
        .setName("n".repeat(nameBytes))
        .build();
  }
}
