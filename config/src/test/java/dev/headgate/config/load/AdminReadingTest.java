package dev.headgate.config.load;

import static dev.headgate.config.load.TestConfigs.load;
import static dev.headgate.config.load.TestConfigs.problems;
import static dev.headgate.config.load.TestConfigs.texts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.AdminConfig;
import dev.headgate.config.AdminConfig.Client;
import dev.headgate.config.AdminRole;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdminReadingTest {
  private static String yaml(String telemetry) {
    return """
    receivers: {otlp: {protocols: {http: }}}
    exporters: {nop: }
    service:
      telemetry: %s
      pipelines: {traces: {receivers: [otlp], exporters: [nop]}}
    """
        .formatted(telemetry);
  }

  @Test
  void there_is_no_operators_page_unless_asked_for() throws ConfigException {
    assertThat(load(yaml("{}")).config().service().telemetry().admin()).isNull();
  }

  @Test
  void without_keys_nobody_is_let_in() throws ConfigException {
    assertThat(load(yaml("{admin: }")).config().service().telemetry().admin())
        .isEqualTo(new AdminConfig(List.of(), AdminRole.NONE, null));
  }

  @Test
  void reads_clients_the_loopback_and_the_audit_log() throws ConfigException {
    AdminConfig admin =
        load(yaml(
                "{admin: {clients: [{name: wall, token_file: /t/wall},"
                    + " {name: ann, role: admin, token_file: /t/ann}],"
                    + " loopback_role: viewer, audit_log: /var/log/audit.jsonl}}"))
            .config()
            .service()
            .telemetry()
            .admin();

    assertThat(admin)
        .isEqualTo(
            new AdminConfig(
                List.of(
                    new Client("wall", AdminRole.VIEWER, Path.of("/t/wall")),
                    new Client("ann", AdminRole.ADMIN, Path.of("/t/ann"))),
                AdminRole.VIEWER,
                Path.of("/var/log/audit.jsonl")));
  }

  @Test
  void refuses_what_would_confuse_the_audit_log_or_does_nothing() {
    assertThat(
            texts(
                problems(
                    yaml(
                        "{admin: {clients: [{name: a, token_file: x}, {name: a, token_file:"
                            + " y}]}}"))))
        .anyMatch(text -> text.contains("the name 'a' twice"));
    assertThat(texts(problems(yaml("{admin: {clients: [{name: 'a b', token_file: x}]}}"))))
        .anyMatch(text -> text.contains("is not a name"));
    assertThat(texts(problems(yaml("{admin: {clients: [{name: a, role: root, token_file: x}]}}"))))
        .anyMatch(text -> text.contains("one of viewer, admin"));
    assertThat(texts(problems(yaml("{admin: {clients: [{name: a}]}}"))))
        .anyMatch(text -> text.contains("token_file: missing"));
    assertThat(texts(problems(yaml("{admin: , metrics: {level: none}}"))))
        .anyMatch(text -> text.contains("nothing listens for it"));
    assertThat(texts(problems(yaml("{admin: {loopback: admin}}"))))
        .anyMatch(text -> text.contains("unknown key"));
  }
}
