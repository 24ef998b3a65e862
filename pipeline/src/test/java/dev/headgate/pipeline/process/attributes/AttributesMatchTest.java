package dev.headgate.pipeline.process.attributes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.AttributeAction;
import dev.headgate.config.AttributeAction.Source;
import dev.headgate.config.AttributeAction.When;
import dev.headgate.config.AttributeValue;
import dev.headgate.config.AttributesConfig;
import dev.headgate.config.MatchProperties;
import dev.headgate.config.MatchProperties.MatchType;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.memory.SpareBytes;
import dev.headgate.pipeline.otlp.RandomOtlp;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.payload.Tenant;
import dev.headgate.pipeline.process.ChainContext;
import dev.headgate.pipeline.process.LendingContext;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Which items are changed. The rules in detail are checked by the recorded vectors; here random
/// requests are, against the same choice made on protobuf-java's objects.
class AttributesMatchTest {
  private static final long SEED = 20_261_121;
  private static final int REQUESTS = 400;
  private static final KeyValue MARK =
      KeyValue.newBuilder()
          .setKey("mark")
          .setValue(AnyValue.newBuilder().setStringValue("x").build())
          .build();

  private final ChainContext context = LendingContext.create();

  @Test
  void changes_the_spans_that_are_meant() throws Exception {
    MatchProperties include =
        spans(MatchType.REGEXP, List.of("[aeiou]"), List.of("SERVER|CLIENT|INTERNAL"));
    MatchProperties exclude = spans(MatchType.REGEXP, List.of("^.{0,3}$"), List.of());
    AttributesProcessor processor = marking(include, exclude);
    RandomOtlp random = new RandomOtlp(SEED);
    int changed = 0;
    for (int i = 0; i < REQUESTS; i++) {
      byte[] bytes = random.next(Signal.TRACES);
      ExportTraceServiceRequest.Builder expected =
          ExportTraceServiceRequest.parseFrom(bytes).toBuilder();
      for (ResourceSpans.Builder resource : expected.getResourceSpansBuilderList()) {
        for (ScopeSpans.Builder scope : resource.getScopeSpansBuilderList()) {
          for (Span.Builder span : scope.getSpansBuilderList()) {
            boolean kind = span.getKindValue() >= 1 && span.getKindValue() <= 3;
            String name = span.getName();
            boolean meant = kind && name.matches("(?s).*[aeiou].*") && !name.matches(".{0,3}");
            if (meant && !hasMark(span.getAttributesList())) {
              span.addAttributes(MARK);
              changed++;
            }
          }
        }
      }
      Payload out = processor.process(payload(Signal.TRACES, bytes), context);

      assertThat(ExportTraceServiceRequest.parseFrom(out.bytes().toArray()))
          .as("seed %d request %d", SEED, i)
          .isEqualTo(expected.build());
    }
    assertThat(changed).isGreaterThan(50);
  }

  @Test
  void changes_the_log_records_that_are_meant() throws Exception {
    AttributesProcessor processor =
        marking(
            new MatchProperties(
                MatchType.STRICT,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                new MatchProperties.Severity(9, true),
                List.of(),
                List.of(),
                List.of(),
                List.of()),
            null);
    RandomOtlp random = new RandomOtlp(SEED);
    int changed = 0;
    for (int i = 0; i < REQUESTS; i++) {
      byte[] bytes = random.next(Signal.LOGS);
      ExportLogsServiceRequest.Builder expected =
          ExportLogsServiceRequest.parseFrom(bytes).toBuilder();
      for (ResourceLogs.Builder resource : expected.getResourceLogsBuilderList()) {
        for (ScopeLogs.Builder scope : resource.getScopeLogsBuilderList()) {
          for (LogRecord.Builder record : scope.getLogRecordsBuilderList()) {
            int severity = record.getSeverityNumberValue();
            if ((severity == 0 || severity >= 9) && !hasMark(record.getAttributesList())) {
              record.addAttributes(MARK);
              changed++;
            }
          }
        }
      }
      Payload out = processor.process(payload(Signal.LOGS, bytes), context);

      assertThat(ExportLogsServiceRequest.parseFrom(out.bytes().toArray()))
          .as("seed %d request %d", SEED, i)
          .isEqualTo(expected.build());
    }
    assertThat(changed).isGreaterThan(50);
  }

  @Test
  void long_texts_match_as_short_ones() throws Exception {
    AttributesProcessor processor =
        marking(spans(MatchType.REGEXP, List.of("needle[0-9]$"), List.of()), null);
    List<Boolean> marked = new ArrayList<>();
    for (String name :
        List.of("needle7", "x".repeat(500) + "needle7", "needle7" + "x".repeat(500))) {
      ExportTraceServiceRequest request =
          ExportTraceServiceRequest.newBuilder()
              .addResourceSpans(
                  ResourceSpans.newBuilder()
                      .addScopeSpans(
                          ScopeSpans.newBuilder().addSpans(Span.newBuilder().setName(name))))
              .build();
      Payload out = processor.process(payload(Signal.TRACES, request.toByteArray()), context);
      marked.add(
          ExportTraceServiceRequest.parseFrom(out.bytes().toArray())
                  .getResourceSpans(0)
                  .getScopeSpans(0)
                  .getSpans(0)
                  .getAttributesCount()
              == 1);
    }
    assertThat(marked).containsExactly(true, true, false);
  }

  @Test
  void headers_of_the_request_are_values() throws Exception {
    AttributesProcessor processor =
        new AttributesProcessor(
            new AttributesConfig(
                AttributesConfig.Target.ITEM,
                null,
                null,
                List.of(
                    new AttributeAction.Put(
                        When.ABSENT,
                        "tenant",
                        new Source.Header("x-scope-orgid"),
                        new AttributeValue.Text("nobody")),
                    new AttributeAction.Put(
                        When.ABSENT, "team", new Source.Header("x-team"), null))));
    byte[] bytes =
        ExportLogsServiceRequest.newBuilder()
            .addResourceLogs(
                ResourceLogs.newBuilder()
                    .addScopeLogs(ScopeLogs.newBuilder().addLogRecords(LogRecord.newBuilder())))
            .build()
            .toByteArray();
    List<List<String>> values = new ArrayList<>();
    for (Tenant tenant :
        List.of(new Tenant("a"), Tenant.NONE, new Tenant("b", Map.of("x-team", "blue")))) {
      Payload out = processor.process(new Payload(Signal.LOGS, tenant, bytes, 1), context);
      values.add(
          ExportLogsServiceRequest.parseFrom(out.bytes().toArray())
              .getResourceLogs(0)
              .getScopeLogs(0)
              .getLogRecords(0)
              .getAttributesList()
              .stream()
              .map(attribute -> attribute.getValue().getStringValue())
              .toList());
    }
    assertThat(values).containsExactly(List.of("a"), List.of("nobody"), List.of("b", "blue"));
  }

  private static boolean hasMark(List<KeyValue> attributes) {
    return attributes.stream().anyMatch(attribute -> attribute.getKey().equals("mark"));
  }

  private static MatchProperties spans(MatchType match, List<String> names, List<String> kinds) {
    return new MatchProperties(
        match, List.of(), names, kinds, List.of(), List.of(), null, List.of(), List.of(), List.of(),
        List.of());
  }

  private static AttributesProcessor marking(
      MatchProperties include, @Nullable MatchProperties exclude) {
    return new AttributesProcessor(
        new AttributesConfig(
            AttributesConfig.Target.ITEM,
            include,
            exclude,
            List.of(
                new AttributeAction.Put(
                    When.ABSENT, "mark", new Source.Fixed(new AttributeValue.Text("x")), null))));
  }

  private static Payload payload(Signal signal, byte[] bytes) {
    return new Payload(signal, Tenant.NONE, SpareBytes.of(bytes), 1000);
  }
}
