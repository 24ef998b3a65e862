package dev.headgate.gateway.e2e;

import static dev.headgate.gateway.e2e.AdminClient.bearer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What becomes of whom when a file of tokens changes.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class OperatorTokensTest {
  private static final String OVERVIEW = "/admin/ops/overview";
  private static final String VIEWER = "viewer-token-0123456789";
  private static final String ADMIN = "admin-token-0123456789";
  private static final String PROBLEMS = "headgate_admin_token_problems";

  @TempDir Path directory;
  private Path viewerFile;
  private Path adminFile;
  private Path auditLog;

  @BeforeEach
  void write_tokens() throws IOException {
    viewerFile = Files.writeString(directory.resolve("viewer"), VIEWER + " of the wall\n");
    adminFile = Files.writeString(directory.resolve("admin"), ADMIN + "\n");
    auditLog = directory.resolve("audit.jsonl");
  }

  private String yaml(int port, String exporter) {
    return GatewayHarness.RECEIVERS
        + """
        exporters:
          %s
        service:
          telemetry:
            metrics: {address: "127.0.0.1:%d"}
            admin:
              clients:
                - {name: wall, token_file: '%s'}
                - {name: ann, role: admin, token_file: '%s'}
              audit_log: '%s'
          pipelines:
            traces: {receivers: [otlp], exporters: [%s]}
        """
            .formatted(
                exporter,
                port,
                viewerFile,
                adminFile,
                auditLog,
                exporter.substring(0, exporter.indexOf(':')));
  }

  private GatewayHarness start() {
    return GatewayHarness.start(yaml(0, "nop:"));
  }

  private List<String> audit() throws IOException {
    return Files.readAllLines(auditLog).stream()
        .filter(line -> line.contains("\"action\":\"tokens\""))
        .map(line -> line.substring(line.indexOf("\"metadata\":")))
        .toList();
  }

  private static String entry(String client, int before, int after) {
    return "\"metadata\":{\"client\":\"%s\",\"tokens_after\":\"%d\",\"tokens_before\":\"%d\"}}"
        .formatted(client, after, before);
  }

  private static void awaitStatus(GatewayHarness gateway, String token, int status) {
    AdminClient client = new AdminClient(gateway);
    await()
        .atMost(GatewayHarness.PATIENCE)
        .untilAsserted(
            () -> assertThat(client.get(OVERVIEW, bearer(token)).status()).isEqualTo(status));
  }

  @Test
  void an_empty_file_locks_out_and_so_does_none() throws Exception {
    try (GatewayHarness gateway = start()) {
      awaitStatus(gateway, VIEWER, 200);
      Files.writeString(viewerFile, "");
      awaitStatus(gateway, VIEWER, 401);
      gateway.awaitMetric(1, PROBLEMS, "client=\"wall\"");
      Files.writeString(viewerFile, VIEWER);
      awaitStatus(gateway, VIEWER, 200);
      gateway.awaitMetric(0, PROBLEMS, "client=\"wall\"");
      Files.delete(viewerFile);
      awaitStatus(gateway, VIEWER, 401);
      gateway.awaitMetric(1, PROBLEMS, "client=\"wall\"");
      awaitStatus(gateway, ADMIN, 200);
      // As editors and secret stores replace a file, with what it held before.
      Path next = Files.writeString(directory.resolve("next"), VIEWER);
      Files.move(next, viewerFile, StandardCopyOption.ATOMIC_MOVE);
      awaitStatus(gateway, VIEWER, 200);
      gateway.awaitMetric(0, PROBLEMS);
    }
    assertThat(audit())
        .containsExactly(
            entry("wall", 1, 0), entry("wall", 0, 1), entry("wall", 1, 0), entry("wall", 0, 1));
    assertThat(Files.readString(auditLog)).doesNotContain(VIEWER, ADMIN);
  }

  @Test
  void who_was_locked_out_by_an_empty_file_stays_so_over_a_restart() throws Exception {
    Files.writeString(viewerFile, "\n");
    try (GatewayHarness gateway = start()) {
      awaitStatus(gateway, VIEWER, 401);
      awaitStatus(gateway, ADMIN, 200);
      assertThat(gateway.metric(PROBLEMS, "client=\"wall\"")).isEqualTo(1);
    }
  }

  @Test
  void a_line_that_can_be_no_token_takes_nothing_from_the_others_and_gives_nothing()
      throws Exception {
    String other = "another-token-0123456789";
    try (GatewayHarness gateway = start()) {
      Files.writeString(viewerFile, "too-short\n" + other + "\n" + "t\u00f6ken-0123456789-012345");
      awaitStatus(gateway, other, 200);
      awaitStatus(gateway, "too-short", 401);
      awaitStatus(gateway, VIEWER, 401);
      gateway.awaitMetric(2, PROBLEMS, "client=\"wall\"");
    }
    assertThat(audit()).containsExactly(entry("wall", 1, 1));
  }

  @Test
  void one_token_of_two_clients_is_refused_and_later_counts_for_neither() throws Exception {
    try (GatewayHarness gateway = start()) {
      Files.writeString(viewerFile, VIEWER + "\n" + ADMIN);
      awaitStatus(gateway, ADMIN, 401);
      awaitStatus(gateway, VIEWER, 200);
      gateway.awaitMetric(2, PROBLEMS);
      Files.writeString(viewerFile, VIEWER);
      awaitStatus(gateway, ADMIN, 200);
      gateway.awaitMetric(0, PROBLEMS);
    }
    Files.writeString(viewerFile, ADMIN);
    assertThatThrownBy(this::start)
        .hasMessageContaining("clients wall and ann have the same token")
        .message()
        .doesNotContain(ADMIN);
  }

  @Test
  void a_reload_refuses_a_file_that_is_gone_if_there_is_something_to_change() throws Exception {
    try (GatewayHarness gateway = start()) {
      Files.delete(viewerFile);
      AdminClient client = new AdminClient(gateway);
      assertThat(client.post("/-/reload", bearer(ADMIN)).status()).isEqualTo(200);
      assertThat(gateway.reload(yaml(0, "nop/other:")).statusCode()).isEqualTo(401);
      AdminClient.Answer refused = client.post("/-/reload", bearer(ADMIN));
      assertThat(refused.status()).isEqualTo(400);
      gateway.awaitMetric(1, PROBLEMS, "client=\"wall\"");
    }
  }

  @Test
  void a_change_that_a_reload_sees_first_is_audited_too() throws Exception {
    try (GatewayHarness gateway = start()) {
      Files.writeString(viewerFile, VIEWER + "\nanother-token-0123456789\n");
      AdminClient client = new AdminClient(gateway);
      assertThat(gateway.reload(yaml(0, "nop/other:")).statusCode()).isEqualTo(401);
      assertThat(client.post("/-/reload", bearer(ADMIN)).status()).isEqualTo(200);
      assertThat(client.get(OVERVIEW, bearer("another-token-0123456789")).status()).isEqualTo(200);
      assertThat(audit()).containsExactly(entry("wall", 1, 2));
    }
  }

  @Test
  void who_comes_before_the_gateway_is_ready_is_in_the_audit_log_of_the_file() throws Exception {
    Path pipe = directory.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    int port = freePort();
    String exporter =
        "otlphttp: {endpoint: 'https://127.0.0.1:1', tls: {ca_file: '%s'}}".formatted(pipe);
    Thread starting =
        Thread.ofVirtual()
            .start(() ->
                // The start waits for the certificate, and then fails.
                assertThatThrownBy(() -> GatewayHarness.start(yaml(port, exporter)))
                    .isInstanceOf(RuntimeException.class));
    AdminClient client = new AdminClient(port);
    try {
      await()
          .atMost(GatewayHarness.PATIENCE)
          .ignoreExceptions()
          .untilAsserted(
              () -> assertThat(client.post("/-/reload", bearer(VIEWER)).status()).isEqualTo(403));
      assertThat(Files.readString(auditLog)).contains("\"outcome\":\"denied\"", "\"wall\"");
    } finally {
      if (starting.isAlive()) {
        Files.writeString(pipe, "none");
      }
      starting.join();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
