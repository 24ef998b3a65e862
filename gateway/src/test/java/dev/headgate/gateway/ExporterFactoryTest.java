package dev.headgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.ExporterConfig;
import dev.headgate.config.load.ConfigException;
import dev.headgate.config.load.ConfigLoader;
import dev.headgate.config.load.ConfigSource;
import dev.headgate.gateway.cli.PipelineChecks;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a queue survives: two exporters of one destination may send what waits for the other.
class ExporterFactoryTest {
  private static Object destination(String extension, String settings) throws ConfigException {
    String yaml =
        """
        extensions:
          %s
        receivers:
          otlp: {protocols: {http: {endpoint: "127.0.0.1:0"}}}
        exporters:
          otlphttp: {endpoint: "https://backend.example", %s}
        service:
          extensions: [%s]
          pipelines:
            logs: {receivers: [otlp], exporters: [otlphttp]}
        """
            .formatted(extension, settings, extension.substring(0, extension.indexOf(':')));
    ExporterConfig exporter =
        new ConfigLoader(_ -> null, new PipelineChecks())
            .load(List.of(new ConfigSource("test.yaml", yaml)), List.of())
            .config()
            .exporters()
            .values()
            .iterator()
            .next();
    return ExporterFactory.destination(exporter);
  }

  private static Object client(String user, String password) throws ConfigException {
    return destination(
        "basicauth: {client_auth: {username: %s, password: %s}}".formatted(user, password),
        "auth: {authenticator: basicauth}");
  }

  private static Object bearer(String settings) throws ConfigException {
    return destination(
        "bearertokenauth: {%s}".formatted(settings), "auth: {authenticator: bearertokenauth}");
  }

  private static Object header(String authorization) throws ConfigException {
    return destination(
        "health_check: {endpoint: \"127.0.0.1:0\"}",
        "headers: {Authorization: \"%s\"}".formatted(authorization));
  }

  private static String basic(String credentials) {
    return Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void the_user_of_basic_authentication_counts_and_the_password_does_not() throws ConfigException {
    assertThat(client("a", "p")).isEqualTo(client("a", "q")).isNotEqualTo(client("b", "p"));
    assertThat(header("Basic " + basic("a:p")))
        .isEqualTo(header("basic " + basic("a:q")))
        .isEqualTo(client("a", "p"))
        .isNotEqualTo(header("Basic " + basic("b:p")));
    assertThat(bearer("scheme: Basic, token: \"%s\"".formatted(basic("a:p"))))
        .isEqualTo(client("a", "p"));
    assertThat(header("Basic ?1")).isNotEqualTo(header("Basic ?2"));
  }

  @Test
  void tokens_do_not_count() throws ConfigException {
    assertThat(bearer("token: s")).isEqualTo(bearer("token: t")).isEqualTo(header("Bearer u"));
  }
}
