package dev.headgate.pipeline.process.redaction;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.headgate.config.RedactionConfig;
import dev.headgate.config.RedactionConfig.Database;
import dev.headgate.config.RedactionConfig.DbSanitizer;
import dev.headgate.config.RedactionConfig.DbSanitizer.Language;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.otlp.RandomOtlp;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

class SanitizingTest {
  private static final int MANY = 100_000;
  private static final String KEY = "db.statement";

  private final RedactionFixture fixture = new RedactionFixture(config());

  private static RedactionConfig config() {
    return config(
        new DbSanitizer(List.of(new Language(Database.SQL, List.of(KEY))), false),
        RedactionConfig.KeyedTexts.NONE);
  }

  static RedactionConfig config(@Nullable DbSanitizer databases, RedactionConfig.KeyedTexts keyed) {
    return RedactionFixture.settings().databases(databases).keyed(keyed).config();
  }

  private static KeyValue attribute(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  private static Span.Builder span(String... systems) {
    Span.Builder span = Span.newBuilder().addAttributes(attribute(KEY, "SELECT 'x'"));
    for (String system : systems) {
      span.addAttributes(attribute("db.system", system));
    }
    return span;
  }

  private List<Span> sanitize(Span.Builder... spans) {
    return sanitize(fixture, spans);
  }

  private static List<Span> sanitize(RedactionFixture fixture, Span.Builder... spans) {
    ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
    for (Span.Builder span : spans) {
      request.addResourceSpansBuilder().addScopeSpansBuilder().addSpans(span);
    }
    byte[] bytes = fixture.process(Signal.TRACES, request.build().toByteArray());
    ExportTraceServiceRequest result =
        (ExportTraceServiceRequest) RandomOtlp.parse(Signal.TRACES, bytes);
    return result.getResourceSpansList().stream()
        .map(resource -> resource.getScopeSpans(0).getSpans(0))
        .toList();
  }

  /// To look for the system at every statement would take minutes.
  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
  void a_key_that_is_repeated_does_not_make_every_statement_read_the_whole_span() {
    Span.Builder without = span();
    for (int i = 0; i < MANY; i++) {
      without.addAttributes(attribute(KEY, "SELECT 'x'"));
    }
    Span.Builder with = without.clone().addAttributes(attribute("db.system", "mysql"));

    List<Span> spans = sanitize(without, with);

    assertThat(spans.get(0)).isEqualTo(without.build());
    assertThat(spans.get(1).getAttributesList().subList(0, MANY))
        .containsOnly(attribute(KEY, "SELECT ?"));
  }

  @Test
  void the_name_of_a_span_is_sanitized_though_no_rule_looks_at_the_fields_around_it() {
    RedactionFixture names =
        new RedactionFixture(
            config(
                new DbSanitizer(List.of(new Language(Database.SQL, List.of(KEY))), true),
                RedactionConfig.KeyedTexts.NONE));
    Span before =
        span("mysql")
            .setTraceId(ByteString.copyFrom(new byte[16]))
            .setSpanId(ByteString.copyFrom(new byte[8]))
            .setName("SELECT 'x'")
            .setKind(Span.SpanKind.SPAN_KIND_CLIENT)
            .setStartTimeUnixNano(1)
            .setEndTimeUnixNano(2)
            .build();

    assertThat(sanitize(names, before.toBuilder()))
        .containsExactly(
            before.toBuilder()
                .setName("SELECT ?")
                .setAttributes(0, attribute(KEY, "SELECT ?"))
                .build());
  }

  @Test
  void every_span_has_a_system_of_its_own() {
    List<Span> spans = sanitize(span("mysql"), span(), span("mysql"), span("redis"));

    assertThat(spans)
        .extracting(span -> span.getAttributes(0).getValue().getStringValue())
        .containsExactly("SELECT ?", "SELECT 'x'", "SELECT ?", "SELECT 'x'");
  }

  @Test
  void bytes_that_are_no_text_are_masked_whole_under_the_key_of_a_statement() {
    RedactionFixture mine =
        new RedactionFixture(config(null, new RedactionConfig.KeyedTexts(List.of(), List.of(KEY))));
    AnyValue bytes =
        AnyValue.newBuilder()
            .setBytesValue(
                ByteString.copyFrom(new byte[] {(byte) 0xff})
                    .concat(ByteString.copyFromUtf8("SELECT 'hunter2'")))
            .build();
    ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
    request
        .addResourceSpansBuilder()
        .addScopeSpansBuilder()
        .addSpans(
            Span.newBuilder()
                .addAttributes(KeyValue.newBuilder().setKey(KEY).setValue(bytes))
                .addAttributes(KeyValue.newBuilder().setKey("other").setValue(bytes)));

    byte[] result = mine.process(Signal.TRACES, request.build().toByteArray());

    Span span =
        ((ExportTraceServiceRequest) RandomOtlp.parse(Signal.TRACES, result))
            .getResourceSpans(0)
            .getScopeSpans(0)
            .getSpans(0);
    assertThat(span.getAttributes(0)).isEqualTo(attribute(KEY, "?"));
    assertThat(span.getAttributes(1).getValue()).isEqualTo(bytes);
  }

  @Test
  void texts_told_by_their_keys_are_sanitized_as_strings_bytes_and_in_lists() {
    RedactionConfig.KeyedTexts keyed =
        new RedactionConfig.KeyedTexts(List.of("url.full"), List.of(KEY));
    RedactionFixture mine = new RedactionFixture(config(null, keyed));
    AnyValue url = AnyValue.newBuilder().setStringValue("/a/17?q=x").build();
    AnyValue bytes =
        AnyValue.newBuilder().setBytesValue(ByteString.copyFromUtf8("/a/17?q=x")).build();
    AnyValue list =
        AnyValue.newBuilder()
            .setArrayValue(ArrayValue.newBuilder().addValues(url).addValues(bytes))
            .build();
    ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
    request
        .addResourceSpansBuilder()
        .addScopeSpansBuilder()
        .addSpans(
            Span.newBuilder()
                .addAttributes(attribute("url.full", "/a/17?q=x"))
                .addAttributes(KeyValue.newBuilder().setKey("url.full").setValue(list))
                .addAttributes(attribute("other", "/a/17?q=x"))
                .addAttributes(attribute(KEY, "SELECT 'x'"))
                .addLinks(Span.Link.newBuilder().addAttributes(attribute(KEY, "SELECT 'x'"))));

    byte[] result = mine.process(Signal.TRACES, request.build().toByteArray());

    Span span =
        ((ExportTraceServiceRequest) RandomOtlp.parse(Signal.TRACES, result))
            .getResourceSpans(0)
            .getScopeSpans(0)
            .getSpans(0);
    AnyValue cut = AnyValue.newBuilder().setStringValue("/a/17").build();
    assertThat(span.getAttributes(0).getValue()).isEqualTo(cut);
    assertThat(span.getAttributes(1).getValue().getArrayValue().getValues(0)).isEqualTo(cut);
    assertThat(span.getAttributes(1).getValue().getArrayValue().getValues(1).getBytesValue())
        .isEqualTo(ByteString.copyFromUtf8("/a/17"));
    assertThat(span.getAttributes(2)).isEqualTo(attribute("other", "/a/17?q=x"));
    assertThat(span.getAttributes(3)).isEqualTo(attribute(KEY, "SELECT ?"));
    assertThat(span.getLinks(0).getAttributes(0)).isEqualTo(attribute(KEY, "SELECT ?"));
  }
}
