package dev.headgate.gateway.hurt;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.headgate.config.Signal;
import dev.headgate.gateway.e2e.GatewayHarness;
import dev.headgate.gateway.e2e.OtlpClient;
import dev.headgate.gateway.e2e.OtlpClient.Transport;
import dev.headgate.gateway.e2e.TestOtlp;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.logs.v1.LogRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Values that take some kilobytes on the wire and many times their size as text, against every
/// processor that reads values as text. What would be too long is dropped and counted.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HostileValueTest {
  private static final int MANY = 5_000_000;

  private static AnyValue list() {
    AnyValue text = AnyValue.newBuilder().setStringValue("\u0001".repeat(MANY)).build();
    return AnyValue.newBuilder().setArrayValue(ArrayValue.newBuilder().addValues(text)).build();
  }

  private static AnyValue map() {
    KeyValueList.Builder members = KeyValueList.newBuilder();
    for (int i = 0; i < MANY / 10; i++) {
      members.addValues(KeyValue.newBuilder().setKey(Integer.toString(i, Character.MAX_RADIX)));
    }
    return AnyValue.newBuilder().setKvlistValue(members).build();
  }

  private static AnyValue blob() {
    return AnyValue.newBuilder().setBytesValue(ByteString.copyFrom(new byte[MANY])).build();
  }

  private static byte[] gzippedLog(AnyValue value) throws IOException {
    ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
    request
        .addResourceLogsBuilder()
        .addScopeLogsBuilder()
        .addLogRecords(
            LogRecord.newBuilder()
                .setTimeUnixNano(1_790_000_000_000_000_000L)
                .setBody(value)
                .addAttributes(KeyValue.newBuilder().setKey("k").setValue(value)));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      request.build().writeTo(gzip);
    }
    return bytes.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "filter: {logs: {log_record: ['IsMatch(body, \"^health\")']}}",
        "filter: {logs: {log_record: ['IsMatch(attributes[\"k\"], \"^health\")']}}",
        "filter: {logs: {log_record: ['Concat([body, body], \"\") == \"x\"']}}",
        "attributes: {actions: [{key: n, action: delete}],"
            + " include: {match_type: strict, log_bodies: [x]}}",
        "attributes: {actions: [{key: k, action: convert, converted_type: string}]}",
        "redaction: {allow_all_keys: true, redact_all_types: true, coverage: collector,"
            + " blocked_values: ['4[0-9]{12}']}",
        "redaction: {allow_all_keys: true, redact_all_types: true, coverage: collector,"
            + " blocked_key_patterns: ['^k$'], hash_function: sha3}",
        "probabilistic_sampler: {sampling_percentage: 50, mode: hash_seed,"
            + " attribute_source: record, from_attribute: k}",
      })
  void a_value_that_is_too_long_as_text_is_dropped(String processor) throws IOException {
    String id = processor.substring(0, processor.indexOf(':'));
    try (GatewayHarness gateway =
            GatewayHarness.start(
                """
                receivers:
                  otlp:
                    protocols:
                      grpc: {endpoint: "127.0.0.1:0"}
                      http: {endpoint: "127.0.0.1:0"}
                processors:
                  %s
                exporters:
                  nop:
                service:
                  telemetry: {metrics: {address: "127.0.0.1:0"}}
                  pipelines:
                    logs: {receivers: [otlp], processors: [%s], exporters: [nop]}
                """
                    .formatted(processor, id));
        OtlpClient client = gateway.client()) {
      int sent = 0;
      for (AnyValue value : new AnyValue[] {list(), map(), blob()}) {
        client.export(
            Transport.HTTP_1, Signal.LOGS, gzippedLog(value), Map.of("content-encoding", "gzip"));
        sent++;
        boolean hashed = value.hasBytesValue() && takesBytesAsTheyAre(processor);
        gateway.awaitMetric(
            hashed ? sent - 1 : sent,
            "headgate_ledger_dropped_items_total",
            "reason=\"processor_error\"");
      }
      byte[] honest = TestOtlp.request(Signal.LOGS, 0, 1);
      assertThat(
              client.export(Transport.HTTP_1, Signal.LOGS, honest, Map.of()).ok(Transport.HTTP_1))
          .isTrue();
      gateway.assertBalanced();
    }
  }

  private static boolean takesBytesAsTheyAre(String processor) {
    return processor.contains("hash_seed");
  }
}
