package dev.headgate.pipeline.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.memory.SpareBytes;
import dev.headgate.pipeline.wire.MalformedInputException;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class JsonRendererTest {
  private final JsonRenderer renderer = new JsonRenderer();

  private String render(LogRecord.Builder record) {
    byte[] request =
        ExportLogsServiceRequest.newBuilder()
            .addResourceLogs(
                ResourceLogs.newBuilder()
                    .addScopeLogs(ScopeLogs.newBuilder().addLogRecords(record)))
            .build()
            .toByteArray();
    String json =
        new String(renderer.render(Signal.LOGS, SpareBytes.of(request)), StandardCharsets.UTF_8);
    String before = "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[";
    String after = "]}]}]}";
    assertThat(json).startsWith(before).endsWith(after);
    return json.substring(before.length(), json.length() - after.length());
  }

  @Test
  void renders_every_kind_of_value_as_otlp_json_has_it() {
    assertThat(
            render(
                LogRecord.newBuilder()
                    .setTimeUnixNano(-1)
                    .setSeverityNumber(SeverityNumber.SEVERITY_NUMBER_ERROR)
                    .setSeverityText("a\"\\\n\u0001\u0085\u2028é😀")
                    .setBody(AnyValue.newBuilder().setIntValue(-9007199254740993L))
                    .addAttributes(
                        KeyValue.newBuilder().setKey("k").setValue(AnyValue.getDefaultInstance()))
                    .addAttributes(
                        KeyValue.newBuilder()
                            .setKey("d")
                            .setValue(AnyValue.newBuilder().setDoubleValue(Double.NaN)))
                    .setFlags(1)
                    .setTraceId(ByteString.fromHex("5B8EFFF798038103D269B633813FC60C"))))
        .isEqualTo(
            "{\"timeUnixNano\":\"18446744073709551615\",\"severityNumber\":17,"
                + "\"severityText\":\"a\\\"\\\\\\n\\u0001\\u0085\\u2028é😀\","
                + "\"body\":{\"intValue\":\"-9007199254740993\"},"
                + "\"attributes\":[{\"key\":\"k\",\"value\":{}},{\"key\":\"d\",\"value\":{\"doubleValue\":\"NaN\"}}],"
                + "\"flags\":1,\"traceId\":\"5b8efff798038103d269b633813fc60c\"}");
  }

  @Test
  void renders_an_empty_request() {
    assertThat(renderer.render(Signal.TRACES, SpareBytes.of(new byte[0])))
        .asString()
        .isEqualTo("{}");
  }

  @Test
  void keeps_defaults_only_where_they_mean_something() {
    assertThat(render(LogRecord.newBuilder().setBody(AnyValue.newBuilder().setStringValue(""))))
        .isEqualTo("{\"body\":{\"stringValue\":\"\"}}");
    assertThat(render(LogRecord.newBuilder().setBody(AnyValue.newBuilder().setBoolValue(false))))
        .isEqualTo("{\"body\":{\"boolValue\":false}}");
    // On the wire, but at their defaults: empty severity text, flags of zero.
    byte[] zeros = {0x1a, 0, 0x45, 0, 0, 0, 0};
    byte[] request = {0x0a, 11, 0x12, 9, 0x12, 7, 0x1a, 0, 0x45, 0, 0, 0, 0};
    assertThat(request).endsWith(zeros);
    assertThat(renderer.render(Signal.LOGS, SpareBytes.of(request)))
        .asString()
        .isEqualTo("{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{}]}]}]}");
  }

  @Test
  void renders_large_bytes_in_one_piece() {
    byte[] bytes = new byte[10_000];
    bytes[9_999] = 1;
    String json =
        render(
            LogRecord.newBuilder()
                .setBody(AnyValue.newBuilder().setBytesValue(ByteString.copyFrom(bytes))));
    assertThat(json)
        .isEqualTo(
            "{\"body\":{\"bytesValue\":\""
                + java.util.Base64.getEncoder().encodeToString(bytes)
                + "\"}}");
  }

  @Test
  void skips_unknown_fields() {
    UnknownFieldSet unknown =
        UnknownFieldSet.newBuilder()
            .addField(
                99,
                UnknownFieldSet.Field.newBuilder()
                    .addLengthDelimited(ByteString.copyFromUtf8("x"))
                    .build())
            .build();
    assertThat(render(LogRecord.newBuilder().setEventName("e").setUnknownFields(unknown)))
        .isEqualTo("{\"eventName\":\"e\"}");
  }

  @Test
  void gathers_the_elements_of_a_repeated_field_from_all_over_the_message() throws Exception {
    ExportMetricsServiceRequest.Builder a = ExportMetricsServiceRequest.newBuilder();
    a.addResourceMetricsBuilder().setSchemaUrl("a");
    ExportMetricsServiceRequest.Builder b = ExportMetricsServiceRequest.newBuilder();
    b.addResourceMetricsBuilder().setSchemaUrl("b");
    byte[] request =
        ByteString.copyFrom(a.build().toByteArray())
            .concat(ByteString.fromHex("f80101")) // unknown field 31
            .concat(ByteString.copyFrom(b.build().toByteArray()))
            .toByteArray();
    assertThat(renderer.render(Signal.METRICS, SpareBytes.of(request)))
        .asString()
        .isEqualTo("{\"resourceMetrics\":[{\"schemaUrl\":\"a\"},{\"schemaUrl\":\"b\"}]}");
  }

  @Test
  void renders_packed_and_unpacked_numbers_alike() {
    ExportMetricsServiceRequest.Builder packed = ExportMetricsServiceRequest.newBuilder();
    packed
        .addResourceMetricsBuilder()
        .addScopeMetricsBuilder()
        .addMetricsBuilder()
        .getHistogramBuilder()
        .addDataPoints(
            HistogramDataPoint.newBuilder().addBucketCounts(1).addBucketCounts(0).setSum(0));
    String json =
        new String(
            renderer.render(Signal.METRICS, SpareBytes.of(packed.build().toByteArray())),
            StandardCharsets.UTF_8);
    assertThat(json).contains("{\"sum\":0.0,\"bucketCounts\":[\"1\",\"0\"]}");
    HistogramDataPoint unpacked =
        HistogramDataPoint.newBuilder()
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(
                        6, UnknownFieldSet.Field.newBuilder().addFixed64(1).addFixed64(0).build())
                    .build())
            .setSum(0)
            .build();
    packed
        .getResourceMetricsBuilder(0)
        .getScopeMetricsBuilder(0)
        .getMetricsBuilder(0)
        .getHistogramBuilder()
        .setDataPoints(0, unpacked);
    assertThat(renderer.render(Signal.METRICS, SpareBytes.of(packed.build().toByteArray())))
        .asString()
        .isEqualTo(json);
  }

  @Test
  void renders_integers_of_points_as_strings() {
    ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
    request
        .addResourceMetricsBuilder()
        .addScopeMetricsBuilder()
        .addMetricsBuilder()
        .getGaugeBuilder()
        .addDataPoints(NumberDataPoint.newBuilder().setAsInt(-5));
    assertThat(renderer.render(Signal.METRICS, SpareBytes.of(request.build().toByteArray())))
        .asString()
        .contains("[{\"asInt\":\"-5\"}]");
  }

  @Test
  void refuses_bytes_that_are_no_request_and_renders_the_next_one() {
    assertThatThrownBy(() -> renderer.render(Signal.LOGS, SpareBytes.of(new byte[] {0x0a, 5, 1})))
        .isInstanceOf(MalformedInputException.class);
    assertThat(renderer.render(Signal.LOGS, SpareBytes.of(new byte[] {0x0a, 0})))
        .asString()
        .isEqualTo("{\"resourceLogs\":[{}]}");
  }
}
