package dev.headgate.pipeline.process.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.headgate.config.FilterConfig;
import dev.headgate.config.OttlGroup;
import dev.headgate.config.OttlGroup.ErrorMode;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.ledger.DropReason;
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
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogram;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.metrics.v1.Summary;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterProcessorTest {
  private static final Span SPAN =
      Span.newBuilder()
          .setTraceId(ByteString.fromHex("0102030405060708090a0b0c0d0e0f10"))
          .setName("GET /health")
          .setKind(Span.SpanKind.SPAN_KIND_SERVER)
          .setStartTimeUnixNano(1000)
          .setEndTimeUnixNano(2000)
          .setTraceState("a=b")
          .addAttributes(attribute("s", AnyValue.newBuilder().setStringValue("text")))
          .addAttributes(attribute("i", AnyValue.newBuilder().setIntValue(-5)))
          .addAttributes(attribute("d", AnyValue.newBuilder().setDoubleValue(2.5)))
          .addAttributes(attribute("nan", AnyValue.newBuilder().setDoubleValue(Double.NaN)))
          .addAttributes(attribute("b", AnyValue.newBuilder().setBoolValue(true)))
          .addAttributes(attribute("empty", AnyValue.newBuilder()))
          .addAttributes(
              attribute("bytes", AnyValue.newBuilder().setBytesValue(ByteString.fromHex("00ff"))))
          .addAttributes(
              attribute(
                  "map",
                  AnyValue.newBuilder()
                      .setKvlistValue(
                          KeyValueList.newBuilder()
                              .addValues(
                                  attribute("k", AnyValue.newBuilder().setStringValue("v"))))))
          .addAttributes(
              attribute(
                  "list",
                  AnyValue.newBuilder()
                      .setArrayValue(
                          ArrayValue.newBuilder().addValues(AnyValue.newBuilder().setIntValue(1)))))
          .setStatus(Status.newBuilder().setCodeValue(2).setMessage("boom"))
          .build();

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final FilterMetrics metrics = new FilterMetrics(registry);
  private final ChainContext context = LendingContext.create();

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "true ~ name == \"GET /health\"",
        "false~ name == \"GET /healt\"",
        "true ~ name != \"x\" and name > \"GET /a\" and name <= \"GET /health\"",
        "true ~ kind == SPAN_KIND_SERVER and kind == 2 and kind.string == \"Server\"",
        "true ~ status.code == STATUS_CODE_ERROR and status.message == \"boom\"",
        "true ~ trace_state == \"a=b\" and start_time_unix_nano == 1000",
        "true ~ resource.attributes[\"service.name\"] == \"shop\"",
        "true ~ scope.name == \"lib\" and instrumentation_scope.version == \"1.2\"",
        "true ~ scope.attributes[\"x\"] == nil",
        "false~ false or not true",
        "true ~ false and true or true",
        "false~ false and (true or true)",
        "true ~ not false and not (not true)",
        // Nil.
        "true ~ attributes[\"absent\"] == nil and nil == attributes[\"empty\"]",
        "false~ attributes[\"s\"] == nil",
        "true ~ attributes[\"s\"] != nil and nil != attributes[\"s\"]",
        "true ~ nil == nil and nil <= nil and nil >= nil",
        "false~ nil < nil or nil > nil or nil != nil",
        "false~ attributes[\"absent\"] < 1 or attributes[\"absent\"] > 1",
        "true ~ attributes[\"absent\"] != 1",
        "false~ attributes[\"absent\"] == \"\"",
        // Numbers.
        "true ~ attributes[\"i\"] == -5 and attributes[\"i\"] == -5.0 and attributes[\"i\"] < -4.5",
        "true ~ attributes[\"d\"] > 2 and attributes[\"d\"] >= 2.5 and 3 > attributes[\"d\"]",
        "false~ attributes[\"nan\"] == attributes[\"nan\"]",
        "false~ attributes[\"nan\"] >= 0 or attributes[\"nan\"] <= 0",
        "true ~ attributes[\"nan\"] != 0",
        // Types that do not fit.
        "false~ attributes[\"i\"] == \"-5\"",
        "true ~ attributes[\"i\"] != \"-5\"",
        "false~ attributes[\"s\"] > 1 or attributes[\"s\"] < 1",
        "true ~ attributes[\"b\"] == true and attributes[\"b\"] > false",
        "false~ attributes[\"b\"] == 1 or attributes[\"b\"] == \"true\"",
        // Lists and maps.
        "true ~ attributes[\"map\"][\"k\"] == \"v\" and attributes[\"map\"][\"j\"] == nil",
        "true ~ attributes[\"map\"] == attributes[\"map\"]",
        "false~ attributes[\"map\"] <= attributes[\"map\"]",
        "true ~ attributes[\"map\"] != attributes[\"list\"]",
        // Patterns.
        "true ~ IsMatch(name, \"^GET /(health|ready)$\") and IsMatch(name, \"heal\")",
        "false~ IsMatch(name, \"^heal\")",
        "true ~ IsMatch(attributes[\"i\"], \"^-5$\") and IsMatch(attributes[\"d\"], \"^2.5$\")",
        "true ~ IsMatch(attributes[\"b\"], \"true\") and IsMatch(attributes[\"bytes\"],"
            + " \"^00ff$\")",
        "false~ IsMatch(attributes[\"absent\"], \".*\")",
        "true ~ IsMatch(attributes[\"map\"], \"^\\\\{\\\"k\\\":\\\"v\\\"\\\\}$\")",
        "true ~ IsMatch(attributes[\"list\"], \"^\\\\[1\\\\]$\")",
        "true ~ IsMatch(\"literal\", \"lit\") and IsMatch(1.5, \"1.5\")",
        // Ids.
        "true ~ trace_id == TraceID(0x0102030405060708090a0b0c0d0e0f10)",
        "true ~ trace_id == TraceID(\"0102030405060708090a0b0c0d0e0f10\")",
        "false~ trace_id == 0x0102030405060708090a0b0c0d0e0f10 or trace_id == nil",
        "true ~ trace_id.string == \"0102030405060708090a0b0c0d0e0f10\" and IsRootSpan()",
        "true ~ parent_span_id == SpanID(0x0000000000000000)",
        "true ~ parent_span_id.string == \"0000000000000000\" and span_id != trace_id",
        // Arithmetic.
        "true ~ (end_time_unix_nano - start_time_unix_nano) == 1000",
        "true ~ end_time_unix_nano - start_time_unix_nano * 2 == 0 and -(kind) + 3 == 1",
        "true ~ attributes[\"d\"] * 2 == 5 and 7 / 2 == 3 and 7 / 2.0 == 3.5",
        // Lists.
        "true ~ attributes[\"list\"][0] == 1 and attributes[\"list\"] == attributes[\"list\"]",
        "true ~ attributes[\"bytes\"] == 0x00ff and attributes[\"bytes\"] < 0x01",
        // Functions.
        "true ~ HasPrefix(name, \"GET\") and HasSuffix(name, \"th\") and Len(name) == 11",
        "false~ HasPrefix(name, \"GET /health and more\") or HasSuffix(name, \"x GET /health\")",
        "true ~ IsString(name) and IsInt(kind) and IsDouble(attributes[\"d\"])",
        "true ~ IsBool(attributes[\"b\"]) and IsMap(attributes) and IsList(attributes[\"list\"])",
        "true ~ not (IsString(attributes[\"i\"]) or IsInt(attributes[\"absent\"]))",
        "true ~ Len(attributes) == 9 and Len(attributes[\"map\"]) == 1",
        "true ~ Concat([name, kind, attributes[\"absent\"]], \"|\") == \"GET /health|2|<nil>\"",
        "true ~ String(attributes[\"d\"]) == \"2.5\" and Int(\"12\") == 12 and Int(\"x\") == nil",
        "true ~ ToUpperCase(status.message) == \"BOOM\" and ToLowerCase(\"É\") == \"é\"",
        "true ~ Substring(name, 0, 3) == \"GET\"",
        "true ~ HasPrefix(SHA256(\"a\"), \"ca978112ca1bbdca\")",
        "true ~ kind.deprecated_string == \"SPAN_KIND_SERVER\" and flags == 0",
        "true ~ name == \"GET \\u002fhealth\" and name == \"\\x47ET /health\""
      })
  void evaluates_on_a_span(boolean expected, String condition) {
    FilterProcessor filter = filter(ErrorMode.PROPAGATE, List.of(condition), List.of());

    Payload in = traces(SPAN);
    // Twice, so that remembered answers are seen too.
    filter.process(in, LendingContext.create());
    Payload out = filter.process(in, context);

    assertThat(out.items()).isEqualTo(expected ? 0 : 1);
    if (!expected) {
      assertThat(out).isSameAs(in);
    }
  }

  @Test
  void drops_when_any_condition_holds() {
    FilterProcessor filter =
        filter(ErrorMode.IGNORE, List.of("name == \"x\"", "kind == SPAN_KIND_SERVER"), List.of());

    assertThat(filter.process(traces(SPAN), context).items()).isZero();
    assertThat(context.drops()).containsOnly(Map.entry(DropReason.FILTERED, 1L));
    assertThat(counter("otelcol_processor_filter_spans_filtered")).isOne();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "not IsMatch(attributes[\"nan\"], \"x\")",
        "attributes[\"s\"][\"k\"] == nil",
        "attributes[\"map\"][0] == nil",
        "attributes[\"list\"][\"k\"] == nil or kind == 2",
        "attributes[\"list\"][1] == nil",
        "attributes[\"empty\"][\"k\"] == nil",
        "attributes[\"s\"] - 1 != 0",
        "attributes[\"i\"] / 0 != 1",
        "not HasPrefix(attributes[\"i\"], \"x\")",
        "Len(attributes[\"i\"]) != 1",
        "Substring(name, 5, 100) != name",
        "trace_id != TraceID(\"xyz\")"
      })
  void what_cannot_be_evaluated_does_not_hold_or_fails_the_payload(String condition) {
    List<String> conditions = List.of(condition);

    Payload in = traces(SPAN);
    assertThat(filter(ErrorMode.IGNORE, conditions, List.of()).process(in, context)).isSameAs(in);
    assertThat(counter("headgate_filter_errors")).isOne();
    assertThatThrownBy(
            () -> filter(ErrorMode.PROPAGATE, conditions, List.of()).process(in, context))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void removes_events_and_keeps_their_span() throws InvalidProtocolBufferException {
    Span span =
        SPAN.toBuilder()
            .addEvents(event("exception", "a"))
            .addEvents(event("log", "a"))
            .addEvents(event("log", "b"))
            .build();
    FilterProcessor filter =
        filter(
            ErrorMode.IGNORE,
            List.of(),
            List.of("name == \"log\" and attributes[\"k\"] == \"a\" and span.name != \"\""));

    Payload out = filter.process(traces(span), context);

    assertThat(ExportTraceServiceRequest.parseFrom(out.bytes().toArray()))
        .isEqualTo(request(span.toBuilder().removeEvents(1).build()));
    assertThat(out.items()).isOne();
    assertThat(context.drops()).isEmpty();
    assertThat(counter("headgate_filter_span_events")).isOne();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "true ~severity_number >= SEVERITY_NUMBER_WARN and severity_text == \"WARN\"",
        "false~severity_number == SEVERITY_NUMBER_WARN2",
        "true ~body == \"hello\" and IsMatch(log.body, \"ell\") and body.string == \"hello\"",
        "true ~event_name == \"e\" and attributes[\"k\"] == \"v\"",
        "true ~time_unix_nano == 0 and observed_time_unix_nano == 7"
      })
  void evaluates_on_a_log_record(boolean expected, String condition) {
    LogRecord record =
        LogRecord.newBuilder()
            .setSeverityNumber(SeverityNumber.SEVERITY_NUMBER_WARN)
            .setSeverityText("WARN")
            .setBody(AnyValue.newBuilder().setStringValue("hello"))
            .addAttributes(attribute("k", AnyValue.newBuilder().setStringValue("v")))
            .setObservedTimeUnixNano(7)
            .setEventName("e")
            .build();

    assertThat(logs(condition, record).items()).isEqualTo(expected ? 0 : 1);
  }

  @Test
  void a_record_without_a_body_has_nil() {
    assertThat(logs("body == nil", LogRecord.getDefaultInstance()).items()).isZero();
    assertThat(logs("body == \"\"", LogRecord.getDefaultInstance()).items()).isOne();
  }

  private Payload logs(String condition, LogRecord record) {
    FilterProcessor filter = filter(OttlTexts.conditions(Signal.LOGS, "log", condition));
    return filter.process(
        payload(
            Signal.LOGS,
            ExportLogsServiceRequest.newBuilder()
                .addResourceLogs(
                    ResourceLogs.newBuilder()
                        .addScopeLogs(ScopeLogs.newBuilder().addLogRecords(record)))
                .build(),
            1),
        context);
  }

  @Test
  void removes_metrics_and_points_of_all_kinds() throws InvalidProtocolBufferException {
    KeyValue bad = attribute("k", AnyValue.newBuilder().setStringValue("bad"));
    KeyValue good = attribute("k", AnyValue.newBuilder().setStringValue("good"));
    Metric dropped = gauge("dropped", good, good);
    Metric emptied = gauge("emptied", bad, bad);
    Metric empty = gauge("empty");
    ExportMetricsServiceRequest request =
        metrics(
            dropped,
            gauge("g", bad, good),
            emptied,
            empty,
            sum(good, bad),
            histogram(bad, good),
            exponential(good, bad, good),
            summary(bad, good));
    FilterProcessor filter =
        filter(
            OttlTexts.conditions(
                Signal.METRICS, "metric", "name == \"dropped\" and type == METRIC_DATA_TYPE_GAUGE"),
            OttlTexts.conditions(
                Signal.METRICS,
                "datapoint",
                "attributes[\"k\"] == \"bad\" and metric.name != \"x\""));

    Payload out = filter.process(payload(Signal.METRICS, request, 15), context);

    assertThat(ExportMetricsServiceRequest.parseFrom(out.bytes().toArray()))
        .isEqualTo(
            metrics(
                gauge("g", good),
                empty,
                sum(good),
                histogram(good),
                exponential(good, good),
                summary(good)));
    assertThat(out.items()).isEqualTo(6);
    assertThat(context.drops()).containsOnly(Map.entry(DropReason.FILTERED, 9L));
  }

  @Test
  void removes_resources_and_scopes_with_all_that_is_in_them()
      throws InvalidProtocolBufferException {
    ResourceSpans first = request(SPAN).getResourceSpans(0);
    ResourceSpans second =
        first.toBuilder()
            .addScopeSpans(
                ScopeSpans.newBuilder()
                    .setScope(InstrumentationScope.newBuilder().setName("other"))
                    .addSpans(SPAN)
                    .addSpans(SPAN))
            .build();
    ResourceSpans bare = second.toBuilder().clearResource().build();
    Payload in =
        payload(
            Signal.TRACES,
            ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(first)
                .addResourceSpans(bare)
                .build(),
            4);

    Payload byScope =
        filter(OttlTexts.conditions(Signal.TRACES, "scope", "name == \"other\""))
            .process(in, context);
    Payload byResource =
        filter(
                OttlTexts.conditions(
                    Signal.TRACES, "resource", "attributes[\"service.name\"] == nil"))
            .process(in, LendingContext.create());

    assertThat(byScope.items()).isEqualTo(2);
    assertThat(context.drops()).containsOnly(Map.entry(DropReason.FILTERED, 2L));
    assertThat(ExportTraceServiceRequest.parseFrom(byScope.bytes().toArray()))
        .isEqualTo(
            ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(first)
                .addResourceSpans(bare.toBuilder().removeScopeSpans(1))
                .build());
    assertThat(byResource.items()).isEqualTo(1);
    assertThat(ExportTraceServiceRequest.parseFrom(byResource.bytes().toArray()))
        .isEqualTo(ExportTraceServiceRequest.newBuilder().addResourceSpans(first).build());
  }

  @Test
  void infers_the_context_of_each_condition() {
    OttlGroup group =
        OttlTexts.conditions(
            Signal.TRACES,
            "",
            "resource.attributes[\"service.name\"] == \"none\"",
            "scope.name == \"none\"",
            "span.kind == SPAN_KIND_CLIENT",
            "spanevent.name == \"log\" and span.kind == SPAN_KIND_SERVER");
    Span span = SPAN.toBuilder().addEvents(event("log", "a")).build();

    Payload out = filter(group).process(traces(span), context);

    assertThat(out.items()).isOne();
    assertThat(counter("headgate_filter_span_events")).isOne();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "name == \"x\"~no path begins with a context (expected: one of spanevent, span, scope,"
            + " resource in front of each path, or the key context)",
        "span.name == \"x\" and kind == 1~column 22: path kind without its context",
        "resource.attributes[\"a\"] == SEVERITY_NUMBER_INFO~column 29: unknown symbol"
      })
  void names_what_has_no_context(String condition, String problem) {
    OttlGroup group = OttlTexts.conditions(Signal.TRACES, "", condition);

    assertThat(FilterProcessor.problem(group, condition)).startsWith(problem);
  }

  @Test
  void evaluates_on_points_and_their_metric() {
    Metric sum = sum(attribute("k", AnyValue.newBuilder().setStringValue("v")));
    Metric histogram = histogram(attribute("k", AnyValue.newBuilder().setIntValue(1)));

    assertThat(keepsMetric("metric", "HasAttrOnDatapoint(\"k\", \"v\")", sum)).isFalse();
    assertThat(keepsMetric("metric", "HasAttrOnDatapoint(\"k\", \"\")", histogram)).isFalse();
    assertThat(keepsMetric("metric", "HasAttrOnDatapoint(\"k\", \"x\")", sum)).isTrue();
    assertThat(keepsMetric("metric", "HasAttrKeyOnDatapoint(\"k\")", histogram)).isFalse();
    assertThat(keepsMetric("metric", "HasAttrKeyOnDatapoint(\"x\")", histogram)).isTrue();
    assertThat(keepsMetric("metric", "is_monotonic == true", sum)).isFalse();
    assertThat(keepsMetric("metric", "is_monotonic == nil", histogram)).isFalse();
    assertThat(keepsMetric("metric", "aggregation_temporality == 0", histogram)).isFalse();
    assertThat(keepsMetric("datapoint", "value_double == 1.0 and value_int == 0", sum)).isFalse();
    assertThat(keepsMetric("datapoint", "value_int == nil and count == 1", histogram)).isFalse();
    assertThat(keepsMetric("datapoint", "sum == 0.0 and flags == FLAG_NONE", histogram)).isFalse();
    assertThat(keepsMetric("datapoint", "metric.type == METRIC_DATA_TYPE_SUM", sum)).isFalse();
  }

  private boolean keepsMetric(String contextName, String condition, Metric metric) {
    return filter(OttlTexts.conditions(Signal.METRICS, contextName, condition))
            .process(payload(Signal.METRICS, metrics(metric), 1), LendingContext.create())
            .items()
        == 1;
  }

  @Test
  void removes_what_a_model_removes_from_random_traces() throws InvalidProtocolBufferException {
    for (long seed = 1; seed <= 20; seed++) {
      Random random = new Random(seed);
      ExportTraceServiceRequest.Builder in = ExportTraceServiceRequest.newBuilder();
      ExportTraceServiceRequest.Builder expected = ExportTraceServiceRequest.newBuilder();
      int items = 0;
      int left = 0;
      for (int r = random.nextInt(4); r >= 0; r--) {
        ResourceSpans.Builder all = ResourceSpans.newBuilder().setSchemaUrl("r" + r);
        ResourceSpans.Builder rest = all.clone();
        for (int s = random.nextInt(3); s >= 0; s--) {
          ScopeSpans.Builder scope = ScopeSpans.newBuilder().setSchemaUrl("s" + s);
          ScopeSpans.Builder restScope = scope.clone();
          for (int i = random.nextInt(4); i >= 0; i--) {
            Span span =
                SPAN.toBuilder()
                    .setName("n" + random.nextInt(3))
                    .setKindValue(random.nextInt(6))
                    .build();
            scope.addSpans(span);
            items++;
            if (!span.getName().equals("n1") && span.getKindValue() != 2) {
              restScope.addSpans(span);
              left++;
            }
          }
          all.addScopeSpans(scope);
          if (restScope.getSpansCount() > 0) {
            rest.addScopeSpans(restScope);
          }
        }
        in.addResourceSpans(all);
        if (rest.getScopeSpansCount() > 0) {
          expected.addResourceSpans(rest);
        }
      }

      Payload out =
          filter(ErrorMode.IGNORE, List.of("name == \"n1\" or kind == 2"), List.of())
              .process(payload(Signal.TRACES, in.build(), items), context);

      assertThat(out.items()).as("seed %d", seed).isEqualTo(left);
      assertThat(ExportTraceServiceRequest.parseFrom(out.bytes().toArray()))
          .as("seed %d", seed)
          .isEqualTo(expected.build());
    }
  }

  @Test
  void what_one_group_made_and_the_next_replaced_goes_back() throws InvalidProtocolBufferException {
    ArrayPool pool = LendingContext.pool();
    Span span = SPAN.toBuilder().addEvents(event("log", "a")).addEvents(event("x", "a")).build();
    OttlGroup first = OttlTexts.conditions(Signal.TRACES, "spanevent", "name == \"log\"");
    OttlGroup nothing = OttlTexts.conditions(Signal.TRACES, "spanevent", "name == \"y\"");
    OttlGroup second = OttlTexts.conditions(Signal.TRACES, "spanevent", "name == \"x\"");

    Payload out = filter(first, nothing, second).process(traces(span), new ChainContext(pool));

    assertThat(ExportTraceServiceRequest.parseFrom(out.bytes().toArray())).isEqualTo(request(SPAN));
    assertThat(pool.idleBytes()).isGreaterThan(0);
    out.bytes().release();
    assertThat(pool.idleBytes()).isGreaterThanOrEqualTo(2L * out.sizeBytes());
  }

  @Test
  void passes_signals_without_conditions_on() {
    Payload logs = new Payload(Signal.LOGS, Tenant.NONE, SpareBytes.of(new byte[] {1}), 1);

    assertThat(filter(ErrorMode.IGNORE, List.of("true"), List.of()).process(logs, context))
        .isSameAs(logs);
  }

  private FilterProcessor filter(ErrorMode mode, List<String> span, List<String> spanEvent) {
    return filter(
        new OttlGroup(Signal.TRACES, "span", span, List.of(), mode),
        new OttlGroup(Signal.TRACES, "spanevent", spanEvent, List.of(), mode));
  }

  private FilterProcessor filter(OttlGroup... groups) {
    return new FilterProcessor(
        "filter", new FilterConfig(List.of(groups)), metrics, OttlTexts.log());
  }

  private static Payload payload(Signal signal, MessageLite request, int items) {
    return new Payload(signal, Tenant.NONE, SpareBytes.of(request.toByteArray()), items);
  }

  private static Payload traces(Span span) {
    return payload(Signal.TRACES, request(span), 1);
  }

  private static ExportTraceServiceRequest request(Span span) {
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder()
                .setResource(
                    Resource.newBuilder()
                        .addAttributes(
                            attribute(
                                "service.name", AnyValue.newBuilder().setStringValue("shop"))))
                .addScopeSpans(
                    ScopeSpans.newBuilder()
                        .setScope(
                            InstrumentationScope.newBuilder().setName("lib").setVersion("1.2"))
                        .addSpans(span)))
        .build();
  }

  private static Span.Event event(String name, String value) {
    return Span.Event.newBuilder()
        .setName(name)
        .addAttributes(attribute("k", AnyValue.newBuilder().setStringValue(value)))
        .build();
  }

  private static KeyValue attribute(String key, AnyValue.Builder value) {
    return KeyValue.newBuilder().setKey(key).setValue(value).build();
  }

  private static ExportMetricsServiceRequest metrics(Metric... metrics) {
    return ExportMetricsServiceRequest.newBuilder()
        .addResourceMetrics(
            ResourceMetrics.newBuilder()
                .addScopeMetrics(ScopeMetrics.newBuilder().addAllMetrics(List.of(metrics))))
        .build();
  }

  private static Metric gauge(String name, KeyValue... points) {
    Gauge.Builder gauge = Gauge.newBuilder();
    for (KeyValue point : points) {
      gauge.addDataPoints(NumberDataPoint.newBuilder().addAttributes(point).setAsInt(1));
    }
    return Metric.newBuilder().setName(name).setGauge(gauge).build();
  }

  private static Metric sum(KeyValue... points) {
    Sum.Builder sum = Sum.newBuilder().setIsMonotonic(true);
    for (KeyValue point : points) {
      sum.addDataPoints(NumberDataPoint.newBuilder().addAttributes(point).setAsDouble(1));
    }
    return Metric.newBuilder().setName("sum").setSum(sum).build();
  }

  private static Metric histogram(KeyValue... points) {
    Histogram.Builder histogram = Histogram.newBuilder();
    for (KeyValue point : points) {
      histogram.addDataPoints(HistogramDataPoint.newBuilder().addAttributes(point).setCount(1));
    }
    return Metric.newBuilder().setName("histogram").setHistogram(histogram).build();
  }

  private static Metric exponential(KeyValue... points) {
    ExponentialHistogram.Builder histogram = ExponentialHistogram.newBuilder();
    for (KeyValue point : points) {
      histogram.addDataPoints(
          ExponentialHistogramDataPoint.newBuilder().addAttributes(point).setScale(1));
    }
    return Metric.newBuilder().setName("exp").setExponentialHistogram(histogram).build();
  }

  private static Metric summary(KeyValue... points) {
    Summary.Builder summary = Summary.newBuilder();
    for (KeyValue point : points) {
      summary.addDataPoints(SummaryDataPoint.newBuilder().addAttributes(point).setCount(1));
    }
    return Metric.newBuilder().setName("summary").setSummary(summary).build();
  }

  private double counter(String name) {
    return registry.scrape(name::equals).stream()
        .flatMap(snapshot -> ((CounterSnapshot) snapshot).getDataPoints().stream())
        .mapToDouble(CounterSnapshot.CounterDataPointSnapshot::getValue)
        .sum();
  }
}
