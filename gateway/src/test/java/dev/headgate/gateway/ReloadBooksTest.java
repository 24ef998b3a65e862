package dev.headgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.AdminRole;
import dev.headgate.config.GatewayConfig;
import dev.headgate.config.load.ConfigException;
import dev.headgate.config.load.ConfigLoader;
import dev.headgate.config.load.ConfigSource;
import dev.headgate.config.load.LoadResult;
import dev.headgate.gateway.admin.AuditEvent;
import dev.headgate.gateway.admin.AuditLog;
import dev.headgate.gateway.admin.Caller;
import dev.headgate.gateway.admin.ConfigMetrics;
import dev.headgate.gateway.admin.MetricsPage;
import dev.headgate.gateway.admin.Request;
import dev.headgate.gateway.cli.PipelineChecks;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a reload says when something fails that nobody thought of.
class ReloadBooksTest {
  private static final String YAML =
      """
      receivers: {otlp: {protocols: {grpc: {endpoint: "127.0.0.1:0"}}}}
      exporters: {nop: {}}
      service: {pipelines: {%s: {receivers: [otlp], exporters: [nop]}}}
      """;

  private static final Caller CALLER = new Caller("ann", AdminRole.ADMIN, Caller.Way.TOKEN, "::1");

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final List<GatewayConfig> changes = new ArrayList<>();
  private final ByteArrayOutputStream audit = new ByteArrayOutputStream();
  private final AuditLog log =
      new AuditLog(new PrintStream(audit, true, StandardCharsets.UTF_8), InstantSource.system());
  private Runnable onChange = () -> {};
  private boolean cannotRead;
  private boolean cannotLook;
  private String signal = "traces";

  private final class Ways implements Reload.Ways {
    @Override
    public void change(GatewayConfig config) {
      changes.add(config);
      onChange.run();
    }

    @Override
    public void lookAtFiles() {
      if (cannotLook) {
        throw new IllegalStateException("no look");
      }
    }
  }

  private LoadResult load() throws ConfigException {
    if (cannotRead) {
      throw new IllegalStateException("no read");
    }
    ConfigLoader loader = new ConfigLoader(_ -> null, new PipelineChecks());
    return loader.load(List.of(new ConfigSource("test.yaml", YAML.formatted(signal))), List.of());
  }

  private Reload reload() throws ConfigException {
    ConfigMetrics metrics = new ConfigMetrics(registry, InstantSource.system());
    return new Reload(load(), this::load, new Ways(), metrics, log);
  }

  private String scrape() throws IOException {
    return new String(new MetricsPage(registry, false).render(), StandardCharsets.UTF_8);
  }

  @Test
  void what_cannot_be_read_is_a_failed_reload() throws Exception {
    Reload reload = reload();
    assertThat(scrape()).contains("headgate_config_last_reload_successful 1");
    cannotRead = true;
    assertThat(reload.post(new Request(CALLER, Map.of(), false)).status()).isEqualTo(400);
    assertThat(scrape()).contains("headgate_config_last_reload_successful 0");
    cannotRead = false;
    assertThat(reload.reload("test", CALLER)).isInstanceOf(Reload.Outcome.Unchanged.class);
    assertThat(scrape()).contains("headgate_config_last_reload_successful 1");
    assertThat(changes).isEmpty();
  }

  @Test
  void what_runs_is_said_to_run_though_its_files_cannot_be_looked_at() throws Exception {
    Reload reload = reload();
    cannotLook = true;
    signal = "logs";
    assertThat(reload.reload("test", CALLER)).isInstanceOf(Reload.Outcome.Applied.class);
    assertThat(reload.reload("test", CALLER)).isInstanceOf(Reload.Outcome.Unchanged.class);
    assertThat(changes).hasSize(1);
    assertThat(scrape()).contains("headgate_config_last_reload_successful 1");
  }

  @Test
  void every_attempt_is_in_the_audit_log_with_who_and_from_what_to_what() throws Exception {
    Reload reload = reload();
    var _ = reload.reload("test", CALLER);
    signal = "logs";
    var _ = reload.reload("test", CALLER);
    cannotRead = true;
    var _ = reload.reload("test", CALLER);
    List<String> lines = audit.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(lines)
        .allMatch(line -> line.contains("\"who\":\"ann\",\"role\":\"admin\",\"by\":\"token\""));
    assertThat(lines.get(0)).contains("\"outcome\":\"unchanged\"");
    assertThat(lines.get(1))
        .contains("\"outcome\":\"done\"", "\"added\":\"service.pipelines.logs\"");
    assertThat(lines.get(2)).contains("\"outcome\":\"refused\"", "{\"problems\":\"1\"}");
    assertThat(before(lines.get(1))).isNotEqualTo(after(lines.get(1))).isNotEmpty();
    assertThat(before(lines.get(2))).isEqualTo(after(lines.get(2))).isEqualTo(after(lines.get(1)));
  }

  private static String before(String line) {
    return line.replaceFirst(".*\"config_before\":\"(\\w*)\".*", "$1");
  }

  private static String after(String line) {
    return line.replaceFirst(".*\"config_after\":\"(\\w*)\".*", "$1");
  }

  @Test
  void a_reload_that_moves_the_audit_log_is_in_both_whoever_writes_meanwhile(
      @TempDir Path directory) throws Exception {
    Reload reload = reload();
    Path next = directory.resolve("audit.jsonl");
    onChange =
        () -> {
          log.use(new AuditLog.Place(next));
          boolean _ =
              log.write(
                  new AuditEvent(
                      AuditEvent.Action.TAP,
                      CALLER,
                      AuditEvent.Outcome.DONE,
                      "",
                      "",
                      Map.of("limit", "1")));
        };
    signal = "logs";
    assertThat(reload.reload("test", CALLER)).isInstanceOf(Reload.Outcome.Applied.class);
    assertThat(audit.toString(StandardCharsets.UTF_8).lines())
        .singleElement()
        .asString()
        .contains("\"action\":\"reload\"");
    assertThat(Files.readAllLines(next))
        .satisfiesExactly(
            tap -> assertThat(tap).contains("\"action\":\"tap\""),
            own -> assertThat(own).contains("\"action\":\"reload\""));
  }
}
