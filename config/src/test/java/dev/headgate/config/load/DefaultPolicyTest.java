package dev.headgate.config.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headgate.config.BackendKind;
import dev.headgate.config.CardinalityGuardConfig;
import dev.headgate.config.ComponentId;
import dev.headgate.config.ExporterConfig;
import dev.headgate.config.FileExporterConfig;
import dev.headgate.config.GatewayConfig;
import dev.headgate.config.LogScrubberConfig;
import dev.headgate.config.OtlpGrpcExporterConfig;
import dev.headgate.config.OtlpHttpExporterConfig;
import dev.headgate.config.PipelineConfig;
import dev.headgate.config.RedactionConfig;
import dev.headgate.config.SamplerConfig;
import dev.headgate.config.Signal;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DefaultPolicyTest {
  private static LoadResult load(Map<String, String> environment) throws ConfigException {
    return new ConfigLoader(environment::get, new TestConfigs.FakeChecks())
        .load(List.of(DefaultPolicy.source(environment::get)), List.of());
  }

  private static List<String> pipelines(GatewayConfig config) {
    return config.service().pipelines().stream().map(DefaultPolicyTest::describe).toList();
  }

  private static String describe(PipelineConfig pipeline) {
    return pipeline.id() + " " + pipeline.processors() + " -> " + pipeline.exporters();
  }

  @Test
  void without_variables_everything_goes_to_a_file() throws ConfigException {
    LoadResult result = load(Map.of());

    assertThat(result.notices()).isEmpty();
    assertThat(pipelines(result.config()))
        .containsExactly(
            "traces [memory_limiter, redaction, probabilistic_sampler, batch] -> [file]",
            "logs [memory_limiter, redaction, log_scrubber, batch] -> [file]",
            "metrics [memory_limiter, redaction, cardinality_guard, batch] -> [file]");
    var file = (FileExporterConfig) result.config().exporters().get(ComponentId.parse("file"));
    assertThat(file.path()).isEqualTo(Path.of("headgate-output.jsonl"));
    var otlp = result.config().receivers().get(ComponentId.parse("otlp"));
    assertThat(otlp.grpc().endpoint()).hasToString("localhost:4317");
    assertThat(otlp.http().endpoint()).hasToString("localhost:4318");
    assertThat(result.config().extensions().values())
        .singleElement()
        .satisfies(check -> assertThat(check.endpoint()).hasToString("localhost:13133"));
    assertThat(result.config().service().telemetry().metricsAddress())
        .hasToString("localhost:8888");
  }

  @Test
  void each_signal_goes_to_its_endpoint() throws ConfigException {
    GatewayConfig config =
        load(Map.of(
                "TEMPO_ENDPOINT", "tempo:4317",
                "LOKI_ENDPOINT", "http://loki:3100/otlp",
                "MIMIR_ENDPOINT", "https://mimir:9009/otlp/"))
            .config();

    assertThat(pipelines(config))
        .extracting(
            text -> text.substring(0, text.indexOf(' ')) + text.substring(text.indexOf("->")))
        .containsExactly(
            "traces-> [otlp/tempo]", "logs-> [otlphttp/loki]", "metrics-> [otlphttp/mimir]");
    var tempo = (OtlpGrpcExporterConfig) exporter(config, "otlp/tempo");
    assertThat(tempo.endpoint()).isEqualTo("tempo:4317");
    assertThat(tempo.tls().insecure()).isTrue();
    assertThat(tempo.delivery().backend().kind()).isEqualTo(BackendKind.TEMPO);
    var loki = (OtlpHttpExporterConfig) exporter(config, "otlphttp/loki");
    assertThat(loki.endpoints().get(Signal.LOGS))
        .isEqualTo(URI.create("http://loki:3100/otlp/v1/logs"));
    var mimir = (OtlpHttpExporterConfig) exporter(config, "otlphttp/mimir");
    assertThat(mimir.endpoints().get(Signal.METRICS))
        .isEqualTo(URI.create("https://mimir:9009/otlp/v1/metrics"));
  }

  private static ExporterConfig exporter(GatewayConfig config, String id) {
    return config.exporters().get(ComponentId.parse(id));
  }

  @Test
  void a_signal_without_endpoint_has_no_pipeline_when_another_has() throws ConfigException {
    GatewayConfig config = load(Map.of("LOKI_ENDPOINT", "http://loki:3100/otlp")).config();

    assertThat(pipelines(config))
        .containsExactly(
            "logs [memory_limiter, redaction, log_scrubber, batch] -> [otlphttp/loki]");
  }

  @Test
  void the_policy_redacts_samples_and_guards() throws ConfigException {
    GatewayConfig config = load(Map.of("HEADGATE_SAMPLING_PERCENTAGE", "12.5")).config();

    var redaction = (RedactionConfig) config.processors().get(ComponentId.parse("redaction"));
    assertThat(redaction.keys().allowAll()).isTrue();
    assertThat(redaction.replacement()).isEqualTo("[REDACTED]");
    assertThat(redaction.keys().blocked())
        .contains("*.token*", "*.secret*", "*.password*", "*.key*", "*.authorization", "*.cookie");
    var sampler =
        (SamplerConfig) config.processors().get(ComponentId.parse("probabilistic_sampler"));
    assertThat(sampler.samplingPercentage()).isEqualTo(12.5);
    assertThat(sampler.alwaysSampleErrors()).isTrue();
    assertThat(config.processors().get(ComponentId.parse("cardinality_guard")))
        .isEqualTo(CardinalityGuardConfig.DEFAULT);
    assertThat(config.processors().get(ComponentId.parse("log_scrubber")))
        .isEqualTo(LogScrubberConfig.DEFAULT);
  }

  @Test
  void a_variable_that_is_set_to_nothing_counts_as_not_set() throws ConfigException {
    Map<String, String> nothing =
        Map.of(
            "HEADGATE_LISTEN", "",
            "HEADGATE_ADMIN_LISTEN", " ",
            "HEADGATE_SAMPLING_PERCENTAGE", "",
            "HEADGATE_OUTPUT", "",
            "TEMPO_ENDPOINT", "");

    assertThat(load(nothing).config()).isEqualTo(load(Map.of()).config());
  }

  @Test
  void a_wrong_variable_is_named() {
    assertThatThrownBy(() -> load(Map.of("TEMPO_ENDPOINT", "tempo")))
        .hasMessageContaining("default policy:")
        .hasMessageContaining("exporters.otlp/tempo.endpoint: the value of '${env:TEMPO_ENDPOINT}'")
        .hasMessageContaining("has no port");
  }

  @Test
  void print_config_shows_it_as_a_file_that_loads() throws ConfigException {
    LoadResult result = load(Map.of());

    assertThat(TestConfigs.load(result.maskedYaml()).config()).isEqualTo(result.config());
  }
}
