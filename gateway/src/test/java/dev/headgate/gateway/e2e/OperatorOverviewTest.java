package dev.headgate.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.headgate.config.Signal;
import dev.headgate.gateway.e2e.OtlpClient.Transport;
import dev.headgate.gateway.readback.JsonValue;
import dev.headgate.gateway.top.AdminApi;
import dev.headgate.gateway.top.Screen;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.trace.v1.Span;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class OperatorOverviewTest {
  private static final String YAML =
      GatewayHarness.RECEIVERS
          + """
          processors:
            redaction: {allow_all_keys: true, blocked_keys: ["*.token*"]}
            probabilistic_sampler: {sampling_percentage: 0}
            log_scrubber:
          exporters:
            nop/a:
            nop/b:
          service:
            telemetry: {metrics: {address: "127.0.0.1:0"}, admin: {loopback_role: viewer}}
            pipelines:
              traces: {receivers: [otlp], processors: [redaction, probabilistic_sampler], exporters: [nop/a]}
              logs: {receivers: [otlp], processors: [redaction, log_scrubber], exporters: [nop/a, nop/b]}
          """;

  private static final String SECRET = "hunter2-hunter2";

  private static KeyValue attribute(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  private static byte[] spans() {
    ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
    Span span =
        Span.newBuilder()
            .setTraceId(ByteString.copyFrom("0123456789abcdef", StandardCharsets.UTF_8))
            .setSpanId(ByteString.copyFrom("01234567", StandardCharsets.UTF_8))
            .setName("pay " + SECRET)
            .addAttributes(attribute("my.token", SECRET))
            .build();
    request.addResourceSpansBuilder().addScopeSpansBuilder().addSpans(span).addSpans(span);
    return request.build().toByteArray();
  }

  private static byte[] logs() {
    ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
    request
        .addResourceLogsBuilder()
        .addScopeLogsBuilder()
        .addLogRecords(
            LogRecord.newBuilder()
                .setTimeUnixNano(1)
                .setBody(AnyValue.newBuilder().setStringValue("Authorization: Bearer " + SECRET))
                .addAttributes(attribute("my.token", SECRET)));
    return request.build().toByteArray();
  }

  private static JsonValue find(List<JsonValue> rows, String name, String value) {
    return rows.stream()
        .filter(row -> row.get(name).text().equals(value))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + "=" + value));
  }

  @Test
  void tells_what_became_of_the_data_and_nothing_that_was_in_it() throws Exception {
    try (GatewayHarness gateway = GatewayHarness.start(YAML);
        OtlpClient client = gateway.client()) {
      AdminClient admin = new AdminClient(gateway);
      assertThat(client.export(Transport.HTTP_1, Signal.TRACES, spans()).status()).isEqualTo(200);
      assertThat(client.export(Transport.HTTP_1, Signal.LOGS, logs()).status()).isEqualTo(200);
      assertThat(client.export(Transport.HTTP_1, Signal.METRICS, new byte[] {10}).status())
          .isEqualTo(404);
      gateway.assertBalanced();

      AdminClient.Answer answer = admin.get("/admin/ops/overview?history=true");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.headers())
          .containsEntry("content-type", "application/json")
          .containsEntry("cache-control", "no-store")
          .containsEntry("x-content-type-options", "nosniff");
      assertThat(answer.body()).doesNotContain(SECRET, "my.token", "pay ");
      JsonValue overview = JsonValue.parseObject(answer.body().getBytes(StandardCharsets.UTF_8));
      assertThat(overview.members().keySet())
          .containsExactly(
              "generated_at",
              "window_seconds",
              "gateway",
              "health",
              "signals",
              "pipelines",
              "processors",
              "exporters",
              "refusals",
              "drops",
              "redaction",
              "scrubbing",
              "sampling",
              "cardinality",
              "budget",
              "process",
              "incidents",
              "history");
      assertThat(overview.get("health").get("status").text()).isEqualTo("ok");
      assertThat(overview.get("gateway").get("version").text()).isEqualTo("test");
      assertThat(overview.get("gateway").get("configuration").get("fingerprint").text())
          .hasSize(16)
          .isEqualTo(
              gateway
                  .scrape()
                  .replaceFirst("(?s).*headgate_config_info\\{hash=\"(\\w+)\".*", "$1"));

      JsonValue traces = find(overview.get("signals").items(), "signal", "traces");
      assertThat(traces.get("accepted").number()).isEqualTo(2);
      assertThat(traces.get("dropped").number()).isEqualTo(2);
      assertThat(traces.get("delivered").number()).isZero();
      assertThat(traces.get("accepted_per_second").number()).isPositive();
      JsonValue logs = find(overview.get("pipelines").items(), "id", "logs");
      assertThat(logs.get("processors").itemTexts()).containsExactly("redaction", "log_scrubber");
      assertThat(logs.get("received").number()).isEqualTo(1);
      assertThat(find(logs.get("exporters").items(), "id", "nop/b").get("delivered").number())
          .isEqualTo(1);
      JsonValue queue = find(overview.get("exporters").items(), "id", "nop/a").get("queue");
      assertThat(queue.get("capacity").number()).isPositive();
      assertThat(queue.get("capacity_bytes").number()).isPositive();
      assertThat(find(overview.get("drops").items(), "reason", "sampled").get("items").number())
          .isEqualTo(2);
      assertThat(
              find(overview.get("refusals").items(), "reason", "no_pipeline")
                  .get("requests")
                  .number())
          .isEqualTo(1);
      assertThat(overview.get("redaction").items()).isNotEmpty();
      assertThat(overview.get("scrubbing").items()).isNotEmpty();
      assertThat(overview.get("sampling").items()).isNotEmpty();
      assertThat(overview.get("budget").get("capacity_bytes").number()).isPositive();
    }
  }

  @Test
  void the_terminal_shows_the_same() throws Exception {
    try (GatewayHarness gateway = GatewayHarness.start(YAML);
        OtlpClient client = gateway.client()) {
      assertThat(client.export(Transport.HTTP_1, Signal.TRACES, spans()).status()).isEqualTo(200);
      assertThat(client.export(Transport.HTTP_1, Signal.LOGS, logs()).status()).isEqualTo(200);
      gateway.assertBalanced();
      String url = "http://127.0.0.1:" + gateway.gateway().adminPorts().getFirst() + "/";
      AdminApi api = new AdminApi(URI.create(url), null);
      assertThat(
              Screen.of(
                  JsonValue.parseObject(api.get("/admin/ops/overview", Map.of(), Duration.ZERO))))
          .contains("headgate test  OK", "INCIDENTS  none")
          .containsPattern("DROPPED(?s:.*)traces +sampled +2 ")
          .containsPattern("REDACTED .*HITS(?s:.*)redaction +\\S+ +\\S+ +[23] ")
          .containsPattern("SCRUBBED .*HITS(?s:.*)log_scrubber +\\S+ +1 ")
          .containsPattern("SAMPLING .*ITEMS(?s:.*)probabilistic_samp~ +dropped +traces +2 ");
      assertThatThrownBy(() -> api.get("/admin/nothing", Map.of(), Duration.ZERO))
          .hasMessage(url + "admin/nothing: HTTP 404: not found");
    }
  }

  @Test
  void a_reload_that_fails_shows_until_one_succeeds() throws Exception {
    try (GatewayHarness gateway =
        GatewayHarness.start(YAML.replace("loopback_role: viewer", "loopback_role: admin"))) {
      AdminClient admin = new AdminClient(gateway);
      assertThat(gateway.reload("nonsense: 1").statusCode()).isEqualTo(400);
      JsonValue overview =
          JsonValue.parseObject(
              admin.get("/admin/ops/overview").body().getBytes(StandardCharsets.UTF_8));
      assertThat(overview.members().keySet()).doesNotContain("history");
      assertThat(overview.get("health").get("status").text()).isEqualTo("degraded");
      assertThat(overview.get("health").get("reasons").itemTexts())
          .containsExactly("reload failed");
      JsonValue incident = find(overview.get("incidents").items(), "kind", "reload_failed");
      assertThat(incident.get("until").text()).isEmpty();
      assertThat(incident.get("runbook").text())
          .isEqualTo("docs/operations.md#headgatereloadfailed");
    }
  }
}
