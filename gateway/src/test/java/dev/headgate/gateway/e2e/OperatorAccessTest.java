package dev.headgate.gateway.e2e;

import static dev.headgate.gateway.e2e.AdminClient.bearer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import dev.headgate.gateway.e2e.AdminClient.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class OperatorAccessTest {
  private static final String OVERVIEW = "/admin/ops/overview";
  private static final String VIEWER = "viewer-token-0123456789";
  private static final String ADMIN = "admin-token-0123456789";

  @TempDir Path directory;
  private Path viewerFile;
  private Path auditLog;

  @BeforeEach
  void writeTokens() throws IOException {
    viewerFile = Files.writeString(directory.resolve("viewer"), VIEWER + " of the wall\n");
    Files.writeString(directory.resolve("admin"), "\nold-admin-token-0123456789\n" + ADMIN + "\n");
    auditLog = directory.resolve("audit.jsonl");
  }

  private String yaml(String admin) {
    return GatewayHarness.RECEIVERS
        + """
        exporters:
          nop:
        service:
          telemetry: {metrics: {address: "127.0.0.1:0"}%s}
          pipelines:
            traces: {receivers: [otlp], exporters: [nop]}
        """
            .formatted(admin);
  }

  private String withClients(String more) {
    return yaml(
        ", admin: {clients: [{name: wall, token_file: '%s'}, {name: ann, role: admin, token_file: '%s'}], audit_log: '%s'%s}"
            .formatted(viewerFile, directory.resolve("admin"), auditLog, more));
  }

  private List<String> audit(String action) throws IOException {
    return Files.readAllLines(auditLog).stream()
        .filter(line -> line.contains("\"action\":\"" + action + "\""))
        .toList();
  }

  @Test
  void without_the_block_there_is_nothing_for_operators() {
    try (GatewayHarness gateway = GatewayHarness.start(yaml(""))) {
      AdminClient client = new AdminClient(gateway);
      assertThat(client.get(OVERVIEW).status()).isEqualTo(404);
      assertThat(client.get("/ops").status()).isEqualTo(404);
      assertThat(client.post("/-/reload").status()).isEqualTo(200);
    }
  }

  @Test
  void a_token_opens_what_its_role_may_and_no_more() throws Exception {
    try (GatewayHarness gateway = GatewayHarness.start(withClients(""))) {
      AdminClient client = new AdminClient(gateway);
      Answer nobody = client.get(OVERVIEW);
      assertThat(nobody.status()).isEqualTo(401);
      assertThat(nobody.headers()).containsEntry("www-authenticate", "Bearer realm=\"headgate\"");
      assertThat(client.get(OVERVIEW, bearer("wrong-token-0123456789")).status()).isEqualTo(401);
      assertThat(client.get(OVERVIEW, bearer(VIEWER + "x")).status()).isEqualTo(401);
      assertThat(client.get(OVERVIEW, "Authorization", "Basic " + VIEWER).status()).isEqualTo(401);
      assertThat(client.get(OVERVIEW, bearer("")).status()).isEqualTo(401);
      assertThat(
              client
                  .get(
                      OVERVIEW,
                      "Authorization",
                      "Bearer " + VIEWER,
                      "Authorization",
                      "Bearer " + ADMIN)
                  .status())
          .isEqualTo(401);
      assertThat(client.get(OVERVIEW, bearer(VIEWER)).status()).isEqualTo(200);
      assertThat(client.get(OVERVIEW, "Authorization", "bearer " + ADMIN).status()).isEqualTo(200);

      assertThat(client.post("/-/reload").status()).isEqualTo(401);
      assertThat(client.post("/-/reload", bearer(VIEWER)).status()).isEqualTo(403);
      assertThat(client.post("/-/reload", bearer(ADMIN)).status()).isEqualTo(200);

      assertThat(gateway.metric("headgate_admin_refused_requests_total", "reason=\"role\""))
          .isEqualTo(1);
      assertThat(gateway.metric("headgate_admin_refused_requests_total", "reason=\"no_token\""))
          .isEqualTo(2);
      assertThat(
              gateway.metric("headgate_admin_refused_requests_total", "reason=\"unknown_token\""))
          .isEqualTo(5);
      for (String open : List.of("/metrics", "/livez", "/readyz", "/ops", "/ops/app.js")) {
        assertThat(client.get(open).status()).as(open).isEqualTo(200);
      }
    }
  }

  @Test
  void the_audit_log_names_who_did_what_with_which_outcome() throws Exception {
    try (GatewayHarness gateway = GatewayHarness.start(withClients(""))) {
      AdminClient client = new AdminClient(gateway);
      client.post("/-/reload", bearer(VIEWER));
      client.post("/-/reload", bearer(ADMIN));
      gateway.gateway().reload("SIGHUP");
    }
    assertThat(audit("start")).hasSize(1);
    assertThat(audit("stop")).hasSize(1);
    List<String> reloads = audit("reload");
    assertThat(reloads).hasSize(3);
    assertThat(reloads.get(0)).contains("\"outcome\":\"denied\"", "\"who\":\"wall\"");
    assertThat(reloads.get(1))
        .contains("\"outcome\":\"unchanged\"", "\"who\":\"ann\"", "\"remote\":\"127.0.0.1\"");
    assertThat(reloads.get(2)).contains("\"who\":\"SIGHUP\"", "\"by\":\"process\"");
    assertThat(Files.readString(auditLog)).doesNotContain(VIEWER, ADMIN);
  }

  @Test
  void who_is_not_known_and_wants_to_act_is_in_the_audit_log_but_does_not_fill_it()
      throws Exception {
    String guess = "guessed-token-0123456789";
    try (GatewayHarness gateway = GatewayHarness.start(withClients(""))) {
      AdminClient client = new AdminClient(gateway);
      assertThat(client.get(OVERVIEW, bearer(guess)).status()).isEqualTo(401);
      assertThat(client.get("/admin/tap?service=" + guess, bearer(guess)).status()).isEqualTo(401);
      for (int i = 0; i < 20; i++) {
        assertThat(client.post("/-/reload").status()).isEqualTo(401);
      }
      assertThat(client.post("/-/reload", bearer(VIEWER)).status()).isEqualTo(403);
    }
    assertThat(audit("tap"))
        .singleElement(STRING)
        .contains(
            "\"outcome\":\"denied\"",
            "\"who\":\"\"",
            "\"by\":\"stranger\"",
            "\"remote\":\"127.0.0.1\"");
    assertThat(audit("reload")).hasSize(10).last(STRING).contains("\"who\":\"wall\"");
    assertThat(Files.readString(auditLog)).doesNotContain(guess, VIEWER);
  }

  @Test
  void whoever_moves_the_audit_log_is_still_in_the_old_one() throws Exception {
    Path elsewhere = directory.resolve("elsewhere.jsonl");
    try (GatewayHarness gateway = GatewayHarness.start(withClients(""))) {
      String moved = withClients("").replace(auditLog.toString(), elsewhere.toString());
      assertThat(gateway.reload(moved).statusCode()).isEqualTo(401);
      gateway.gateway().reload("SIGHUP");
      assertThat(audit("reload")).hasSize(2).first(STRING).contains("\"by\":\"stranger\"");
      assertThat(Files.readAllLines(elsewhere)).containsExactly(audit("reload").getLast());
      gateway.gateway().reload("SIGHUP");
      assertThat(audit("reload")).hasSize(2);
      assertThat(Files.readAllLines(elsewhere)).hasSize(2);
    }
  }

  @Test
  void an_audit_log_that_cannot_be_written_is_named_and_changes_nothing() throws Exception {
    Path nowhere = directory.resolve("gone/audit.jsonl");
    String before = withClients(", loopback_role: admin");
    try (GatewayHarness gateway = GatewayHarness.start(before)) {
      var answer = gateway.reload(before.replace(auditLog.toString(), nowhere.toString()));

      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body())
          .contains(
              "service.telemetry.admin: audit_log: "
                  + nowhere
                  + ": no such folder (expected: a file that can be written)");
      assertThat(new AdminClient(gateway).get(OVERVIEW, bearer(VIEWER)).status()).isEqualTo(200);
    }
    assertThat(audit("reload")).last(STRING).contains("\"outcome\":\"refused\"");
  }

  @Test
  void pages_of_other_sites_are_told_nothing_that_lets_them_read() {
    try (GatewayHarness gateway = GatewayHarness.start(withClients(""))) {
      AdminClient client = new AdminClient(gateway);
      for (String method : List.of("GET", "OPTIONS")) {
        Answer answer =
            client.send(
                method, OVERVIEW, "Origin", "https://evil", "Authorization", "Bearer " + VIEWER);
        assertThat(answer.headers().keySet()).noneMatch(name -> name.startsWith("access-control-"));
      }
      assertThat(client.send("OPTIONS", OVERVIEW).status()).isEqualTo(405);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Sec-Fetch-Site, none, 200",
    "Sec-Fetch-Site, same-origin, 200",
    "Host, localhost, 200",
    "Host, '[::1]:8888', 200",
    "Sec-Fetch-Site, cross-site, 403",
    "Sec-Fetch-Site, same-site, 403",
    "Origin, https://evil, 403",
    "Origin, null, 403",
    "Host, rebound.example, 403",
    "Host, 'localhost.evil:80', 403",
    "X-Forwarded-For, 10.0.0.1, 401",
    "Forwarded, for=10.0.0.1, 401",
    "Authorization, Bearer wrong-token-0123456789, 401"
  })
  void the_loopback_opens_when_the_file_says_so_and_nobody_else_speaks(
      String header, String value, int status) {
    try (GatewayHarness gateway = GatewayHarness.start(yaml(", admin: {loopback_role: viewer}"))) {
      AdminClient client = new AdminClient(gateway);
      assertThat(client.get(OVERVIEW).status()).isEqualTo(200);
      assertThat(client.post("/-/reload").status()).isEqualTo(403);
      assertThat(client.get(OVERVIEW, header, value).status()).isEqualTo(status);
    }
  }

  @ParameterizedTest
  @CsvSource({"?x=1", "?history=true&history=true", "?history=maybe"})
  void a_query_that_the_page_does_not_know_is_refused(String query) {
    try (GatewayHarness gateway = GatewayHarness.start(yaml(", admin: {loopback_role: viewer}"))) {
      assertThat(new AdminClient(gateway).get(OVERVIEW + query).status()).isEqualTo(400);
    }
  }

  @Test
  void another_token_counts_without_a_restart() throws Exception {
    try (GatewayHarness gateway = GatewayHarness.start(withClients(""))) {
      AdminClient client = new AdminClient(gateway);
      String other = "another-token-0123456789";
      Files.writeString(viewerFile, other);
      await()
          .atMost(GatewayHarness.PATIENCE)
          .untilAsserted(
              () -> assertThat(client.get(OVERVIEW, bearer(other)).status()).isEqualTo(200));
      assertThat(client.get(OVERVIEW, bearer(VIEWER)).status()).isEqualTo(401);
    }
  }

  @Test
  void a_reload_takes_away_what_it_gave() throws Exception {
    try (GatewayHarness gateway = GatewayHarness.start(yaml(", admin: {loopback_role: admin}"))) {
      AdminClient client = new AdminClient(gateway);
      assertThat(client.get(OVERVIEW).status()).isEqualTo(200);
      assertThat(gateway.reload(withClients("")).statusCode()).isEqualTo(200);
      assertThat(client.get(OVERVIEW).status()).isEqualTo(401);
      assertThat(client.get(OVERVIEW, bearer(VIEWER)).status()).isEqualTo(200);
    }
  }

  @Test
  void a_token_that_can_be_guessed_or_a_log_that_cannot_be_written_is_refused() throws Exception {
    Files.writeString(viewerFile, "guess-me");
    assertThatThrownBy(() -> GatewayHarness.start(withClients("")))
        .hasMessageContaining("at least 16 characters")
        .message()
        .doesNotContain("guess-me");
    Files.writeString(viewerFile, VIEWER);
    auditLog = directory.resolve("absent").resolve("audit.jsonl");
    assertThatThrownBy(() -> GatewayHarness.start(withClients("")))
        .hasMessageContaining("audit_log: " + auditLog + ": no such folder");
  }
}
