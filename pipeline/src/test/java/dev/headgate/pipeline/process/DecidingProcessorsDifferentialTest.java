package dev.headgate.pipeline.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headgate.config.AttributeAction;
import dev.headgate.config.AttributeValue;
import dev.headgate.config.AttributesConfig;
import dev.headgate.config.CardinalityGuardConfig;
import dev.headgate.config.FilterConfig;
import dev.headgate.config.OttlGroup;
import dev.headgate.config.SamplerConfig;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.memory.SpareBytes;
import dev.headgate.pipeline.otlp.RandomOtlp;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.payload.Tenant;
import dev.headgate.pipeline.process.attributes.AttributesProcessor;
import dev.headgate.pipeline.process.cardinality.CardinalityGuardProcessor;
import dev.headgate.pipeline.process.cardinality.GuardMetrics;
import dev.headgate.pipeline.process.cardinality.GuardState;
import dev.headgate.pipeline.process.filter.FilterMetrics;
import dev.headgate.pipeline.process.filter.FilterProcessor;
import dev.headgate.pipeline.process.ottl.OttlTexts;
import dev.headgate.pipeline.process.sampling.SamplerMetrics;
import dev.headgate.pipeline.process.sampling.SamplerProcessor;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Processors on random OTLP, unknown fields and nested values included, against the same edit by
/// protobuf-java.
class DecidingProcessorsDifferentialTest {
  private static final int REQUESTS = 300;
  private static final long SEED = 20_261_121L;

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final ChainContext context = LendingContext.create();

  @Test
  void filters_spans() throws InvalidProtocolBufferException {
    FilterProcessor filter =
        new FilterProcessor(
            "filter",
            new FilterConfig(
                List.of(
                    OttlTexts.conditions(
                        Signal.TRACES,
                        "span",
                        "kind == SPAN_KIND_SERVER or name < \"c\" or status.message != \"\""))),
            new FilterMetrics(registry),
            OttlTexts.log());

    checkSpans(
        filter,
        span ->
            span.getKindValue() == 2
                    || compareUtf8(span.getName(), "c") < 0
                    || !span.getStatus().getMessage().isEmpty()
                ? null
                : span);
  }

  @Test
  void filters_log_records() throws InvalidProtocolBufferException {
    FilterProcessor filter =
        new FilterProcessor(
            "filter",
            new FilterConfig(
                List.of(
                    OttlTexts.conditions(
                        Signal.LOGS,
                        "log",
                        "severity_number >= SEVERITY_NUMBER_INFO and body != nil"))),
            new FilterMetrics(registry),
            OttlTexts.log());

    checkRecords(
        filter,
        record ->
            record.getSeverityNumberValue() >= 9
                    && record.getBody().getValueCase() != AnyValue.ValueCase.VALUE_NOT_SET
                    && record.getBody().getValueCase() != AnyValue.ValueCase.STRING_VALUE_STRINDEX
                ? null
                : record);
  }

  @ParameterizedTest
  @EnumSource(SamplerConfig.Mode.class)
  void samples_a_request_as_it_samples_each_span(SamplerConfig.Mode mode)
      throws InvalidProtocolBufferException {
    SamplerProcessor sampler =
        new SamplerProcessor(
            "sampler",
            new SamplerConfig(
                40, mode, 3, 4, true, true, 17, SamplerConfig.AttributeSource.TRACE_ID, "", ""),
            new SamplerMetrics(registry));
    ChainContext own = LendingContext.create();

    checkSpans(
        sampler,
        span -> {
          Payload out = sampler.process(traces(request(span), 1), own);
          if (out.items() == 0) {
            assertThat(span.getStatus().getCodeValue()).isNotEqualTo(2);
            return null;
          }
          Span kept = parse(out).getResourceSpans(0).getScopeSpans(0).getSpans(0);
          assertThat(kept.toBuilder().setTraceState(span.getTraceState()).build()).isEqualTo(span);
          return kept;
        });
  }

  @Test
  void changes_attributes_of_spans() throws InvalidProtocolBufferException {
    AttributesProcessor processor =
        new AttributesProcessor(
            new AttributesConfig(
                AttributesConfig.Target.ITEM,
                null,
                null,
                List.of(
                    new AttributeAction.Delete("", "[aeiou]"),
                    new AttributeAction.Put(
                        AttributeAction.When.ALWAYS,
                        "env",
                        new AttributeAction.Source.Fixed(new AttributeValue.Text("prod")),
                        null))));

    checkSpans(
        processor,
        span -> {
          List<KeyValue> attributes = new ArrayList<>(span.getAttributesList());
          attributes.removeIf(attribute -> attribute.getKey().matches("(?s).*[aeiou].*"));
          attributes.add(
              KeyValue.newBuilder()
                  .setKey("env")
                  .setValue(AnyValue.newBuilder().setStringValue("prod"))
                  .build());
          return span.toBuilder().clearAttributes().addAllAttributes(attributes).build();
        });
  }

  @ParameterizedTest
  @EnumSource(Signal.class)
  void leaves_alone_what_no_rule_is_about(Signal signal) {
    RandomOtlp random = new RandomOtlp(SEED);
    GuardState state = new GuardState(Duration.ofHours(1), () -> 0);
    List<Processor> processors =
        List.of(
            new CardinalityGuardProcessor(
                "guard",
                new CardinalityGuardConfig(
                    1, 1, Map.of(), false, Duration.ofHours(1), List.of("a")),
                state,
                new GuardMetrics(registry)),
            new FilterProcessor(
                "filter",
                new FilterConfig(
                    List.of(
                        OttlTexts.conditions(Signal.TRACES, "span", "name == \"no such\""),
                        OttlTexts.conditions(
                            Signal.TRACES, "spanevent", "attributes[\"no such\"] != nil"),
                        OttlTexts.with(
                            OttlTexts.conditions(
                                Signal.LOGS, "log", "IsMatch(body, \"no such thing\")"),
                            OttlGroup.ErrorMode.IGNORE),
                        OttlTexts.conditions(Signal.METRICS, "metric", "name == \"no such\""),
                        OttlTexts.conditions(
                            Signal.METRICS, "datapoint", "attributes[\"no such\"] != nil"))),
                new FilterMetrics(registry),
                OttlTexts.log()),
            new AttributesProcessor(
                new AttributesConfig(
                    AttributesConfig.Target.ITEM,
                    null,
                    null,
                    List.of(new AttributeAction.Delete("no such", "no such")))),
            new AttributesProcessor(
                new AttributesConfig(
                    AttributesConfig.Target.RESOURCE,
                    null,
                    null,
                    List.of(
                        new AttributeAction.Put(
                            AttributeAction.When.PRESENT,
                            "no such",
                            new AttributeAction.Source.Fixed(new AttributeValue.Text("x")),
                            null)))));
    for (int i = 0; i < REQUESTS; i++) {
      Payload in = new Payload(signal, Tenant.NONE, SpareBytes.of(random.next(signal)), 1000);
      for (Processor processor : processors) {
        assertThat(processor.process(in, context)).as("seed %d request %d", SEED, i).isSameAs(in);
      }
    }
  }

  /// What becomes of a span: another one, or null.
  private interface SpanEdit {
    @Nullable Span edit(Span span) throws InvalidProtocolBufferException;
  }

  private void checkSpans(Processor processor, SpanEdit edit)
      throws InvalidProtocolBufferException {
    RandomOtlp random = new RandomOtlp(SEED);
    boolean keepsEmpty = !(processor instanceof SamplerProcessor);
    int removed = 0;
    int left = 0;
    for (int i = 0; i < REQUESTS; i++) {
      ExportTraceServiceRequest in =
          ExportTraceServiceRequest.parseFrom(random.next(Signal.TRACES));
      ExportTraceServiceRequest.Builder expected = in.toBuilder().clearResourceSpans();
      int items = 0;
      int kept = 0;
      for (ResourceSpans resource : in.getResourceSpansList()) {
        ResourceSpans.Builder newResource = resource.toBuilder().clearScopeSpans();
        for (ScopeSpans scope : resource.getScopeSpansList()) {
          ScopeSpans.Builder newScope = scope.toBuilder().clearSpans();
          for (Span span : scope.getSpansList()) {
            items++;
            Span edited = edit.edit(span);
            if (edited != null) {
              newScope.addSpans(edited);
              kept++;
            }
          }
          if (newScope.getSpansCount() > 0 || (keepsEmpty && scope.getSpansCount() == 0)) {
            newResource.addScopeSpans(newScope);
          }
        }
        if (newResource.getScopeSpansCount() > 0
            || (keepsEmpty && resource.getScopeSpansCount() == 0)) {
          expected.addResourceSpans(newResource);
        }
      }
      Payload out = processor.process(traces(in, items), context);

      assertThat(out.items()).as("seed %d request %d", SEED, i).isEqualTo(kept);
      if (kept > 0) {
        assertThat(parse(out)).as("seed %d request %d", SEED, i).isEqualTo(expected.build());
      }
      removed += items - kept;
      left += kept;
    }
    assertThat(left).isGreaterThan(100);
    assertThat(removed == 0).isEqualTo(processor instanceof AttributesProcessor);
  }

  private void checkRecords(Processor processor, UnaryOperator<@Nullable LogRecord> edit)
      throws InvalidProtocolBufferException {
    RandomOtlp random = new RandomOtlp(SEED);
    for (int i = 0; i < REQUESTS; i++) {
      ExportLogsServiceRequest in = ExportLogsServiceRequest.parseFrom(random.next(Signal.LOGS));
      ExportLogsServiceRequest.Builder expected = in.toBuilder().clearResourceLogs();
      int items = 0;
      int kept = 0;
      for (ResourceLogs resource : in.getResourceLogsList()) {
        ResourceLogs.Builder newResource = resource.toBuilder().clearScopeLogs();
        for (ScopeLogs scope : resource.getScopeLogsList()) {
          ScopeLogs.Builder newScope = scope.toBuilder().clearLogRecords();
          for (LogRecord record : scope.getLogRecordsList()) {
            items++;
            LogRecord edited = edit.apply(record);
            if (edited != null) {
              newScope.addLogRecords(edited);
              kept++;
            }
          }
          if (newScope.getLogRecordsCount() > 0 || scope.getLogRecordsCount() == 0) {
            newResource.addScopeLogs(newScope);
          }
        }
        if (newResource.getScopeLogsCount() > 0 || resource.getScopeLogsCount() == 0) {
          expected.addResourceLogs(newResource);
        }
      }
      Payload out =
          processor.process(
              new Payload(Signal.LOGS, Tenant.NONE, SpareBytes.of(in.toByteArray()), items),
              context);

      assertThat(out.items()).as("seed %d request %d", SEED, i).isEqualTo(kept);
      if (kept > 0) {
        assertThat(ExportLogsServiceRequest.parseFrom(out.bytes().toArray()))
            .as("seed %d request %d", SEED, i)
            .isEqualTo(expected.build());
      }
    }
  }

  private static int compareUtf8(String a, String b) {
    return java.util.Arrays.compareUnsigned(
        a.getBytes(java.nio.charset.StandardCharsets.UTF_8),
        b.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private static ExportTraceServiceRequest request(Span span) {
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder()
                .setResource(Resource.getDefaultInstance())
                .addScopeSpans(ScopeSpans.newBuilder().addSpans(span)))
        .build();
  }

  private static Payload traces(ExportTraceServiceRequest request, int items) {
    return new Payload(Signal.TRACES, Tenant.NONE, SpareBytes.of(request.toByteArray()), items);
  }

  private static ExportTraceServiceRequest parse(Payload payload)
      throws InvalidProtocolBufferException {
    return ExportTraceServiceRequest.parseFrom(payload.bytes().toArray());
  }
}
