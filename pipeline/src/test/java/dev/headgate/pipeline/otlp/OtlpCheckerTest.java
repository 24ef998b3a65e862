package dev.headgate.pipeline.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.memory.SpareBytes;
import dev.headgate.pipeline.wire.MalformedInputException;
import dev.headgate.pipeline.wire.WireWriter;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.metrics.v1.Exemplar;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OtlpCheckerTest {
  private static final ByteString TRACE_ID = ByteString.copyFrom(filled(16));
  private static final ByteString SPAN_ID = ByteString.copyFrom(filled(8));

  private final OtlpChecker checker = new OtlpChecker();

  @Test
  void an_empty_request_is_fine() {
    byte[] nothing = {};
    for (Signal signal : Signal.values()) {
      Bytes bytes = SpareBytes.of(nothing);
      assertThat(checker.check(signal, bytes, 1))
          .isEqualTo(new CheckedRequest(bytes, 0, 0, "", 0, 0, false));
    }
  }

  @Test
  void spans_with_ids_that_tempo_refuses_are_rejected_one_by_one() {
    Span good = span().build();
    List<Span> bad =
        List.of(
            span().clearTraceId().build(),
            span().clearSpanId().build(),
            span().setTraceId(ByteString.copyFrom(new byte[16])).build(),
            span().setSpanId(ByteString.copyFrom(new byte[8])).build(),
            span().setTraceId(ByteString.copyFrom(filled(15))).build(),
            span().setSpanId(ByteString.copyFrom(filled(9))).build(),
            span().setParentSpanId(ByteString.copyFrom(filled(7))).build(),
            span().addLinks(Span.Link.newBuilder().setTraceId(SPAN_ID)).build());
    for (Span span : bad) {
      CheckedRequest checked =
          checker.check(Signal.TRACES, SpareBytes.of(traces(good, span, good)), 1);
      assertThat(checked.items()).isEqualTo(2);
      assertThat(checked.rejectedItems()).isEqualTo(1);
      assertThat(checked.rejection()).isEqualTo("1 span with an invalid trace or span id");
      assertThat(checked.bytes().toArray()).isEqualTo(traces(good, good));
    }
    CheckedRequest all =
        checker.check(Signal.TRACES, SpareBytes.of(traces(bad.toArray(Span[]::new))), 1);
    assertThat(all.rejection()).isEqualTo("8 spans with an invalid trace or span id");
    assertThat(all.bytes().toArray()).as("nothing is left of the resource").isEmpty();
  }

  @Test
  void empty_parents_and_links_without_ids_are_fine() {
    byte[] request = traces(span().addLinks(Span.Link.newBuilder()).build());
    Bytes bytes = SpareBytes.of(request);
    assertThat(checker.check(Signal.TRACES, bytes, 1).bytes()).isSameAs(bytes);
  }

  @Test
  void log_records_may_have_no_ids_but_none_of_a_wrong_length() {
    LogRecord none = LogRecord.newBuilder().setTimeUnixNano(5).build();
    LogRecord zero = none.toBuilder().setTraceId(ByteString.copyFrom(new byte[16])).build();
    LogRecord wrong = none.toBuilder().setSpanId(TRACE_ID).build();
    byte[] fine = logs(none, zero);
    Bytes bytes = SpareBytes.of(fine);
    assertThat(checker.check(Signal.LOGS, bytes, 1).bytes()).isSameAs(bytes);
    CheckedRequest checked = checker.check(Signal.LOGS, SpareBytes.of(logs(none, wrong, zero)), 1);
    assertThat(checked.bytes().toArray()).isEqualTo(fine);
    assertThat(checked.rejection()).isEqualTo("1 log record with an invalid trace or span id");
  }

  @Test
  void a_text_that_is_no_utf_8_is_found_anywhere_among_attributes() {
    Span.Builder span = span();
    for (int i = 0; i < 12; i++) {
      AnyValue.Builder value = AnyValue.newBuilder();
      switch (i % 6) {
        case 0 -> value.setStringValue("~");
        case 1 -> value.setIntValue(i);
        case 2 -> value.setIntValue(-i);
        case 3 -> value.setStringValue("é~");
        case 4 -> value.setDoubleValue(i);
        default -> value.setStringValue("x".repeat(200) + "~");
      }
      span.addAttributes(KeyValue.newBuilder().setKey("key~" + i).setValue(value));
    }
    byte[] request = traces(span.build());
    Bytes bytes = SpareBytes.of(request);
    assertThat(checker.check(Signal.TRACES, bytes, 1).bytes()).isSameAs(bytes);
    for (int i = 0; i < request.length; i++) {
      if (request[i] == '~') {
        byte[] damaged = request.clone();
        damaged[i] = (byte) 0xff;
        assertThatThrownBy(() -> checker.check(Signal.TRACES, SpareBytes.of(damaged), 1))
            .isInstanceOf(MalformedInputException.class)
            .hasMessageStartingWith("string that is not UTF-8");
      }
    }
  }

  @Test
  void a_text_that_is_no_utf_8_is_found_in_the_first_fields_of_a_span() {
    for (int length : new int[] {1, 127, 128}) {
      String text = "x".repeat(length - 1) + "~";
      for (Span span :
          List.of(span().setName(text).build(), span().setTraceState(text).setName("n").build())) {
        byte[] request = traces(span);
        assertThat(checker.check(Signal.TRACES, SpareBytes.of(request), 1).items()).isEqualTo(1);
        request[indexOf(request, '~')] = (byte) 0xff;
        assertThatThrownBy(() -> checker.check(Signal.TRACES, SpareBytes.of(request), 1))
            .isInstanceOf(MalformedInputException.class)
            .hasMessageStartingWith("string that is not UTF-8");
      }
    }
  }

  @Test
  void of_a_field_that_comes_twice_in_a_span_the_last_one_counts() throws Exception {
    Span first =
        span()
            .setTraceState("a=1")
            .setParentSpanId(SPAN_ID)
            .setKindValue(2)
            .setStartTimeUnixNano(1)
            .setEndTimeUnixNano(2)
            .build();
    for (Span again :
        List.of(
            Span.newBuilder()
                .setTraceId(TRACE_ID.substring(1).concat(TRACE_ID.substring(0, 1)))
                .build(),
            Span.newBuilder().setSpanId(TRACE_ID.substring(8)).build(),
            Span.newBuilder().setTraceState("a=2").build(),
            Span.newBuilder().setParentSpanId(TRACE_ID.substring(8)).build(),
            Span.newBuilder().setName("last").build(),
            Span.newBuilder().setKindValue(3).build(),
            Span.newBuilder().setStartTimeUnixNano(3).build(),
            Span.newBuilder().setEndTimeUnixNano(3).build())) {
      byte[] twice = first.toByteString().concat(again.toByteString()).toByteArray();
      byte[] request = field(1, field(2, field(2, twice)));
      CheckedRequest checked = checker.check(Signal.TRACES, SpareBytes.of(request), 1);
      assertThat(checked.bytes().toArray()).isEqualTo(traces(Span.parseFrom(twice)));
    }
  }

  private static int indexOf(byte[] bytes, char wanted) {
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    throw new AssertionError("not there: " + wanted);
  }

  @Test
  void an_exemplar_loses_only_the_id_of_a_wrong_length() {
    Exemplar exemplar = Exemplar.newBuilder().setSpanId(SPAN_ID).setAsInt(4).build();
    CheckedRequest checked =
        checker.check(
            Signal.METRICS,
            SpareBytes.of(metrics(exemplar.toBuilder().setTraceId(SPAN_ID).build())),
            1);
    assertThat(checked.bytes().toArray()).isEqualTo(metrics(exemplar));
    assertThat(checked.rejectedItems()).isZero();
    assertThat(checked.items()).isEqualTo(1);
  }

  @Test
  void log_records_without_a_time_get_the_time_of_arrival() {
    LogRecord none = LogRecord.newBuilder().setSeverityText("INFO").build();
    LogRecord timed = LogRecord.newBuilder().setTimeUnixNano(7).build();
    LogRecord observed = LogRecord.newBuilder().setObservedTimeUnixNano(8).build();
    CheckedRequest checked =
        checker.check(Signal.LOGS, SpareBytes.of(logs(none, timed, observed)), 99);
    assertThat(checked.repairedTimes()).isEqualTo(1);
    assertThat(checked.bytes().toArray())
        .isEqualTo(logs(none.toBuilder().setObservedTimeUnixNano(99).build(), timed, observed));
  }

  @Test
  void attributes_with_an_empty_key_are_dropped_at_every_depth() {
    KeyValue good = attribute("k", text("v"));
    KeyValue empty = attribute("", text("v"));
    AnyValue nested = map(good, empty, attribute("m", map(empty)));
    CheckedRequest checked =
        checker.check(
            Signal.TRACES,
            SpareBytes.of(
                traces(
                    span()
                        .addAttributes(empty)
                        .addAttributes(good)
                        .addAttributes(KeyValue.getDefaultInstance())
                        .addAttributes(attribute("n", nested))
                        .build())),
            1);
    assertThat(checked.droppedAttributes()).isEqualTo(4);
    AnyValue kept = map(good, attribute("m", map()));
    assertThat(parse(Signal.TRACES, checked.bytes().toArray()))
        .isEqualTo(
            parse(
                Signal.TRACES,
                traces(span().addAttributes(good).addAttributes(attribute("n", kept)).build())));
  }

  @Test
  void a_value_before_its_key_is_put_behind_it() {
    // The value "s", then the key "k".
    byte[] keyValue = HexFormat.of().parseHex("12030a0173" + "0a016b");
    byte[] record = field(6, keyValue);
    byte[] request = logsAround(concat(record, HexFormat.of().parseHex("090100000000000000")));
    CheckedRequest checked = checker.check(Signal.LOGS, SpareBytes.of(request), 1);
    assertThat(checked.canonicalized()).isTrue();
    assertThat(HexFormat.of().formatHex(checked.bytes().toArray())).contains("0a016b12030a0173");
    assertThat(parse(Signal.LOGS, checked.bytes().toArray()))
        .isEqualTo(parse(Signal.LOGS, request));
  }

  @ParameterizedTest
  @CsvSource({
    "7b7c, group", // a group in an unknown field
    "a3060c, group",
    "0801, known field of another wire type", // resource_spans as a varint
    "0a7f, length beyond the end",
    "0affffffff07, length beyond the end",
    "0a8080808008, length over 31 bits",
    "0affffffffffffffffff01, length over 31 bits",
    "0affffffffffffffffff02, varint over 64 bits",
    "0affffffffffffffffffff01, varint over ten bytes",
    "0a, truncated varint",
    "0a80, truncated varint",
    "80, truncated varint",
    "00, field number 0",
    "02, field number 0",
    "8000, field number 0",
    "ffffffff1f, tag over 32 bits",
    "7f, invalid wire type",
    "a106ff, truncated field",
    "a506ff, truncated field"
  })
  void broken_bytes_are_malformed(String hex, String reason) {
    assertThatThrownBy(
            () -> checker.check(Signal.TRACES, SpareBytes.of(HexFormat.of().parseHex(hex)), 1))
        .isInstanceOf(MalformedInputException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void a_string_that_is_not_utf8_is_malformed_and_not_quoted() {
    byte[] request = logsAround(field(3, new byte[] {'S', 'E', 'C', (byte) 0xc0, (byte) 0x80}));
    assertThatThrownBy(() -> checker.check(Signal.LOGS, SpareBytes.of(request), 1))
        .isInstanceOf(MalformedInputException.class)
        .hasMessageContaining("not UTF-8")
        .hasMessageNotContaining("SEC");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void thirty_levels_of_values_are_the_limit_everywhere(boolean maps) {
    UnaryOperator<AnyValue> wrap =
        maps
            ? v -> map(attribute("k", v))
            : v ->
                AnyValue.newBuilder().setArrayValue(ArrayValue.newBuilder().addValues(v)).build();
    AnyValue deepest = text("x");
    for (int i = 0; i < OtlpChecker.MAX_VALUE_DEPTH; i++) {
      deepest = wrap.apply(deepest);
    }
    AnyValue tooDeep = wrap.apply(deepest);
    for (Signal signal : Signal.values()) {
      byte[] fine = requestWith(signal, deepest);
      Bytes bytes = SpareBytes.of(fine);
      assertThat(checker.check(signal, bytes, 1).bytes()).isSameAs(bytes);
      byte[] deep = requestWith(signal, tooDeep);
      assertThatThrownBy(() -> checker.check(signal, SpareBytes.of(deep), 1))
          .isInstanceOf(MalformedInputException.class)
          .hasMessageContaining("deeper than 30 levels");
    }
  }

  @Test
  void what_passes_is_within_the_default_depth_of_protobuf_java() throws Exception {
    AnyValue deepest = text("x");
    for (int i = 0; i < OtlpChecker.MAX_VALUE_DEPTH; i++) {
      deepest = map(attribute("k", deepest));
    }
    Exemplar exemplar =
        Exemplar.newBuilder().addFilteredAttributes(attribute("k", deepest)).build();
    CheckedRequest checked = checker.check(Signal.METRICS, SpareBytes.of(metrics(exemplar)), 1);
    assertThat(
            ExportMetricsServiceRequest.parseFrom(checked.bytes().toArray())
                .getResourceMetricsCount())
        .isEqualTo(1);
  }

  @Test
  void ten_thousand_levels_are_refused_without_a_deep_stack() throws Exception {
    byte[] value = {};
    WireWriter nested = new WireWriter(1 << 16);
    int[] sizes = new int[10_000];
    for (int i = 1; i < sizes.length; i++) {
      sizes[i] = sizes[i - 1] + 1 + varintBytes(sizes[i - 1]);
    }
    for (int i = sizes.length - 1; i > 0; i--) {
      nested.writeTag(i % 2 == 0 ? 1 : 5, 2); // values of an array, array of a value
      nested.writeVarint(sizes[i - 1]);
    }
    nested.writeRaw(value, 0, 0);
    byte[] request = logsAround(field(5, nested.toByteArray()));
    Throwable[] thrown = new Throwable[1];
    Thread smallStack =
        new Thread(
            null,
            () -> {
              try {
                checker.check(Signal.LOGS, SpareBytes.of(request), 1);
              } catch (Throwable e) {
                thrown[0] = e;
              }
            },
            "small-stack",
            200_000);
    smallStack.start();
    smallStack.join();
    assertThat(thrown[0])
        .isInstanceOf(MalformedInputException.class)
        .hasMessageContaining("deeper than 30 levels");
  }

  @Test
  void a_million_empty_attributes_are_dropped_and_counted() {
    byte[] record = new byte[2_000_000];
    for (int i = 0; i < record.length; i += 2) {
      record[i] = 6 << 3 | 2;
    }
    CheckedRequest checked = checker.check(Signal.LOGS, SpareBytes.of(logsAround(record)), 5);
    assertThat(checked.droppedAttributes()).isEqualTo(1_000_000);
    assertThat(checked.items()).isEqualTo(1);
    assertThat(checked.bytes().length()).isLessThan(50);
  }

  @Test
  void a_million_parts_of_one_resource_are_merged_in_bounded_memory() {
    byte[] parts = new byte[2_000_000];
    for (int i = 0; i < parts.length; i += 2) {
      parts[i] = 1 << 3 | 2;
    }
    CheckedRequest checked = checker.check(Signal.TRACES, SpareBytes.of(field(1, parts)), 1);
    assertThat(checked.canonicalized()).isTrue();
    assertThat(checked.bytes().toArray()).isEqualTo(new byte[] {10, 2, 10, 0});
  }

  @Test
  void a_checker_is_usable_after_it_refused() {
    assertThatThrownBy(() -> checker.check(Signal.TRACES, SpareBytes.of(new byte[] {10}), 1))
        .isInstanceOf(MalformedInputException.class);
    byte[] request = traces(span().build());
    assertThat(checker.check(Signal.TRACES, SpareBytes.of(request), 1).items()).isEqualTo(1);
  }

  private static byte[] requestWith(Signal signal, AnyValue value) {
    KeyValue attribute = attribute("k", value);
    return switch (signal) {
      case TRACES -> traces(span().addAttributes(attribute).build());
      case LOGS -> logs(LogRecord.newBuilder().setTimeUnixNano(1).setBody(value).build());
      case METRICS -> metrics(Exemplar.newBuilder().addFilteredAttributes(attribute).build());
    };
  }

  private static byte[] traces(Span... spans) {
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder()
                .addScopeSpans(ScopeSpans.newBuilder().addAllSpans(Arrays.asList(spans))))
        .build()
        .toByteArray();
  }

  private static byte[] logs(LogRecord... records) {
    return ExportLogsServiceRequest.newBuilder()
        .addResourceLogs(
            ResourceLogs.newBuilder()
                .addScopeLogs(ScopeLogs.newBuilder().addAllLogRecords(Arrays.asList(records))))
        .build()
        .toByteArray();
  }

  private static byte[] metrics(Exemplar exemplar) {
    Gauge gauge =
        Gauge.newBuilder()
            .addDataPoints(NumberDataPoint.newBuilder().addExemplars(exemplar))
            .build();
    return ExportMetricsServiceRequest.newBuilder()
        .addResourceMetrics(
            ResourceMetrics.newBuilder()
                .addScopeMetrics(
                    ScopeMetrics.newBuilder()
                        .addMetrics(Metric.newBuilder().setName("m").setGauge(gauge))))
        .build()
        .toByteArray();
  }

  private static byte[] logsAround(byte[] record) {
    return field(1, field(2, field(2, record)));
  }

  private static byte[] field(int number, byte[] body) {
    WireWriter out = new WireWriter(body.length + 10);
    out.writeBytesField(number, body, 0, body.length);
    return out.toByteArray();
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private static int varintBytes(int value) {
    WireWriter out = new WireWriter(10);
    out.writeVarint(value);
    return out.size();
  }

  private static Span.Builder span() {
    return Span.newBuilder().setTraceId(TRACE_ID).setSpanId(SPAN_ID).setName("GET /");
  }

  private static AnyValue text(String text) {
    return AnyValue.newBuilder().setStringValue(text).build();
  }

  private static AnyValue map(KeyValue... entries) {
    return AnyValue.newBuilder()
        .setKvlistValue(KeyValueList.newBuilder().addAllValues(Arrays.asList(entries)))
        .build();
  }

  private static KeyValue attribute(String key, AnyValue value) {
    return KeyValue.newBuilder().setKey(key).setValue(value).build();
  }

  private static Message parse(Signal signal, byte[] bytes) {
    return RandomOtlp.parse(signal, bytes);
  }

  private static byte[] filled(int length) {
    return "0123456789abcdefghij".substring(0, length).getBytes(StandardCharsets.US_ASCII);
  }
}
