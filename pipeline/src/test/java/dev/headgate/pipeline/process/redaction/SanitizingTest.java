package dev.headgate.pipeline.process.redaction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.RedactionConfig;
import dev.headgate.config.RedactionConfig.Database;
import dev.headgate.config.RedactionConfig.DbSanitizer;
import dev.headgate.config.RedactionConfig.DbSanitizer.Language;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.otlp.RandomOtlp;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

class SanitizingTest {
  private static final int MANY = 100_000;
  private static final String KEY = "db.statement";

  private final RedactionFixture fixture = new RedactionFixture(config());

  private static RedactionConfig config() {
    RedactionConfig config = RedactionFixture.settings().config();
    return new RedactionConfig(
        config.keys(),
        config.values(),
        config.action(),
        config.replacement(),
        config.hashing(),
        config.urlSanitizer(),
        new DbSanitizer(List.of(new Language(Database.SQL, List.of(KEY))), false),
        config.summary(),
        config.mode(),
        config.coverage());
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
  void every_span_has_a_system_of_its_own() {
    List<Span> spans = sanitize(span("mysql"), span(), span("mysql"), span("redis"));

    assertThat(spans)
        .extracting(span -> span.getAttributes(0).getValue().getStringValue())
        .containsExactly("SELECT ?", "SELECT 'x'", "SELECT ?", "SELECT 'x'");
  }
}
