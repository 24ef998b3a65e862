package dev.headgate.pipeline.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.wire.MalformedInputException;
import dev.headgate.pipeline.wire.OutputLimitException;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTranscoderTest {
  private static final String SPAN_PATH = "resourceSpans[0].scopeSpans[0].spans[0]";

  private final JsonTranscoder transcoder = new JsonTranscoder();

  private byte[] transcode(Signal signal, byte[] json) {
    return transcoder.toProtobuf(signal, json, 0, json.length, 1 << 24);
  }

  private byte[] transcode(Signal signal, String json) {
    return transcode(signal, json.getBytes(StandardCharsets.UTF_8));
  }

  private String refusal(Signal signal, String json) {
    MalformedInputException e =
        catchThrowableOfType(MalformedInputException.class, () -> transcode(signal, json));
    assertThat(e).as(json).isNotNull();
    return String.valueOf(e.getMessage());
  }

  private Span span(String members) throws Exception {
    byte[] request =
        transcode(
            Signal.TRACES,
            "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{" + members + "}]}]}]}");
    return io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest.parseFrom(request)
        .getResourceSpans(0)
        .getScopeSpans(0)
        .getSpans(0);
  }

  private String spanRefusal(String members) {
    return refusal(
        Signal.TRACES, "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{" + members + "}]}]}]}");
  }

  private LogRecord log(String members) throws Exception {
    byte[] request =
        transcode(
            Signal.LOGS,
            "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{" + members + "}]}]}]}");
    return ExportLogsServiceRequest.parseFrom(request)
        .getResourceLogs(0)
        .getScopeLogs(0)
        .getLogRecords(0);
  }

  private String logRefusal(String members) {
    return refusal(
        Signal.LOGS, "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{" + members + "}]}]}]}");
  }

  private NumberDataPoint point(String members) throws Exception {
    byte[] request =
        transcode(
            Signal.METRICS,
            "{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"gauge\":{\"dataPoints\":[{"
                + members
                + "}]}}]}]}]}");
    return io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest.parseFrom(
            request)
        .getResourceMetrics(0)
        .getScopeMetrics(0)
        .getMetrics(0)
        .getGauge()
        .getDataPoints(0);
  }

  private String pointRefusal(String members) {
    return refusal(
        Signal.METRICS,
        "{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"gauge\":{\"dataPoints\":[{"
            + members
            + "}]}}]}]}]}");
  }

  // Documents

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        " \r\n\t{ } ",
        "\ufeff{}",
        "{\"resourceSpans\":[]}",
        "{\"resourceSpans\":null}"
      })
  void takes_a_request_without_content(String json) {
    assertThat(transcode(Signal.TRACES, json)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " \n",
        "\ufeff",
        "null",
        "[]",
        "[{}]",
        "1",
        "\"{}\"",
        "true",
        "{",
        "{}}",
        "{}{}",
        "{}\n{}\n",
        "{},",
        "{} x",
        "<html></html>",
        "{\"a\":1,}",
        "{,}",
        "{\"a\" 1}",
        "{\"a\":}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":[1,]}",
        "{\"a\":[1 2]}",
        "{\"a\":[}",
        "{\"a\":{]}",
        "{\"a\":nul}",
        "{\"a\":NaN}",
        "{\"a\":truex}",
        "{\"a\":01}",
        "{\"a\":1.}",
        "{\"a\":.5}",
        "{\"a\":+1}",
        "{\"a\":-}",
        "{\"a\":1e}",
        "{\"a\":0x1}",
        "{/**/}",
        "{\"a\":\"",
        "{\"a\":\"\\",
        "{\"a\":\"\\u12",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12G4\"}",
        "{\"a\":\"\t\"}",
        "\u00a0{}",
        "{}\0"
      })
  void refuses_what_is_not_one_json_object(String json) {
    refusal(Signal.TRACES, json);
  }

  @Test
  void reads_only_the_given_part_of_the_array() {
    byte[] json = "xx{\"resourceSpans\":[1]}yy".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> transcoder.toProtobuf(Signal.TRACES, json, 2, json.length - 2, 100))
        .hasMessage("resourceSpans[0]: not an object at byte 18");
    assertThat(transcoder.toProtobuf(Signal.LOGS, json, 2, json.length - 2, 100)).isEmpty();
  }

  // Ids

  @Test
  void reads_ids_in_hexadecimal_of_any_case() throws Exception {
    Span span =
        span(
            "\"traceId\":\"5B8EFFF798038103d269b633813fc60c\",\"spanId\":\"EEE19B7EC3C1B174\","
                + "\"parentSpanId\":\"\\u0065ee19b7ec3c1b173\"");
    assertThat(span.getTraceId()).isEqualTo(ByteString.fromHex("5B8EFFF798038103D269B633813FC60C"));
    assertThat(span.getSpanId()).isEqualTo(ByteString.fromHex("EEE19B7EC3C1B174"));
    assertThat(span.getParentSpanId()).isEqualTo(ByteString.fromHex("EEE19B7EC3C1B173"));
  }

  @Test
  void takes_absent_empty_and_null_ids() throws Exception {
    assertThat(span("\"traceId\":\"\",\"spanId\":null")).isEqualTo(Span.getDefaultInstance());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"W47/95gDgQPSabYzgT/GDA==\"",
        "\"5B8EFFF798038103D269B633813FC60\"",
        "\"5B8EFFF798038103D269B633813FC60CAA\"",
        "\"5B8EFFF798038103D269B633813FC60G\"",
        "\"5B8EFFF798038103\"",
        "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaż\"",
        "12",
        "{}",
        "[]",
        "true"
      })
  void refuses_other_ids_and_names_the_path_but_not_the_value(String id) {
    assertThat(spanRefusal("\"traceId\":" + id))
        .startsWith(SPAN_PATH + ".traceId: ")
        .contains(" at byte ")
        .doesNotContain("5B8E", "W47");
  }

  // Names

  @Test
  void ignores_unknown_and_snake_case_names_with_all_they_hold() throws Exception {
    assertThat(
            span(
                "\"trace_id\":7,\"x\":{\"spanId\":[[{\"a\":[]}],1e999]},\"Name\":\"no\",\"name\":\"yes\","
                    + "\"spanI\":1,\"spanIds\":2,\"\":3"))
        .isEqualTo(Span.newBuilder().setName("yes").build());
  }

  @Test
  void counts_names_that_are_ignored_because_of_snake_case() throws Exception {
    assertThat(transcode(Signal.TRACES, "{\"resource_spans\":[{\"scope_spans\":[]}]}")).isEmpty();
    assertThat(transcoder.ignoredSnakeCaseNames()).isEqualTo(1);
    span("\"trace_id\":\"\",\"start_time_unix_nano\":0,\"user_id\":1,\"_name\":1,\"trace_\":2");
    assertThat(transcoder.ignoredSnakeCaseNames()).isEqualTo(2);
    span("\"name\":\"\",\"" + "a_".repeat(100) + "\":1");
    assertThat(transcoder.ignoredSnakeCaseNames()).isZero();
  }

  @Test
  void reads_names_that_are_spelt_with_escapes() throws Exception {
    assertThat(span("\"\\u006eam\\u0065\":\"x\"").getName()).isEqualTo("x");
  }

  @Test
  void refuses_a_known_member_given_twice() {
    assertThat(spanRefusal("\"name\":\"a\",\"n\\u0061me\":\"b\""))
        .startsWith(SPAN_PATH + ".name: given twice");
    assertThat(spanRefusal("\"attributes\":[],\"attributes\":[]")).contains("given twice");
    assertThat(refusal(Signal.TRACES, "{\"resourceSpans\":[],\"resourceSpans\":[{}]}"))
        .contains("given twice");
  }

  @Test
  void does_not_count_null_as_given() throws Exception {
    assertThat(span("\"name\":null,\"name\":\"b\",\"kind\":null,\"status\":null").getName())
        .isEqualTo("b");
    assertThat(log("\"body\":{\"stringValue\":null,\"intValue\":1}").getBody().getIntValue())
        .isEqualTo(1);
  }

  @Test
  void refuses_two_members_of_a_oneof() {
    assertThat(logRefusal("\"body\":{\"stringValue\":\"a\",\"intValue\":1}"))
        .contains("body.intValue: given besides another member of its oneof");
    assertThat(pointRefusal("\"asInt\":1,\"asDouble\":2")).contains("oneof");
  }

  @Test
  void puts_a_key_before_its_value_and_a_resource_before_its_scopes() {
    byte[] turned =
        transcode(
            Signal.LOGS,
            "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{}],\"scope\":{\"name\":\"s\"}}],"
                + "\"resource\":{\"attributes\":[{\"value\":{\"stringValue\":\"v\"},\"key\":\"k\"}]}}]}");
    ExportLogsServiceRequest.Builder meant = ExportLogsServiceRequest.newBuilder();
    meant
        .addResourceLogsBuilder()
        .setResource(
            Resource.newBuilder()
                .addAttributes(
                    KeyValue.newBuilder()
                        .setKey("k")
                        .setValue(AnyValue.newBuilder().setStringValue("v"))))
        .addScopeLogsBuilder()
        .addLogRecords(LogRecord.getDefaultInstance())
        .getScopeBuilder()
        .setName("s");
    assertThat(turned).isEqualTo(meant.build().toByteArray());
  }

  // Values

  @Test
  void keeps_values_with_nothing_set() throws Exception {
    assertThat(log("\"body\":{}").hasBody()).isTrue();
    assertThat(log("\"body\":null").hasBody()).isFalse();
    assertThat(log("\"attributes\":[{\"key\":\"k\",\"value\":{}}]").getAttributes(0).hasValue())
        .isTrue();
    assertThat(log("\"body\":{\"stringValue\":\"\"}").getBody().hasStringValue()).isTrue();
    assertThat(log("\"body\":{\"boolValue\":false}").getBody().hasBoolValue()).isTrue();
    assertThat(log("\"body\":{\"intValue\":0}").getBody().hasIntValue()).isTrue();
    assertThat(log("\"body\":{\"kvlistValue\":{}}").getBody().hasKvlistValue()).isTrue();
    assertThat(log("\"body\":{\"bytesValue\":\"\"}").getBody().hasBytesValue()).isTrue();
  }

  @Test
  void keeps_strings_that_end_in_a_zero_character() throws Exception {
    assertThat(span("\"name\":\"\\u0000\"").getName()).isEqualTo("\0");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0, 0",
    "1, 1",
    "9007199254740993, 9007199254740993",
    "'\"9007199254740993\"', 9007199254740993",
    "9223372036854775807, 9223372036854775807",
    "-9223372036854775808, -9223372036854775808",
    "'\"-9223372036854775808\"', -9223372036854775808",
    "1.0, 1",
    "1e3, 1000",
    "12.5e1, 125",
    "-120E-1, -12",
    "0e99999, 0",
    "92233720368547758070e-1, 9223372036854775807",
    "'\"\\u0031\"', 1"
  })
  void reads_whole_numbers_exactly(String json, long value) throws Exception {
    assertThat(log("\"body\":{\"intValue\":" + json + "}").getBody().getIntValue())
        .isEqualTo(value);
    assertThat(point("\"asInt\":" + json).getAsInt()).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9223372036854775808",
        "-9223372036854775809",
        "1e19",
        "1e400",
        "1e999999999",
        "1e99999999999",
        "1.5",
        "1e-1",
        "1e-999999999",
        "\"\"",
        "\" 1\"",
        "\"1 \"",
        "\"+1\"",
        "\"01\"",
        "\"0x1\"",
        "\"one\"",
        "\"NaN\"",
        "true",
        "{}",
        "[1]",
        "18446744073709551616",
        "99999999999999999999999999"
      })
  void refuses_what_is_no_64_bit_integer(String json) {
    assertThat(logRefusal("\"body\":{\"intValue\":" + json + "}")).contains("body.intValue: ");
    assertThat(pointRefusal("\"asInt\":" + json)).contains("dataPoints[0].asInt: ");
  }

  @Test
  void refuses_numbers_of_any_length_in_linear_time() throws Exception {
    String digits = "9".repeat(1_000_000);
    logRefusal("\"body\":{\"intValue\":" + digits + "}");
    logRefusal("\"body\":{\"doubleValue\":" + digits + "}");
    logRefusal("\"body\":{\"doubleValue\":0." + digits + "}");
    assertThat(log("\"zz\":" + digits)).isEqualTo(LogRecord.getDefaultInstance());
  }

  @Test
  void reads_unsigned_numbers_in_their_range() throws Exception {
    assertThat(span("\"startTimeUnixNano\":\"18446744073709551615\"").getStartTimeUnixNano())
        .isEqualTo(-1);
    assertThat(span("\"startTimeUnixNano\":1700000000123456789").getStartTimeUnixNano())
        .isEqualTo(1700000000123456789L);
    assertThat(span("\"flags\":4294967295,\"droppedLinksCount\":\"4294967295\"").getFlags())
        .isEqualTo(-1);
    spanRefusal("\"startTimeUnixNano\":-1");
    spanRefusal("\"startTimeUnixNano\":18446744073709551616");
    spanRefusal("\"flags\":4294967296");
    spanRefusal("\"droppedLinksCount\":-1");
    spanRefusal("\"droppedLinksCount\":4294967296");
  }

  @Test
  void reads_enums_as_integers_only() throws Exception {
    assertThat(span("\"kind\":2").getKindValue()).isEqualTo(2);
    assertThat(span("\"kind\":99").getKindValue()).isEqualTo(99);
    assertThat(span("\"kind\":-1").getKindValue()).isEqualTo(-1);
    assertThat(spanRefusal("\"kind\":\"SPAN_KIND_SERVER\""))
        .startsWith(SPAN_PATH + ".kind: not a number")
        .doesNotContain("SERVER");
    spanRefusal("\"kind\":\"2\"");
    spanRefusal("\"kind\":2147483648");
    spanRefusal("\"kind\":1.5");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0, -0.0",
    "-0.0, -0.0",
    "1, 1",
    "0.1, 0.1",
    "'\"0.1\"', 0.1",
    "1e22, 1e22",
    "1e23, 1e23",
    "-1.5E-7, -1.5E-7",
    "123456789012345, 123456789012345",
    "1234567890123456789, 1.2345678901234568E18",
    "0.000001, 1e-6",
    "0.00000000000000000000000001, 1e-26",
    "1e-999, 0",
    "1.7976931348623157e308, 1.7976931348623157e308",
    "'\"NaN\"', NaN",
    "'\"Infinity\"', Infinity",
    "'\"-Infinity\"', -Infinity",
    "4.9e-324, 4.9e-324"
  })
  void reads_doubles(String json, double value) throws Exception {
    assertThat(Double.doubleToLongBits(point("\"asDouble\":" + json).getAsDouble()))
        .isEqualTo(Double.doubleToLongBits(value));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e400",
        "-1e400",
        "\"nan\"",
        "\"inf\"",
        "\"+Infinity\"",
        "\"\"",
        "\"1.\"",
        "NaN",
        "true",
        "[]"
      })
  void refuses_other_doubles(String json) {
    pointRefusal("\"asDouble\":" + json);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "0", "\"true\"", "{}", "True"})
  void refuses_other_booleans(String json) {
    logRefusal("\"body\":{\"boolValue\":" + json + "}");
  }

  @Test
  void keeps_optional_doubles_that_are_zero() throws Exception {
    byte[] request =
        transcode(
            Signal.METRICS,
            "{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"histogram\":{\"dataPoints\":[{"
                + "\"sum\":0,\"bucketCounts\":[\"1\",2],\"explicitBounds\":[0.5,\"Infinity\"],"
                + "\"count\":\"3\"}]}}]}]}]}");
    HistogramDataPoint point =
        io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest.parseFrom(request)
            .getResourceMetrics(0)
            .getScopeMetrics(0)
            .getMetrics(0)
            .getHistogram()
            .getDataPoints(0);
    assertThat(point.hasSum()).isTrue();
    assertThat(point.hasMin()).isFalse();
    assertThat(point.getBucketCountsList()).containsExactly(1L, 2L);
    assertThat(point.getExplicitBoundsList()).containsExactly(0.5, Double.POSITIVE_INFINITY);
  }

  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "AA==, 00",
    "AA, 00",
    "'+/8=', fbff",
    "'-_8', fbff",
    "'+_8=', fbff",
    "AAEC, 000102",
    "AAECAw==, 00010203"
  })
  void reads_base64_of_both_alphabets(String text, String hex) throws Exception {
    assertThat(log("\"body\":{\"bytesValue\":\"" + text + "\"}").getBody().getBytesValue())
        .isEqualTo(ByteString.fromHex(hex));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A",
        "AAAAA",
        "AA=",
        "A===",
        "====",
        "AA==AA==",
        "A A=",
        "AÄ",
        "A\\n",
        "AA==" + "="
      })
  void refuses_other_base64(String text) {
    logRefusal("\"body\":{\"bytesValue\":\"" + text + "\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"attributes\":{}",
        "\"attributes\":[null]",
        "\"attributes\":[[]]",
        "\"attributes\":\"\"",
        "\"attributes\":[1]",
        "\"name\":1",
        "\"name\":{}",
        "\"name\":false",
        "\"status\":[]",
        "\"status\":\"\"",
        "\"status\":0",
        "\"startTimeUnixNano\":[]",
        "\"startTimeUnixNano\":{}",
        "\"attributes\":[{\"key\":1}]"
      })
  void refuses_values_of_another_type(String members) {
    assertThat(spanRefusal(members)).startsWith(SPAN_PATH + ".");
  }

  // Strings

  @Test
  void decodes_escapes_into_utf8() throws Exception {
    assertThat(
            span("\"name\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\u20AC\\uD83D\\ude00\u00e9😀\"")
                .getName())
        .isEqualTo("\"\\/\b\f\n\r\tA\u00e9€😀\u00e9😀");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\ud800",
        "\\udc00",
        "\\ud800x",
        "\\ud800\\n",
        "\\ud800\\ud800",
        "\\ud800\\u0041",
        "\\udc00\\ud800"
      })
  void refuses_half_a_surrogate_pair_even_where_nobody_looks(String text) {
    assertThat(spanRefusal("\"name\":\"" + text + "\"")).contains("surrogate");
    assertThat(spanRefusal("\"zz\":\"" + text + "\"")).contains("surrogate");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "80",
        "bf",
        "c0 80",
        "c1 bf",
        "c2",
        "c2 20",
        "e0 80 80",
        "e0 9f bf",
        "ed a0 80",
        "ed bf bf",
        "e2 82",
        "e2 82 20",
        "f0 80 80 80",
        "f0 8f bf bf",
        "f4 90 80 80",
        "f5 80 80 80",
        "f0 9f 98",
        "f8 88 80 80 80",
        "fe",
        "ff"
      })
  void refuses_invalid_utf8_even_where_nobody_looks(String hex) {
    for (String name : new String[] {"name", "zz"}) {
      for (String before : new String[] {"", "1234567", "12345678", "123456789012345"}) {
        byte[] json =
            spliced(
                "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"" + name + "\":\"" + before,
                hex,
                "\"}]}]}]}");
        assertThatThrownBy(() -> transcode(Signal.TRACES, json))
            .isInstanceOf(MalformedInputException.class)
            .hasMessageContaining("invalid UTF-8");
      }
    }
    assertThatThrownBy(() -> transcode(Signal.TRACES, spliced("{\"", hex, "\":1}")))
        .isInstanceOf(MalformedInputException.class);
    assertThatThrownBy(() -> transcode(Signal.TRACES, spliced("{", hex, "}")))
        .isInstanceOf(MalformedInputException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "7f",
        "c2 80",
        "df bf",
        "e0 a0 80",
        "ed 9f bf",
        "ee 80 80",
        "ef bf bf",
        "f0 90 80 80",
        "f4 8f bf bf"
      })
  void takes_the_edges_of_utf8(String hex) throws Exception {
    byte[] json = spliced("{\"resourceSpans\":[{\"schemaUrl\":\"1234567", hex, "\"}]}");
    assertThat(
            io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest.parseFrom(
                    transcode(Signal.TRACES, json))
                .getResourceSpans(0)
                .getSchemaUrlBytes())
        .isEqualTo(
            ByteString.copyFromUtf8("1234567").concat(ByteString.fromHex(hex.replace(" ", ""))));
  }

  private static byte[] spliced(String before, String hex, String after) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(before.getBytes(StandardCharsets.UTF_8));
    out.writeBytes(ByteString.fromHex(hex.replace(" ", "")).toByteArray());
    out.writeBytes(after.getBytes(StandardCharsets.UTF_8));
    return out.toByteArray();
  }

  // Bounds

  private static String nested(String open, String close, int levels, String innermost) {
    return open.repeat(levels) + innermost + close.repeat(levels);
  }

  @Test
  void takes_30_nested_values_anywhere_and_refuses_31() throws Exception {
    String openList = "{\"arrayValue\":{\"values\":[";
    String openMap = "{\"kvlistValue\":{\"values\":[{\"key\":\"k\",\"value\":";
    log("\"body\":" + nested(openList, "]}}", 29, "{}"));
    log("\"body\":" + nested(openMap, "}]}}", 29, "{}"));
    point(
        "\"exemplars\":[{\"filteredAttributes\":[{\"value\":"
            + nested(openMap, "}]}}", 29, "{\"kvlistValue\":{\"values\":[{}]}}")
            + "}]}]");
    assertThat(logRefusal("\"body\":" + nested(openList, "]}}", 30, "{}")))
        .contains("deeper than 30");
    assertThat(logRefusal("\"body\":" + nested(openMap, "}]}}", 30, "{}")))
        .contains("deeper than 30");
    assertThat(
            pointRefusal(
                "\"exemplars\":[{\"filteredAttributes\":[{\"value\":"
                    + nested(openMap, "}]}}", 30, "{}")
                    + "}]}]"))
        .contains("deeper than 30");
    log("\"body\":" + nested(openList, "]}}", 29, "{}"));
  }

  @Test
  void refuses_text_nested_without_end_on_a_small_stack() throws Exception {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread thread =
        new Thread(
            null,
            () -> {
              for (String json :
                  new String[] {
                    "[".repeat(1_000_000),
                    "{\"zz\":" + "[".repeat(1_000_000),
                    "{\"zz\":".repeat(100_000),
                    "{\"zz\":" + nested("[", "]", 140, "") + "}",
                  }) {
                refusal(Signal.LOGS, json);
              }
              transcode(Signal.LOGS, "{\"zz\":" + nested("[", "]", 139, "") + "}");
            },
            "small-stack",
            160 << 10);
    thread.setUncaughtExceptionHandler((_, e) -> failure.set(e));
    thread.start();
    thread.join();
    assertThat(failure.get()).isNull();
  }

  @Test
  void bounds_its_output_and_is_good_for_the_next_request() {
    byte[] json =
        ("{\"resourceSpans\":[" + "{},".repeat(9_999) + "{}]}").getBytes(StandardCharsets.UTF_8);
    assertThat(transcoder.toProtobuf(Signal.TRACES, json, 0, json.length, 20_100)).hasSize(20_000);
    assertThatThrownBy(() -> transcoder.toProtobuf(Signal.TRACES, json, 0, json.length, 19_999))
        .isInstanceOf(OutputLimitException.class);
    assertThatThrownBy(() -> transcoder.toProtobuf(Signal.TRACES, json, 0, json.length, 10))
        .isInstanceOf(OutputLimitException.class);
    assertThat(transcoder.toProtobuf(Signal.TRACES, json, 0, json.length, 20_100)).hasSize(20_000);
  }
}
