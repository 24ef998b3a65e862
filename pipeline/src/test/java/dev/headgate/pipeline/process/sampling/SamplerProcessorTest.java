package dev.headgate.pipeline.process.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.headgate.config.SamplerConfig;
import dev.headgate.config.SamplerConfig.AttributeSource;
import dev.headgate.config.SamplerConfig.Mode;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.ledger.DropReason;
import dev.headgate.pipeline.memory.SpareBytes;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.payload.Tenant;
import dev.headgate.pipeline.process.ChainContext;
import dev.headgate.pipeline.process.LendingContext;
import dev.headgate.pipeline.wire.Utf8;
import dev.headgate.pipeline.wire.WireWriter;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SamplerProcessorTest {
  // One for all spans of a test, so that nothing may stay of the one before.
  private final SamplerProcessor keepingAll =
      SamplerFixture.sampler(SamplerFixture.config(Mode.PROPORTIONAL, 100));

  private static final String TAIL = "fefefefefefefefefe";

  @ParameterizedTest
  @CsvSource({
    "PROPORTIONAL, 100, 4, true, '', 80000000000000, ot=th:0",
    "PROPORTIONAL, 200, 4, true, '', 80000000000000, ot=th:0",
    "PROPORTIONAL, 50, 4, true, '', 80000000000000, ot=th:8",
    "EQUALIZING, 50, 4, true, '', 80000000000000, ot=th:8",
    "PROPORTIONAL, 49, 4, true, '', 80000000000000, DROP",
    "EQUALIZING, 25, 4, true, '', c0000000000000, ot=th:c",
    "PROPORTIONAL, 25, 4, true, '', b0000000000000, DROP",
    "EQUALIZING, 1, 14, true, rv:FD70A3D70A3D71, 0, ot=rv:FD70A3D70A3D71;th:fd70a3d70a3d71",
    "EQUALIZING, 1, 4, true, rv:FD70A3D70A3D71, 0, ot=rv:FD70A3D70A3D71;th:fd70a",
    "EQUALIZING, 1, 3, true, rv:FD70A3D70A3D71, 0, DROP",
    "EQUALIZING, 1, 14, true, rv:FD70A3D70A3D70, 0, DROP",
    "EQUALIZING, 50, 4, true, rv:90000000000000;th:80000000000000, 0, ot=rv:90000000000000;th:8",
    "PROPORTIONAL, 50, 4, true, rv:90000000000000;th:80000000000000, 0, DROP",
    "EQUALIZING, 50, 4, true, rv:c0000000000000;th:8, 0, ot=rv:c0000000000000;th:8",
    "PROPORTIONAL, 50, 4, true, rv:c0000000000000;th:8, 0, ot=rv:c0000000000000;th:c",
    "EQUALIZING, 25, 4, true, th:8, ffffffffffffff, ot=th:c",
    "PROPORTIONAL, 25, 4, true, th:8, ffffffffffffff, ot=th:e",
    "EQUALIZING, 40, 6, true, th:8, d0000000000000, ot=th:99999a",
    "PROPORTIONAL, 40, 6, true, th:8, d0000000000000, ot=th:cccccd",
    "EQUALIZING, 40, 3, true, th:8, b0000000000000, ot=th:99a",
    "PROPORTIONAL, 40, 3, true, th:8, b0000000000000, DROP",
    "EQUALIZING, 100, 4, false, rv:40000000000000;th:8, 0, ot=rv:40000000000000;th:0",
    "EQUALIZING, 100, 4, true, rv:40000000000000;th:8, 0, DROP",
    "EQUALIZING, 50, 4, true, rv:abababababababab, ffffffffffffff, DROP",
    "EQUALIZING, 50, 4, true, th:abababababababab, ffffffffffffff, DROP",
    "PROPORTIONAL, 50, 4, true, th:-1, ffffffffffffff, DROP",
    "PROPORTIONAL, 50, 4, false, th:-1, 0, ot=th:-1"
  })
  void decides_by_the_rows_of_the_collector(
      Mode mode,
      double percentage,
      int precision,
      boolean failClosed,
      String ot,
      String tail,
      String expected) {
    String id = (TAIL + "0".repeat(14)).substring(0, 32 - tail.length()) + tail;
    SamplerProcessor sampler =
        SamplerFixture.sampler(SamplerFixture.config(mode, percentage, precision, failClosed));

    String actual =
        SamplerFixture.traceState(
            sampler, SamplerFixture.span(id, ot.isEmpty() ? "" : "ot=" + ot).build());

    assertThat(actual).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "HASH_SEED, 62, true, DROP",
    "PROPORTIONAL, 62, true, DROP",
    "EQUALIZING, 62, true, DROP",
    "HASH_SEED, 62, false, ot=th:0",
    "PROPORTIONAL, 62, false, ot=th:0",
    "EQUALIZING, 62, false, ot=th:0",
    "HASH_SEED, 0, false, DROP",
    "EQUALIZING, 0, false, DROP"
  })
  void an_empty_trace_id_has_no_randomness(
      Mode mode, double percentage, boolean failClosed, String expected) {
    SamplerProcessor sampler =
        SamplerFixture.sampler(SamplerFixture.config(mode, percentage, 4, failClosed));

    String actual =
        SamplerFixture.traceState(sampler, SamplerFixture.span("00".repeat(16), "").build());

    assertThat(actual).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "i, 2, 0, keep",
    "s, 1, 0, keep",
    "d, 1.0, 0, keep",
    "i, 0, 100, drop",
    "s, 0.0, 100, drop",
    "d, 0, 100, drop",
    "i, -1, 100, keep",
    "i, -1, 0, drop",
    "d, NaN, 100, keep",
    "d, NaN, 0, drop",
    "s, NaN, 0, drop",
    "s, 1d, 0, drop",
    "s, ' 1', 0, drop",
    "s, 1e9999, 0, drop",
    "s, '', 100, keep",
    "b, true, 0, drop"
  })
  void obeys_the_sampling_priority_of_a_span(
      String type, String text, double percentage, String expected) {
    AnyValue.Builder value = AnyValue.newBuilder();
    switch (type) {
      case "i" -> value.setIntValue(Long.parseLong(text));
      case "d" -> value.setDoubleValue(Double.parseDouble(text));
      case "b" -> value.setBoolValue(Boolean.parseBoolean(text));
      default -> value.setStringValue(text);
    }
    Span span =
        SamplerFixture.span(SamplerFixture.TRACE_ID, "")
            .addAttributes(SamplerFixture.attribute("http.route", "/"))
            .addAttributes(SamplerFixture.attribute("sampling.priority", value))
            .addAttributes(SamplerFixture.attribute("sampling.priority", "0"))
            .build();

    String actual =
        SamplerFixture.traceState(
            SamplerFixture.sampler(SamplerFixture.config(Mode.PROPORTIONAL, percentage)), span);

    assertThat(actual).isEqualTo(expected.equals("keep") ? "ot=th:0" : "DROP");
  }

  @Test
  void finds_the_sampling_priority_behind_an_overlong_tag() {
    byte[] attribute = SamplerFixture.attribute("sampling.priority", "0").toByteArray();
    WireWriter span = new WireWriter(64);
    span.writeRaw(new byte[] {(byte) 0xca, 0, (byte) attribute.length}, 0, 3);
    span.writeRaw(attribute, 0, attribute.length);

    Payload out =
        SamplerFixture.sampler(SamplerFixture.config(Mode.PROPORTIONAL, 100))
            .process(SamplerFixture.spelt(span.toByteArray()), LendingContext.create());

    assertThat(out.items()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0a11 %s 1202 1800", // as everybody writes it
        "0a9100 %s 1202 1800", // padded lengths
        "0a11 %s 12828000 1800",
        "f80601 0a11 %s 1202 1800", // an unknown field before the key
        "0a11 %s f80601 1202 1800"
      })
  void finds_the_sampling_priority_however_it_is_spelt(String spelling) throws IOException {
    String key = HexFormat.of().formatHex(Utf8.bytes("sampling.priority"));
    byte[] attribute = HexFormat.of().parseHex(spelling.formatted(key).replace(" ", ""));
    for (int padding = 0; padding < 3; padding++) {
      ByteString.Output span = ByteString.newOutput();
      SamplerFixture.span(SamplerFixture.TRACE_ID, "").build().writeTo(span);
      span.write(0x4a);
      span.write(attribute.length | (padding > 0 ? 0x80 : 0));
      for (int i = padding - 1; i >= 0; i--) {
        span.write(i > 0 ? 0x80 : 0);
      }
      span.write(attribute);
      SamplerProcessor sampler =
          SamplerFixture.sampler(SamplerFixture.config(Mode.PROPORTIONAL, 100));
      Payload payload = SamplerFixture.spelt(span.toByteString().toByteArray());
      assertThat(sampler.process(payload, LendingContext.create()).items()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', ot=th:0",
    "a=b, 'ot=th:0,a=b'",
    "ot=th:8, ot=th:8",
    "'x=1 , ot=th:c', 'x=1 , ot=th:c'",
    "ot=rv:00000000000000, ot=rv:00000000000000;th:0",
    "ot=rv:00000000000000;th:8, ot=rv:00000000000000;th:8",
    "ot=th:q, ot=th:q"
  })
  void every_error_span_leaves_with_its_threshold(String in, String out) {
    for (Mode mode : Mode.values()) {
      SamplerProcessor sampler = SamplerFixture.sampler(SamplerFixture.keepingErrors(mode, 0));
      Span span =
          SamplerFixture.span("00".repeat(15) + "01", in)
              .addAttributes(SamplerFixture.attribute("sampling.priority", "0"))
              .setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR))
              .build();

      assertThat(SamplerFixture.sampled(sampler, span))
          .isEqualTo(span.toBuilder().setTraceState(out).build());
    }
  }

  @Test
  void a_new_tracestate_stands_where_an_encoder_writes_it() throws IOException {
    for (Span span :
        List.of(
            SamplerFixture.span(SamplerFixture.TRACE_ID, "").build(),
            SamplerFixture.span(SamplerFixture.TRACE_ID, "")
                .setParentSpanId(SamplerFixture.id("0807060504030201"))
                .setKind(Span.SpanKind.SPAN_KIND_CLIENT)
                .build(),
            Span.newBuilder().setTraceId(SamplerFixture.id(SamplerFixture.TRACE_ID)).build())) {
      assertSampled(
          span.toByteString(), span.toBuilder().setTraceState("ot=th:0").build().toByteString());
    }
  }

  @Test
  void a_tracestate_is_rewritten_in_place_wherever_it_stands() throws IOException {
    for (String state : List.of("a=1", "a=" + "x".repeat(200))) {
      Span bare = SamplerFixture.span(SamplerFixture.TRACE_ID, "").build();
      ByteString before = Span.newBuilder().setTraceState(state).build().toByteString();
      ByteString after = Span.newBuilder().setTraceState("ot=th:0," + state).build().toByteString();

      assertSampled(
          bare.toBuilder().setTraceState(state).build().toByteString(),
          bare.toBuilder().setTraceState("ot=th:0," + state).build().toByteString());
      assertSampled(bare.toByteString().concat(before), bare.toByteString().concat(after));
    }
  }

  private void assertSampled(ByteString before, ByteString after) throws IOException {
    Payload out =
        keepingAll.process(SamplerFixture.spelt(before.toByteArray()), LendingContext.create());

    assertThat(SamplerFixture.parseTraces(out).getResourceSpans(0).getScopeSpans(0).getSpansList())
        .containsExactly(Span.parseFrom(after));
    assertThat(out.bytes().toArray()).endsWith(after.toByteArray());
  }

  @Test
  void a_span_that_is_no_error_is_sampled_even_where_errors_are_kept() {
    SamplerProcessor sampler =
        SamplerFixture.sampler(SamplerFixture.keepingErrors(Mode.HASH_SEED, 0));
    Span.Builder span = SamplerFixture.span(SamplerFixture.TRACE_ID, "");

    for (Status.StatusCode code :
        List.of(Status.StatusCode.STATUS_CODE_OK, Status.StatusCode.STATUS_CODE_UNSET)) {
      Span some = span.setStatus(Status.newBuilder().setCode(code).setMessage("m")).build();
      assertThat(SamplerFixture.sampled(sampler, some)).isNull();
    }
  }

  @Test
  void every_error_record_leaves_with_its_threshold() {
    SamplerProcessor sampler =
        SamplerFixture.sampler(SamplerFixture.keepingErrors(Mode.HASH_SEED, 0));
    LogRecord error =
        LogRecord.newBuilder().setSeverityNumber(SeverityNumber.SEVERITY_NUMBER_ERROR).build();
    LogRecord sampledError =
        error.toBuilder()
            .addAttributes(SamplerFixture.attribute("sampling.threshold", "c"))
            .build();
    LogRecord warning =
        LogRecord.newBuilder().setSeverityNumber(SeverityNumber.SEVERITY_NUMBER_WARN4).build();

    assertThat(SamplerFixture.sampled(sampler, error))
        .isEqualTo(
            error.toBuilder()
                .addAttributes(SamplerFixture.attribute("sampling.threshold", "0"))
                .build());
    assertThat(SamplerFixture.sampled(sampler, sampledError)).isEqualTo(sampledError);
    assertThat(SamplerFixture.sampled(sampler, warning)).isNull();
  }

  @Test
  void takes_the_randomness_of_records_from_an_attribute() {
    SamplerConfig config =
        new SamplerConfig(
            50, Mode.HASH_SEED, 0, 4, true, false, 17, AttributeSource.RECORD, "request.id", "");
    SamplerProcessor sampler = SamplerFixture.sampler(config);
    int kept = 0;
    for (int i = 0; i < 1000; i++) {
      LogRecord record =
          LogRecord.newBuilder()
              .setTraceId(SamplerFixture.id(SamplerFixture.TRACE_ID))
              .addAttributes(
                  SamplerFixture.attribute("request.id", AnyValue.newBuilder().setIntValue(i)))
              .build();
      kept += SamplerFixture.sampled(sampler, record) == null ? 0 : 1;
    }

    assertThat(kept).isBetween(430, 570);
  }

  @Test
  void replaces_attributes_in_place_whatever_their_order() {
    SamplerProcessor sampler =
        SamplerFixture.sampler(SamplerFixture.config(Mode.EQUALIZING, 25, 4, true));
    LogRecord record =
        LogRecord.newBuilder()
            .addAttributes(SamplerFixture.attribute("sampling.threshold", "8"))
            .addAttributes(SamplerFixture.attribute("other", "x"))
            .addAttributes(SamplerFixture.attribute("sampling.randomness", "f0000000000000"))
            .setFlags(1)
            .build();

    assertThat(SamplerFixture.sampled(sampler, record))
        .isEqualTo(
            record.toBuilder()
                .setAttributes(0, SamplerFixture.attribute("sampling.threshold", "c"))
                .build());
  }

  @Test
  void passes_metrics_on_as_the_same_object() {
    Payload payload =
        new Payload(Signal.METRICS, Tenant.NONE, SpareBytes.of(new byte[] {1, 2, 3}), 1);
    SamplerProcessor sampler = SamplerFixture.sampler(SamplerFixture.config(Mode.HASH_SEED, 0));

    assertThat(sampler.process(payload, LendingContext.create())).isSameAs(payload);
  }

  @Test
  void passes_on_the_same_object_when_nothing_changes() {
    SamplerProcessor sampler = SamplerFixture.sampler(SamplerFixture.config(Mode.EQUALIZING, 25));
    Payload payload =
        SamplerFixture.traces(SamplerFixture.span("f".repeat(32), "ot=th:c,a=b").build());
    ChainContext context = LendingContext.create();

    assertThat(sampler.process(payload, context)).isSameAs(payload);
    assertThat(context.drops()).isEmpty();
  }

  @Test
  void removes_envelopes_that_become_empty_or_came_empty() {
    Span kept = SamplerFixture.span("f".repeat(32), "ot=th:c").build();
    Span dropped = SamplerFixture.span("0".repeat(31) + "1", "").build();
    ScopeSpans none = ScopeSpans.newBuilder().setSchemaUrl("came empty").build();
    ScopeSpans lost = ScopeSpans.newBuilder().setSchemaUrl("lost").addSpans(dropped).build();
    ScopeSpans half = ScopeSpans.newBuilder().addSpans(dropped).addSpans(kept).build();
    ExportTraceServiceRequest request =
        ExportTraceServiceRequest.newBuilder()
            .addResourceSpans(resource("a", lost, half))
            .addResourceSpans(resource("b", lost, lost))
            .addResourceSpans(resource("c", none))
            .addResourceSpans(resource("d"))
            .addResourceSpans(resource("e", half, none, lost))
            .build();
    ChainContext context = LendingContext.create();

    Payload out =
        SamplerFixture.sampler(SamplerFixture.config(Mode.EQUALIZING, 25))
            .process(SamplerFixture.traces(request, 8), context);

    ScopeSpans rest = ScopeSpans.newBuilder().addSpans(kept).build();
    assertThat(SamplerFixture.parseTraces(out))
        .isEqualTo(
            ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(resource("a", rest))
                .addResourceSpans(resource("e", rest))
                .build());
    assertThat(out.items()).isEqualTo(2);
    assertThat(context.drops()).containsOnly(java.util.Map.entry(DropReason.SAMPLED, 6L));
  }

  private static ResourceSpans resource(String schemaUrl, ScopeSpans... scopes) {
    return ResourceSpans.newBuilder()
        .setSchemaUrl(schemaUrl)
        .addAllScopeSpans(List.of(scopes))
        .build();
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void what_ten_percent_keep_fifty_percent_keep_too(Mode mode) {
    List<Span> spans = randomSpans(4000, 42);

    Set<String> ten = keptIds(SamplerFixture.config(mode, 10), spans);
    Set<String> fifty = keptIds(SamplerFixture.config(mode, 50), spans);

    assertThat(fifty).containsAll(ten);
    assertThat(ten.size()).isBetween(300, 500);
    assertThat(fifty.size()).isBetween(1850, 2150);
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void two_instances_agree_byte_for_byte(Mode mode) {
    Payload payload = SamplerFixture.traces(randomSpans(500, 7).toArray(new Span[0]));

    Payload one =
        SamplerFixture.sampler(SamplerFixture.config(mode, 33.3))
            .process(payload, LendingContext.create());
    Payload two =
        SamplerFixture.sampler(SamplerFixture.config(mode, 33.3))
            .process(payload, LendingContext.create());

    assertThat(one.bytes().toArray()).isEqualTo(two.bytes().toArray());
    assertThat(one.items()).isEqualTo(two.items()).isLessThan(500);
  }

  @Test
  void keeps_the_share_it_is_told() {
    List<Span> spans = randomSpans(20_000, 1);

    int kept = keptIds(SamplerFixture.config(Mode.HASH_SEED, 5), spans).size();

    assertThat(kept).isBetween(900, 1100);
  }

  @Test
  void counts_every_decision() {
    PrometheusRegistry registry = new PrometheusRegistry();
    SamplerProcessor sampler =
        SamplerFixture.sampler(SamplerFixture.keepingErrors(Mode.HASH_SEED, 0.01), registry);
    assertThat(count(registry, "headgate_sampling_decisions", "decision", "kept")).isZero();

    sampler.process(
        SamplerFixture.traces(
            SamplerFixture.span(SamplerFixture.TRACE_ID, "").build(),
            SamplerFixture.span(SamplerFixture.TRACE_ID, "ot=th:8").build(),
            SamplerFixture.span(SamplerFixture.TRACE_ID, "")
                .setStatus(Status.newBuilder().setCodeValue(2))
                .build()),
        LendingContext.create());

    assertThat(count(registry, "headgate_sampling_decisions", "decision", "dropped")).isOne();
    assertThat(count(registry, "headgate_sampling_decisions", "decision", "kept_error")).isOne();
    assertThat(
            count(registry, "headgate_sampling_decisions", "decision", "dropped_already_sampled"))
        .isOne();
    assertThat(
            count(
                registry,
                "otelcol_processor_probabilistic_sampler_count_traces_sampled",
                "policy",
                "trace_id_hash"))
        .isEqualTo(2);
  }

  private static double count(
      PrometheusRegistry registry, String name, String label, String value) {
    return registry.scrape(name::equals).stream()
        .flatMap(snapshot -> ((CounterSnapshot) snapshot).getDataPoints().stream())
        .filter(point -> has(point.getLabels(), label, value))
        .mapToDouble(CounterSnapshot.CounterDataPointSnapshot::getValue)
        .sum();
  }

  private static boolean has(Labels labels, String label, String value) {
    return value.equals(labels.get(label));
  }

  private static List<Span> randomSpans(int count, long seed) {
    Random random = new Random(seed);
    List<Span> spans = new ArrayList<>();
    byte[] id = new byte[16];
    for (int i = 0; i < count; i++) {
      random.nextBytes(id);
      spans.add(SamplerFixture.span(HexFormat.of().formatHex(id), "").build());
    }
    return spans;
  }

  private static Set<String> keptIds(SamplerConfig config, List<Span> spans) {
    Payload out =
        SamplerFixture.sampler(config)
            .process(SamplerFixture.traces(spans.toArray(new Span[0])), LendingContext.create());
    Set<String> ids = new HashSet<>();
    for (Span span :
        SamplerFixture.parseTraces(out).getResourceSpans(0).getScopeSpans(0).getSpansList()) {
      ids.add(HexFormat.of().formatHex(span.getTraceId().toByteArray()));
    }
    assertThat(ids).hasSize(out.items());
    return ids;
  }
}
