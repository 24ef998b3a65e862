package dev.headgate.pipeline.process.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.headgate.config.OttlGroup;
import dev.headgate.config.OttlGroup.ErrorMode;
import dev.headgate.config.Signal;
import dev.headgate.config.TransformConfig;
import dev.headgate.pipeline.memory.ArrayPool;
import dev.headgate.pipeline.memory.SpareBytes;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.payload.Tenant;
import dev.headgate.pipeline.process.ChainContext;
import dev.headgate.pipeline.process.LendingContext;
import dev.headgate.pipeline.process.ottl.OttlTexts;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransformProcessorTest {
  private static final Span SPAN =
      Span.newBuilder()
          .setName("GET /x")
          .setKindValue(2)
          .addAttributes(attribute("secret", "s3cr3t"))
          .addAttributes(attribute("a", "b"))
          .setStatus(Status.newBuilder().setCodeValue(2))
          .build();

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final TransformMetrics metrics = new TransformMetrics(registry);
  private final ChainContext context = LendingContext.create();

  @Test
  void later_statements_see_what_earlier_ones_did() throws InvalidProtocolBufferException {
    Span out =
        span(
            SPAN,
            "set(attributes[\"n\"], name)",
            "set(name, \"renamed\")",
            "set(attributes[\"m\"], Concat([attributes[\"n\"], name], \">\"))",
            "delete_key(attributes, \"n\") where attributes[\"n\"] == \"GET /x\"",
            "set(status.code, STATUS_CODE_OK) where status.code == STATUS_CODE_ERROR",
            "set(status.message, \"fine\") where status.code == STATUS_CODE_OK");

    assertThat(out)
        .isEqualTo(
            SPAN.toBuilder()
                .setName("renamed")
                .addAttributes(attribute("m", "GET /x>renamed"))
                .setStatus(Status.newBuilder().setCodeValue(1).setMessage("fine"))
                .build());
  }

  @Test
  void a_payload_that_stays_the_same_is_the_same_object() {
    Payload in = traces(SPAN);
    TransformProcessor processor =
        transform(
            spans(
                "set(name, \"GET /x\")",
                "set(kind, 2)",
                "set(attributes[\"a\"], \"b\")",
                "set(attributes[\"x\"], \"y\") where name == \"other\"",
                "set(attributes[\"x\"], nil)",
                "set(attributes[\"x\"], 1)",
                "delete_key(attributes, \"x\")",
                "replace_pattern(name, \"GET\", \"GET\")",
                "truncate_all(attributes, 100)",
                "limit(attributes, 10, [])"));

    assertThat(processor.process(in, context)).isSameAs(in);
    assertThat(
            processor.process(
                new Payload(Signal.LOGS, Tenant.NONE, SpareBytes.of(new byte[0]), 0), context))
        .isNotNull();
  }

  @Test
  void a_key_that_occurs_twice_is_changed_twice() throws InvalidProtocolBufferException {
    Span twice = SPAN.toBuilder().addAttributes(attribute("secret", "again")).build();

    assertThat(span(twice, "set(attributes[\"secret\"], \"***\")").getAttributesList())
        .containsExactly(
            attribute("secret", "***"), attribute("a", "b"), attribute("secret", "***"));
    assertThat(span(twice, "delete_key(attributes, \"secret\")").getAttributesList())
        .containsExactly(attribute("a", "b"));
  }

  @Test
  void a_statement_that_fails_is_counted_and_changes_nothing() {
    OttlGroup group =
        spans(
            "set(attributes[\"a\"][\"b\"], 1)",
            "set(name, 5)",
            "set(kind.string, \"nonsense\")",
            "delete_key(attributes[\"a\"], \"x\")",
            "set(flags, -1)",
            "set(name, \"x\") where attributes[\"a\"][\"b\"] == nil");
    Payload in = traces(SPAN);

    assertThat(transform(OttlTexts.with(group, ErrorMode.IGNORE)).process(in, context))
        .isSameAs(in);
    assertThat(errors()).isEqualTo(6);
    assertThatThrownBy(() -> transform(group).process(in, context))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("statement=1");
  }

  @Test
  void changes_what_is_around_an_item() throws InvalidProtocolBufferException {
    Span second = SPAN.toBuilder().setName("second").build();
    ExportTraceServiceRequest in =
        ExportTraceServiceRequest.newBuilder()
            .addResourceSpans(
                ResourceSpans.newBuilder()
                    .addScopeSpans(ScopeSpans.newBuilder().addSpans(SPAN).addSpans(second)))
            .addResourceSpans(
                ResourceSpans.newBuilder()
                    .setResource(Resource.newBuilder().addAttributes(attribute("last", "old")))
                    .addScopeSpans(ScopeSpans.newBuilder().addSpans(SPAN))
                    .addScopeSpans(
                        ScopeSpans.newBuilder().setScope(InstrumentationScope.newBuilder())))
            .build();

    Payload out =
        transform(
                spans(
                    "set(attributes[\"before\"], resource.attributes[\"last\"])",
                    "set(resource.attributes[\"last\"], name)",
                    "set(scope.name, \"of \") where scope.name == \"\"",
                    "set(scope.name, Concat([scope.name, kind], \"\"))"))
            .process(payload(Signal.TRACES, in), context);

    assertThat(ExportTraceServiceRequest.parseFrom(out.bytes().toArray()))
        .isEqualTo(
            ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(
                    ResourceSpans.newBuilder()
                        .setResource(
                            Resource.newBuilder().addAttributes(attribute("last", "second")))
                        .addScopeSpans(
                            ScopeSpans.newBuilder()
                                .setScope(InstrumentationScope.newBuilder().setName("of 22"))
                                .addSpans(SPAN)
                                .addSpans(
                                    second.toBuilder()
                                        .addAttributes(attribute("before", "GET /x")))))
                .addResourceSpans(
                    ResourceSpans.newBuilder()
                        .setResource(
                            Resource.newBuilder().addAttributes(attribute("last", "GET /x")))
                        .addScopeSpans(
                            ScopeSpans.newBuilder()
                                .setScope(InstrumentationScope.newBuilder().setName("of 2"))
                                .addSpans(
                                    SPAN.toBuilder().addAttributes(attribute("before", "old"))))
                        .addScopeSpans(
                            ScopeSpans.newBuilder().setScope(InstrumentationScope.newBuilder())))
                .build());
  }

  @Test
  void changes_a_span_around_its_events() throws InvalidProtocolBufferException {
    Span in =
        SPAN.toBuilder()
            .addEvents(Span.Event.newBuilder().setName("one"))
            .addEvents(Span.Event.newBuilder().setName("two"))
            .build();
    OttlGroup group =
        OttlTexts.statements(
            Signal.TRACES,
            "spanevent",
            "set(name, Concat([span.name, name], \":\"))",
            "set(span.attributes[\"last\"], name)",
            "set(span.name, \"seen\")");

    Payload out = transform(group).process(traces(in), context);

    assertThat(firstSpan(out))
        .isEqualTo(
            SPAN.toBuilder()
                .setName("seen")
                .addAttributes(attribute("last", "seen:two"))
                .addEvents(Span.Event.newBuilder().setName("GET /x:one"))
                .addEvents(Span.Event.newBuilder().setName("seen:two"))
                .build());
  }

  @Test
  void changes_a_metric_around_its_points() throws InvalidProtocolBufferException {
    Gauge gauge =
        Gauge.newBuilder()
            .addDataPoints(NumberDataPoint.newBuilder().setAsInt(3))
            .addDataPoints(NumberDataPoint.newBuilder().setAsDouble(0.5))
            .build();
    ExportMetricsServiceRequest in = metrics(Metric.newBuilder().setName("m").setGauge(gauge));
    OttlGroup group =
        OttlTexts.statements(
            Signal.METRICS,
            "datapoint",
            "set(attributes[\"type\"], metric.type)",
            "set(metric.unit, Concat([metric.unit, \"x\"], \"\"))",
            "set(value_double, value_int * 1.0) where value_int > 0",
            "set(value_int, 0) where value_double == 0.5");

    Payload out = transform(group).process(payload(Signal.METRICS, in), context);

    KeyValue type =
        KeyValue.newBuilder().setKey("type").setValue(AnyValue.newBuilder().setIntValue(1)).build();
    assertThat(ExportMetricsServiceRequest.parseFrom(out.bytes().toArray()))
        .isEqualTo(
            metrics(
                Metric.newBuilder()
                    .setName("m")
                    .setUnit("xx")
                    .setGauge(
                        Gauge.newBuilder()
                            .addDataPoints(
                                NumberDataPoint.newBuilder().setAsDouble(3).addAttributes(type))
                            .addDataPoints(
                                NumberDataPoint.newBuilder().setAsInt(0).addAttributes(type)))));
  }

  @Test
  void executes_a_group_where_a_condition_holds_and_groups_in_order()
      throws InvalidProtocolBufferException {
    OttlGroup first =
        new OttlGroup(
            Signal.LOGS,
            "log",
            List.of("severity_number == 9", "body == \"x\""),
            List.of("set(body, \"first\")"),
            ErrorMode.PROPAGATE);
    OttlGroup second =
        OttlTexts.statements(
            Signal.LOGS, "", "set(log.body, \"second\") where log.body == \"first\"");
    LogRecord x = LogRecord.newBuilder().setBody(value("x")).build();
    LogRecord y = LogRecord.newBuilder().setBody(value("y")).build();

    Payload out = transform(first, second).process(payload(Signal.LOGS, logs(x, y)), context);

    assertThat(ExportLogsServiceRequest.parseFrom(out.bytes().toArray()))
        .isEqualTo(logs(LogRecord.newBuilder().setBody(value("second")).build(), y));
  }

  @Test
  void what_is_made_between_the_first_walk_and_the_last_goes_back()
      throws InvalidProtocolBufferException {
    Span large = SPAN.toBuilder().addAttributes(attribute("l", "x".repeat(2000))).build();
    OttlGroup around = spans("set(name, \"n\")", "set(resource.attributes[\"r\"], \"s\")");
    OttlGroup nothing = spans("set(name, \"other\") where name == \"y\"");
    OttlGroup last = spans("set(kind, 3)");

    ArrayPool two = LendingContext.pool();
    Payload walkedTwice = transform(around).process(traces(large), new ChainContext(two));
    assertThat(two.idleBytes()).isGreaterThanOrEqualTo(walkedTwice.sizeBytes());

    ArrayPool groups = LendingContext.pool();
    Payload out =
        transform(spans("set(name, \"n\")"), nothing, last)
            .process(traces(large), new ChainContext(groups));
    assertThat(firstSpan(out)).isEqualTo(large.toBuilder().setName("n").setKindValue(3).build());
    assertThat(groups.idleBytes()).isGreaterThanOrEqualTo(out.sizeBytes());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "abcabc ~ b ~ x ~ axcaxc",
        "abcabc ~ (b)(c) ~ $2$1 ~ acbacb",
        "abcabc ~ (?P<n>b) ~ ${n}_$n_$n-$9$$ ~ ab_b-$cab_b-$c",
        "abcabc ~ (b) ~ $1x${1}x ~ abxcabxc",
        "baac ~ a* ~ x ~ xbxcx",
        "日本 ~ x* ~ - ~ -日-本-",
        "\uD83D\uDE00a ~ ^. ~ [$0] ~ [\uD83D\uDE00]a",
        "abc ~ z ~ x ~ abc",
        "aaa ~ a ~ $ ~ $$$",
        "aaa ~ a$ ~ ${x ~ aa${x",
        "aaa ~ ^a ~ $01 ~ aa"
      })
  void replaces_as_go_does(String text, String pattern, String replacement, String expected)
      throws InvalidProtocolBufferException {
    String statement = "replace_pattern(name, \"%s\", \"%s\")".formatted(pattern, replacement);

    assertThat(span(SPAN.toBuilder().setName(text).build(), statement).getName())
        .isEqualTo(expected);
  }

  @Test
  void a_pattern_does_not_read_the_rest_of_a_text_behind_every_match()
      throws InvalidProtocolBufferException {
    Span out =
        span(
            SPAN.toBuilder().setName("<".repeat(4 << 10)).build(),
            "replace_pattern(name, \"<(.*>)?\", \"($1)\")");

    assertThat(out.getName()).isEqualTo("[REDACTED]");
  }

  @Test
  void a_text_does_not_grow_out_of_all_proportion() throws InvalidProtocolBufferException {
    Span in = SPAN.toBuilder().setName("a".repeat(20_000)).build();

    Span out = span(in, "replace_pattern(name, \"a\", \"" + "b".repeat(100) + "\")");

    assertThat(out.getName()).isEqualTo("[REDACTED]");
  }

  @Test
  void takes_many_events_that_change_their_span() throws InvalidProtocolBufferException {
    Span.Builder in = SPAN.toBuilder();
    for (int i = 0; i < 20_000; i++) {
      in.addEvents(Span.Event.newBuilder().setName("e" + i));
    }
    OttlGroup group =
        OttlTexts.statements(Signal.TRACES, "spanevent", "set(span.attributes[\"e\"], name)");

    Span out = firstSpan(transform(group).process(traces(in.build()), context));

    assertThat(out).isEqualTo(in.addAttributes(attribute("e", "e19999")).build());
  }

  @Test
  void a_large_message_is_not_copied_for_each_of_many_items() {
    ScopeSpans.Builder scope = ScopeSpans.newBuilder();
    for (int i = 0; i < 1000; i++) {
      scope.addSpans(Span.newBuilder().setName("n" + i));
    }
    Payload in =
        payload(
            Signal.TRACES,
            ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(
                    ResourceSpans.newBuilder()
                        .setResource(
                            Resource.newBuilder()
                                .addAttributes(attribute("large", "x".repeat(1_000_000))))
                        .addScopeSpans(scope))
                .build());
    OttlGroup group = spans("set(resource.attributes[\"last\"], name)");

    assertThatThrownBy(
            () -> transform(OttlTexts.with(group, ErrorMode.IGNORE)).process(in, context))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("64 times the request");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "merge_maps(attributes, attributes, \"upsert\")~column 1: unsupported editor merge_maps",
        "set(attributes[\"a\"], ParseJSON(name))~column 22: unsupported function ParseJSON",
        "set(attributes, resource.attributes)~column 5: set: unsupported target (expected: a field",
        "set(trace_id, name)~column 5: set: unsupported target",
        "set(attributes[\"a\"], trace_id)~column 22: set: unsupported value (expected: no id",
        "set(name)~column 1: set: 1 arguments (expected: 2)",
        "set(name, [\"a\"])~column 11: set: unsupported list",
        "delete_key(name, \"a\")~column 12: delete_key: unsupported target (expected: attributes,",
        "delete_key(attributes, name)~column 24: delete_key: unsupported argument (expected: a"
            + " text",
        "keep_keys(attributes, \"a\")~column 23: keep_keys: unsupported argument (expected: a list",
        "limit(attributes, 1, [\"a\", \"b\"])~column 19: limit: unsupported limit of 1",
        "truncate_all(attributes, -1)~column 26: truncate_all: unsupported argument",
        "replace_all_patterns(attributes, \"all\", \"a\", \"b\")~column 34: replace_all_patterns:",
        "replace_pattern(name, \"(\", \"b\")~column 23: invalid pattern",
        "replace_pattern(name, \"a\", \"b\", SHA256)~column 33: unknown symbol SHA256",
        "set(name, \"x\") where~column 21: unexpected the end",
        "set(name, \"x\") if true~column 16: unexpected if (expected: where",
        "Set(name, \"x\")~column 1: unexpected Set (expected: an editor",
        "set(attributes[\"a\"][2000], 1)~column 21: index 2000",
        "set(name, value=\"x\")~column 16: unexpected '='"
      })
  void names_what_it_cannot_do(String statement, String problem) {
    List<String> problems = new ArrayList<>();

    TransformChecks.check(spans(statement), (_, index, text) -> problems.add(index + " " + text));

    assertThat(problems).singleElement().asString().startsWith("0 " + problem);
  }

  @Test
  void says_when_a_context_cannot_be_inferred() {
    List<String> problems = new ArrayList<>();
    OttlGroup group =
        new OttlGroup(
            Signal.TRACES,
            "",
            List.of("name == \"x\""),
            List.of("set(span.name, \"x\")", "set(name, \"x\")"),
            ErrorMode.IGNORE);

    TransformChecks.check(
        group, (statement, index, text) -> problems.add(statement + " " + index + " " + text));
    TransformChecks.check(
        OttlTexts.statements(Signal.TRACES, "", "set(name, \"x\")"),
        (statement, index, text) -> problems.add(statement + " " + index + " " + text));

    assertThat(problems).hasSize(3);
    assertThat(problems.get(0)).startsWith("true 1 column 5: path name without its context");
    assertThat(problems.get(1)).startsWith("false 0 column 1: path name without its context");
    assertThat(problems.get(2)).startsWith("true -1 no path begins with a context");
  }

  private TransformProcessor transform(OttlGroup... groups) {
    return new TransformProcessor(
        "transform", new TransformConfig(List.of(groups)), metrics, OttlTexts.log());
  }

  private static OttlGroup spans(String... statements) {
    return OttlTexts.statements(Signal.TRACES, "span", statements);
  }

  private Span span(Span in, String... statements) throws InvalidProtocolBufferException {
    return firstSpan(transform(spans(statements)).process(traces(in), context));
  }

  private static Span firstSpan(Payload payload) throws InvalidProtocolBufferException {
    return ExportTraceServiceRequest.parseFrom(payload.bytes().toArray())
        .getResourceSpans(0)
        .getScopeSpans(0)
        .getSpans(0);
  }

  private static Payload payload(Signal signal, MessageLite request) {
    return new Payload(signal, Tenant.NONE, SpareBytes.of(request.toByteArray()), 1);
  }

  private static Payload traces(Span span) {
    return payload(
        Signal.TRACES,
        ExportTraceServiceRequest.newBuilder()
            .addResourceSpans(
                ResourceSpans.newBuilder().addScopeSpans(ScopeSpans.newBuilder().addSpans(span)))
            .build());
  }

  private static ExportLogsServiceRequest logs(LogRecord... records) {
    return ExportLogsServiceRequest.newBuilder()
        .addResourceLogs(
            ResourceLogs.newBuilder()
                .addScopeLogs(ScopeLogs.newBuilder().addAllLogRecords(List.of(records))))
        .build();
  }

  private static ExportMetricsServiceRequest metrics(Metric.Builder metric) {
    return ExportMetricsServiceRequest.newBuilder()
        .addResourceMetrics(
            ResourceMetrics.newBuilder()
                .addScopeMetrics(ScopeMetrics.newBuilder().addMetrics(metric)))
        .build();
  }

  private static AnyValue value(String text) {
    return AnyValue.newBuilder().setStringValue(text).build();
  }

  private static KeyValue attribute(String key, String text) {
    return KeyValue.newBuilder().setKey(key).setValue(value(text)).build();
  }

  private double errors() {
    return registry.scrape("headgate_transform_errors"::equals).stream()
        .flatMap(snapshot -> ((CounterSnapshot) snapshot).getDataPoints().stream())
        .mapToDouble(CounterSnapshot.CounterDataPointSnapshot::getValue)
        .sum();
  }
}
