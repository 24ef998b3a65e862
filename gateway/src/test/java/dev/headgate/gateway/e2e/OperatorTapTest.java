package dev.headgate.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import dev.headgate.config.Signal;
import dev.headgate.gateway.e2e.AdminClient.Answer;
import dev.headgate.gateway.e2e.OtlpClient.Transport;
import dev.headgate.gateway.readback.JsonValue;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class OperatorTapTest {
  private static final String SECRET = "hunter2-hunter2";
  private static final String ADMIN = "admin-token-0123456789";
  private static final String VIEWER = "viewer-token-0123456789";

  @TempDir Path directory;
  private Path auditLog;

  @BeforeEach
  void writeTokens() throws IOException {
    Files.writeString(directory.resolve("admin"), ADMIN);
    Files.writeString(directory.resolve("viewer"), VIEWER);
    auditLog = directory.resolve("audit.jsonl");
  }

  private GatewayHarness start() {
    return GatewayHarness.start(
        GatewayHarness.RECEIVERS
            + """
            processors:
              redaction: {allow_all_keys: true, blocked_keys: ["*.token*"]}
              log_scrubber:
            exporters:
              nop:
            service:
              telemetry:
                metrics: {address: "127.0.0.1:0"}
                admin:
                  clients:
                    - {name: ann, role: admin, token_file: '%1$s/admin'}
                    - {name: wall, role: viewer, token_file: '%1$s/viewer'}
                  audit_log: '%1$s/audit.jsonl'
              pipelines:
                traces: {receivers: [otlp], exporters: [nop]}
                logs: {receivers: [otlp], processors: [redaction, log_scrubber], exporters: [nop]}
            """
                .formatted(directory));
  }

  private static byte[] logs(String service, int records) {
    ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
    var resource = request.addResourceLogsBuilder();
    resource.getResourceBuilder().addAttributes(TestOtlp.text("service.name", service));
    var scope = resource.addScopeLogsBuilder();
    for (int i = 0; i < records; i++) {
      scope.addLogRecords(
          LogRecord.newBuilder()
              .setTimeUnixNano(1)
              .setBody(
                  AnyValue.newBuilder().setStringValue("said " + i + " Bearer " + SECRET + " ok"))
              .addAttributes(TestOtlp.text("my.token", SECRET)));
    }
    return request.build().toByteArray();
  }

  /// Asks while logs of two services and traces keep coming.
  private static Answer tapped(GatewayHarness gateway, String path, String token)
      throws InterruptedException {
    AtomicBoolean done = new AtomicBoolean();
    Thread traffic =
        Thread.ofVirtual()
            .start(() -> {
              try (OtlpClient client = gateway.client()) {
                while (!done.get()) {
                  client.export(Transport.HTTP_1, Signal.LOGS, logs("shop", 20));
                  client.export(Transport.HTTP_1, Signal.LOGS, logs("bank", 20));
                  client.export(
                      Transport.HTTP_1, Signal.TRACES, TestOtlp.request(Signal.TRACES, 0, 3));
                }
              }
            });
    try {
      return new AdminClient(gateway).get(path, AdminClient.bearer(token));
    } finally {
      done.set(true);
      traffic.join();
    }
  }

  @Test
  void shows_items_behind_the_chain_and_never_what_it_took_away() throws Exception {
    try (GatewayHarness gateway = start()) {
      Answer answer = tapped(gateway, "/admin/tap?signal=logs&service=shop&limit=12", ADMIN);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.headers())
          .containsEntry("content-type", "application/x-ndjson")
          .containsEntry("cache-control", "no-store");
      List<String> lines = answer.body().lines().toList();
      assertThat(lines).hasSize(12);
      assertThat(answer.body()).doesNotContain(SECRET);
      for (String line : lines) {
        JsonValue resource =
            JsonValue.parseObject(line.getBytes(StandardCharsets.UTF_8))
                .get("resourceLogs")
                .items()
                .getFirst();
        JsonValue record =
            resource.get("scopeLogs").items().getFirst().get("logRecords").items().getFirst();
        assertThat(record.get("body").get("stringValue").text())
            .startsWith("said ")
            .contains("[REDACTED]");
        assertThat(line).contains("my.token", "\"shop\"").doesNotContain("bank");
      }
    }
    assertThat(Files.readAllLines(auditLog))
        .filteredOn(line -> line.contains("\"action\":\"tap\""))
        .singleElement()
        .asString()
        .contains(
            "\"who\":\"ann\"",
            "\"outcome\":\"done\"",
            "{\"limit\":\"12\",\"service\":\"shop\",\"signal\":\"logs\"}");
  }

  @Test
  void without_a_filter_every_signal_comes_by() throws Exception {
    try (GatewayHarness gateway = start()) {
      Answer answer = tapped(gateway, "/admin/tap?limit=100", ADMIN);
      assertThat(answer.body().lines()).hasSizeBetween(50, 100);
      assertThat(answer.body()).contains("resourceLogs", "resourceSpans").doesNotContain(SECRET);
    }
  }

  @Test
  void only_those_who_may_act_look_and_who_may_not_is_remembered() throws Exception {
    try (GatewayHarness gateway = start()) {
      AdminClient client = new AdminClient(gateway);
      assertThat(client.get("/admin/tap").status()).isEqualTo(401);
      assertThat(client.get("/admin/tap", AdminClient.bearer(VIEWER)).status()).isEqualTo(403);
      for (String query : List.of("?signal=spans", "?limit=0", "?limit=101", "?limit=x", "?x=1")) {
        assertThat(client.get("/admin/tap" + query, AdminClient.bearer(ADMIN)).status())
            .as(query)
            .isEqualTo(400);
      }
    }
    assertThat(Files.readAllLines(auditLog))
        .filteredOn(line -> line.contains("\"action\":\"tap\""))
        .hasSize(2)
        .allMatch(line -> line.contains("\"outcome\":\"denied\""))
        .last(STRING)
        .contains("\"who\":\"wall\"");
  }

  @Test
  void when_nothing_comes_by_the_answer_is_empty_and_others_wait_their_turn() throws Exception {
    try (GatewayHarness gateway = start()) {
      AtomicInteger first = new AtomicInteger();
      AdminClient client = new AdminClient(gateway);
      Thread looking =
          Thread.ofVirtual()
              .start(() -> first.set(client.get("/admin/tap", AdminClient.bearer(ADMIN)).status()));
      await()
          .atMost(GatewayHarness.PATIENCE)
          .until(() -> Files.readString(auditLog).contains("\"action\":\"tap\""));
      assertThat(client.get("/admin/tap", AdminClient.bearer(ADMIN)).status()).isEqualTo(409);
      looking.join();
      assertThat(first).hasValue(200);
      assertThat(Files.readString(auditLog)).containsOnlyOnce("\"outcome\":\"refused\"");
    }
  }

  @Test
  void nobody_looks_unseen() throws Exception {
    try (GatewayHarness gateway = start()) {
      Files.delete(auditLog);
      Files.createDirectory(auditLog);
      assertThat(new AdminClient(gateway).get("/admin/tap", AdminClient.bearer(ADMIN)).status())
          .isEqualTo(503);
    }
  }
}
