package dev.headgate.pipeline.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.memory.Slice;
import dev.headgate.pipeline.memory.Slices;
import dev.headgate.pipeline.memory.SpareBytes;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OtlpSplitterTest {
  private static final long SEED = 77_000;

  private final OtlpChecker checker = new OtlpChecker();

  /// Up to six numbers of items, ascending.
  private static int[] bounds(RandomGenerator random, int items) {
    return random.ints(2 + random.nextInt(5), 0, items + 1).sorted().distinct().toArray();
  }

  @ParameterizedTest
  @EnumSource
  void the_parts_hold_the_same_items_in_the_same_surroundings(Signal signal) {
    int parts = 0;
    for (int i = 0; i < 300; i++) {
      RandomOtlp generator = new RandomOtlp(SEED + i).withValueDepth(2);
      byte[] request = joined(generator, signal);
      List<List<Message>> items = RequestFacts.flatten(RandomOtlp.parse(signal, request));
      int[] bounds = bounds(generator.random(), items.size());
      if (bounds.length < 2) {
        continue;
      }
      List<Slices> split = OtlpSplitter.split(signal, SpareBytes.of(request), items.size(), bounds);
      assertThat(split).as("seed %d", SEED + i).hasSize(bounds.length - 1);
      for (int p = 0; p < split.size(); p++) {
        byte[] part = split.get(p).toArray();
        assertThat(part).hasSize(split.get(p).length());
        CheckedRequest checked = checker.check(signal, SpareBytes.of(part), 1);
        assertThat(checked.items()).isEqualTo(bounds[p + 1] - bounds[p]);
        assertThat(
                RequestFacts.flatten(RandomOtlp.parse(signal, part))
                    .equals(items.subList(bounds[p], bounds[p + 1])))
            .as("items of part %d, seed %d", p, SEED + i)
            .isTrue();
        parts++;
      }
    }
    assertThat(parts).isGreaterThan(300);
  }

  @ParameterizedTest
  @EnumSource
  void all_items_in_one_part_are_the_request_in_one_slice(Signal signal) {
    for (int i = 0; i < 50; i++) {
      Bytes request = SpareBytes.of(joined(new RandomOtlp(SEED + i), signal));
      int items = OtlpCounter.count(signal, request);
      if (items > 0) {
        assertThat(OtlpSplitter.split(signal, request, items, 0, items))
            .as("seed %d", SEED + i)
            .containsExactly(
                new Slices(List.of(new Slice(request, 0, request.length())), request.length()));
      }
    }
  }

  @Test
  void a_message_without_items_goes_with_the_item_before_it() {
    ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
    request.addResourceMetricsBuilder().setSchemaUrl("nothing in front");
    var scope = request.addResourceMetricsBuilder().setSchemaUrl("first").addScopeMetricsBuilder();
    scope.addMetrics(gauge("m0", 1));
    scope.addMetrics(gauge("m1", 1));
    scope.addMetricsBuilder().setName("nothing behind m1");
    request.addResourceMetricsBuilder().setSchemaUrl("nothing between");
    request
        .addResourceMetricsBuilder()
        .setSchemaUrl("second")
        .addScopeMetricsBuilder()
        .addMetrics(gauge("m2", 2));
    request.addResourceMetricsBuilder().setSchemaUrl("nothing behind");
    byte[] bytes = request.build().toByteArray();

    List<String> parts =
        OtlpSplitter.split(Signal.METRICS, SpareBytes.of(bytes), 4, 0, 1, 2, 4).stream()
            .map(part -> RandomOtlp.parse(Signal.METRICS, part.toArray()).toString())
            .toList();

    assertThat(parts.get(0)).contains("nothing in front", "first", "m0").doesNotContain("m1");
    assertThat(parts.get(1)).contains("first", "m1", "nothing behind m1", "nothing between");
    assertThat(parts.get(1)).doesNotContain("m0", "nothing in front", "m2");
    assertThat(parts.get(2)).contains("second", "m2", "nothing behind").doesNotContain("first");
  }

  private static Metric gauge(String name, int points) {
    Metric.Builder metric = Metric.newBuilder().setName(name);
    IntStream.rangeClosed(1, points)
        .forEach(i -> metric.getGaugeBuilder().addDataPointsBuilder().setTimeUnixNano(i));
    return metric.build();
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
  void a_whole_scope_in_pieces_beside_what_is_cut_is_one_slice() {
    byte[] torn = inOneScope(tornScope(200));
    byte[] rest = spans(2, 5);
    byte[] bytes = Arrays.copyOf(torn, torn.length + rest.length);
    System.arraycopy(rest, 0, bytes, torn.length, rest.length);

    List<Slices> parts =
        OtlpSplitter.split(Signal.TRACES, SpareBytes.of(bytes), 202, 0, 200, 201, 202);

    assertThat(parts).hasSize(3);
    assertThat(parts.getFirst().toArray()).isEqualTo(torn);
  }

  @Test
  void nothing_but_tags_and_lengths_is_copied() {
    Bytes request = SpareBytes.of(spans(1000, 50));

    for (Slices part : OtlpSplitter.split(Signal.TRACES, request, 1000, 0, 500, 1000)) {
      int copied =
          part.slices().stream()
              .filter(slice -> !slice.bytes().equals(request))
              .mapToInt(Slice::length)
              .sum();
      assertThat(part.length()).isGreaterThan(request.length() / 2);
      assertThat(copied).isBetween(4, 12);
      assertThat(part.slices()).hasSizeLessThan(8);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {999, 1001})
  void a_request_with_another_number_of_items_is_not_cut(int said) {
    assertThatThrownBy(
            () -> OtlpSplitter.split(Signal.TRACES, Bytes.of(spans(1000, 5)), said, 0, 500, said))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("items: " + said + " (expected: 1000)");
  }

  @Test
  void what_a_hostile_client_tears_into_slices_is_not_cut() {
    Bytes torn = Bytes.of(inOneScope(tornScope(200)));

    assertThat(OtlpCounter.count(Signal.TRACES, torn)).isEqualTo(200);
    assertThat(OtlpSplitter.split(Signal.TRACES, torn, 200, 0, 100, 200)).isEmpty();
    assertThat(OtlpSplitter.split(Signal.TRACES, torn, 200, 199, 200)).isEmpty();
  }

  @Test
  void a_part_is_in_64_slices_at_most() {
    // The 21 spans, all 41 fields, and the tags and lengths of the two messages around them.
    Bytes most = Bytes.of(inOneScope(tornScope(41)));
    List<Slices> parts = OtlpSplitter.split(Signal.TRACES, most, 41, 0, 21);
    assertThat(parts.getFirst().slices()).hasSize(64);

    assertThat(OtlpSplitter.split(Signal.TRACES, most, 41, 0, 22)).isEmpty();
  }

  /// The body of a ScopeSpans with an unknown field behind each of its spans.
  private static byte[] tornScope(int spans) {
    ByteArrayOutputStream scope = new ByteArrayOutputStream();
    byte[] unknown =
        UnknownFieldSet.newBuilder()
            .addField(77, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
            .build()
            .toByteArray();
    for (int i = 0; i < spans; i++) {
      scope.writeBytes(ScopeSpans.newBuilder().addSpans(span(i + 1, 5)).build().toByteArray());
      scope.writeBytes(unknown);
    }
    return scope.toByteArray();
  }

  private static byte[] inOneScope(byte[] scope) {
    ByteString body = ByteString.copyFrom(scope);
    UnknownFieldSet resource = lengthDelimited(2, body);
    return lengthDelimited(1, resource.toByteString()).toByteArray();
  }

  private static UnknownFieldSet lengthDelimited(int number, ByteString body) {
    return UnknownFieldSet.newBuilder()
        .addField(number, UnknownFieldSet.Field.newBuilder().addLengthDelimited(body).build())
        .build();
  }

  @Test
  void bounds_that_do_not_ascend_within_the_items_are_refused() {
    for (int[] bounds :
        List.of(
            new int[] {0},
            new int[] {0, 0},
            new int[] {2, 1},
            new int[] {-1, 1},
            new int[] {0, 4})) {
      assertThatThrownBy(() -> OtlpSplitter.split(Signal.TRACES, Bytes.of(spans(3, 1)), 3, bounds))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected: ascending, 0 to 3");
    }
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
    IntStream.rangeClosed(1, count).mapToObj(id -> span(id, 20)).forEach(scope::addSpans);
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
