package dev.headgate.config.load;

import static dev.headgate.config.load.TestConfigs.load;
import static dev.headgate.config.load.TestConfigs.loadWith;
import static dev.headgate.config.load.TestConfigs.problems;
import static dev.headgate.config.load.TestConfigs.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headgate.config.BackendKind;
import dev.headgate.config.BatchConfig;
import dev.headgate.config.ComponentId;
import dev.headgate.config.Compression;
import dev.headgate.config.GatewayConfig;
import dev.headgate.config.GrpcServerConfig;
import dev.headgate.config.HealthCheckConfig;
import dev.headgate.config.HostPort;
import dev.headgate.config.MemoryLimiterConfig;
import dev.headgate.config.OtlpGrpcExporterConfig;
import dev.headgate.config.OtlpHttpExporterConfig;
import dev.headgate.config.OtlpReceiverConfig;
import dev.headgate.config.QueueConfig;
import dev.headgate.config.RedactionConfig;
import dev.headgate.config.SamplerConfig;
import dev.headgate.config.Signal;
import dev.headgate.config.TelemetryConfig;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigLoaderTest {
  /// What an operator of the Collector has in front of Tempo, Loki and Mimir.
  private static final String COLLECTOR_FILE =
      """
      # A gateway tier.
      receivers:
        otlp:
          protocols:
            grpc:
              endpoint: 0.0.0.0:4317
              max_recv_msg_size_mib: 16
              keepalive:
                server_parameters:
                  max_connection_age: 60s
                  max_connection_age_grace: 10s
            http:
              endpoint: 0.0.0.0:4318
              include_metadata: true

      processors:
        memory_limiter:
          check_interval: 1s
          limit_mib: 400
          spike_limit_mib: 100
        redaction:
          allow_all_keys: true
          blocked_key_patterns: ['(?i)password|token']
          blocked_values:
            - '4[0-9]{12}(?:[0-9]{3})?'
          summary: silent
        probabilistic_sampler:
          sampling_percentage: 15.3
          hash_seed: 22
        batch:
          send_batch_size: 4096
          send_batch_max_size: 8192
          timeout: 1s

      exporters:
        otlp/tempo:
          endpoint: tempo:4317
          tls:
            insecure: true
          retry_on_failure:
            max_elapsed_time: 0
        otlphttp/loki:
          endpoint: http://loki:3100/otlp
          headers:
            X-Scope-OrgID: team-a
            Authorization: Bearer ${env:LOKI_TOKEN}
        otlp_http/metrics:
          metrics_endpoint: http://mimir:9009/otlp/v1/metrics
          backend: mimir
          compression: zstd
          timeout: 10s
          sending_queue:
            num_consumers: 4
            queue_size: 67108864
            sizer: bytes
            batch:
              flush_timeout: 500ms

      extensions:
        health_check:
          endpoint: 0.0.0.0:13133
        zpages:

      service:
        extensions: [health_check, zpages]
        telemetry:
          logs:
            level: warn
            encoding: json
          metrics:
            level: detailed
            readers:
              - pull:
                  exporter:
                    prometheus:
                      host: '0.0.0.0'
                      port: 8888
        pipelines:
          traces:
            receivers: [otlp]
            processors: [memory_limiter, redaction, probabilistic_sampler, batch]
            exporters: [otlp/tempo]
          logs/app:
            receivers: [otlp]
            processors: [memory_limiter, redaction, batch]
            exporters: [otlphttp/loki]
          metrics:
            receivers: [otlp]
            processors: [memory_limiter, batch]
            exporters: [otlp_http/metrics]
      """;

  private static LoadResult collectorFile() throws ConfigException {
    return load(Map.of("LOKI_TOKEN", "s3cr3t"), COLLECTOR_FILE);
  }

  @Test
  void loads_the_receivers_of_a_collector_file() throws ConfigException {
    OtlpReceiverConfig otlp = collectorFile().config().receivers().get(ComponentId.parse("otlp"));

    GrpcServerConfig grpc = otlp.grpc();
    assertThat(grpc.endpoint()).isEqualTo(new HostPort("0.0.0.0", 4317));
    assertThat(grpc.maxRecvMsgSizeBytes()).isEqualTo(16L << 20);
    assertThat(grpc.maxConcurrentStreams()).isEqualTo(100);
    assertThat(grpc.keepalive().maxConnectionAge()).isEqualTo(Duration.ofMinutes(1));
    assertThat(grpc.keepalive().maxConnectionAgeGrace()).isEqualTo(Duration.ofSeconds(10));
    assertThat(grpc.keepalive().maxConnectionIdle()).isEqualTo(Duration.ofMinutes(2));
    assertThat(grpc.includeMetadata()).isFalse();
    assertThat(grpc.tls()).isNull();
    assertThat(otlp.http().endpoint()).isEqualTo(new HostPort("0.0.0.0", 4318));
    assertThat(otlp.http().includeMetadata()).isTrue();
    assertThat(otlp.http().connections().readTimeout()).isEqualTo(Duration.ofSeconds(20));
  }

  @Test
  void loads_the_processors_of_a_collector_file() throws ConfigException {
    GatewayConfig config = collectorFile().config();

    assertThat(config.processors().values())
        .containsExactly(
            new MemoryLimiterConfig(400L << 20, 0, 100L << 20, 0),
            new RedactionConfig(
                new RedactionConfig.Keys(
                    true,
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of("(?i)password|token"),
                    List.of()),
                new RedactionConfig.Values(
                    List.of("4[0-9]{12}(?:[0-9]{3})?"), List.of(), false, List.of()),
                RedactionConfig.Action.MASK,
                "****",
                null,
                null,
                null,
                RedactionConfig.KeyedTexts.NONE,
                RedactionConfig.Summary.SILENT,
                RedactionConfig.Mode.ENFORCE,
                RedactionConfig.Coverage.ALL),
            new SamplerConfig(
                15.3,
                SamplerConfig.Mode.HASH_SEED,
                22,
                4,
                true,
                false,
                17,
                SamplerConfig.AttributeSource.TRACE_ID,
                "",
                ""),
            new BatchConfig(Duration.ofSeconds(1), 4096, 8192));
  }

  @Test
  void loads_the_exporters_of_a_collector_file() throws ConfigException {
    Map<ComponentId, ?> exporters = collectorFile().config().exporters();

    var tempo = (OtlpGrpcExporterConfig) exporters.get(ComponentId.parse("otlp/tempo"));
    assertThat(tempo.endpoint()).isEqualTo("tempo:4317");
    assertThat(tempo.tls().insecure()).isTrue();
    assertThat(tempo.compression()).isEqualTo(Compression.GZIP);
    assertThat(tempo.delivery().backend().kind()).isEqualTo(BackendKind.TEMPO);
    assertThat(tempo.delivery().timeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(tempo.delivery().retry().maxElapsedTime()).isZero();
    assertThat(tempo.delivery().retry().initialInterval()).isEqualTo(Duration.ofSeconds(5));
    assertThat(tempo.delivery().queue()).isEqualTo(QueueConfig.DEFAULT);

    var loki = (OtlpHttpExporterConfig) exporters.get(ComponentId.parse("otlphttp/loki"));
    assertThat(loki.endpoints())
        .containsEntry(Signal.LOGS, URI.create("http://loki:3100/otlp/v1/logs"))
        .containsEntry(Signal.TRACES, URI.create("http://loki:3100/otlp/v1/traces"));
    assertThat(loki.headers().get("Authorization").reveal()).isEqualTo("Bearer s3cr3t");
    assertThat(loki.delivery().backend().kind()).isEqualTo(BackendKind.LOKI);
    assertThat(loki.delivery().timeout()).isEqualTo(Duration.ofSeconds(30));

    var metrics = (OtlpHttpExporterConfig) exporters.get(ComponentId.parse("otlp_http/metrics"));
    assertThat(metrics.endpoints())
        .containsOnly(Map.entry(Signal.METRICS, URI.create("http://mimir:9009/otlp/v1/metrics")));
    assertThat(metrics.delivery().backend().kind()).isEqualTo(BackendKind.MIMIR);
    assertThat(metrics.compression()).isEqualTo(Compression.ZSTD);
    assertThat(metrics.delivery().queue().sizer()).isEqualTo(QueueConfig.Sizer.BYTES);
    assertThat(metrics.delivery().queue().batch().flushTimeout()).isEqualTo(Duration.ofMillis(500));
    assertThat(metrics.delivery().queue().batch().sizer()).isEqualTo(QueueConfig.Sizer.BYTES);
  }

  @Test
  void loads_the_service_of_a_collector_file() throws ConfigException {
    GatewayConfig config = collectorFile().config();

    assertThat(config.extensions())
        .containsOnly(
            Map.entry(
                ComponentId.parse("health_check"),
                new HealthCheckConfig(new HostPort("0.0.0.0", 13133), "/")));
    assertThat(config.service().extensions()).containsExactly(ComponentId.parse("health_check"));
    assertThat(config.service().telemetry())
        .isEqualTo(new TelemetryConfig(new HostPort("0.0.0.0", 8888), false, "WARN", null));
    assertThat(config.service().pipelines())
        .extracting(pipeline -> pipeline.id().toString())
        .containsExactly("traces", "logs/app", "metrics");
    assertThat(config.service().pipelines().getFirst().processors())
        .extracting(ComponentId::toString)
        .containsExactly("memory_limiter", "redaction", "probabilistic_sampler", "batch");
  }

  @Test
  void notes_each_harmless_key_of_a_collector_file_once() throws ConfigException {
    assertThat(collectorFile().notices())
        .extracting(Notice::path)
        .containsExactly(
            "extensions.zpages",
            "service.telemetry.logs.encoding",
            "service.telemetry.metrics.level");
  }

  @Test
  void reports_a_misspelt_section_a_bad_duration_and_a_bad_pattern_at_once() {
    String yaml =
        """
        receivers:
          otlp:
            protocols:
              grpc:
        procesors:
          redaction:
            blocked_values: ['(']
          batch:
            timeout: 10 parsecs
        exporters:
          nop:
        service:
          pipelines:
            traces:
              receivers: [otlp]
              processors: [redaction, batch]
              exporters: [nop]
        """;

    assertThat(texts(problems(yaml)))
        .containsExactly(
            "gateway.yaml:5: procesors: unknown key (expected: a known one; did you mean"
                + " 'processors'?)",
            "gateway.yaml:7: procesors.redaction.blocked_values[0]: '(' does not compile: error at"
                + " 1 (expected: a pattern in RE2 syntax)",
            "gateway.yaml:9: procesors.batch.timeout: '10 parsecs' is not a duration (expected: a"
                + " number with a unit such as 200ms, 5s or 1m30s)");
  }

  @Test
  void puts_all_problems_into_the_message_of_the_exception() {
    assertThatThrownBy(() -> load("receivers:\n  otpl:\nexporterz:\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("did you mean 'otlp'?")
        .hasMessageContaining("did you mean 'exporters'?")
        .hasMessageContaining("service: missing");
  }

  @Test
  void merges_files_by_key_and_replaces_lists() throws ConfigException {
    String override =
        """
        exporters:
          otlp/tempo: {endpoint: "other:4317"}
          nop:
        service:
          pipelines:
            traces: {exporters: [nop, otlp/tempo], processors: }
        """;

    GatewayConfig config = load(Map.of("LOKI_TOKEN", "x"), COLLECTOR_FILE, override).config();

    var tempo = (OtlpGrpcExporterConfig) config.exporters().get(ComponentId.parse("otlp/tempo"));
    assertThat(tempo.endpoint()).isEqualTo("other:4317");
    assertThat(tempo.tls().insecure()).isTrue();
    var traces = config.service().pipelines().getFirst();
    assertThat(traces.exporters())
        .extracting(ComponentId::toString)
        .containsExactly("nop", "otlp/tempo");
    assertThat(traces.processors()).isEmpty();
  }

  @Test
  void names_the_file_of_a_problem_in_a_merged_configuration() {
    String more = "exporters:\n  nop: {sending_queue: {queue_size: 0}}\n";

    assertThat(texts(problems(TestConfigs.withExporter("nop", "{}"), more)))
        .containsExactly(
            "more1.yaml:2: exporters.nop.sending_queue.queue_size: 0 (expected: at least 1)");
  }

  @Test
  void a_null_section_in_a_later_file_wipes_the_earlier() {
    assertThat(texts(problems(TestConfigs.withProcessor("batch", "{}"), "processors:\n")))
        .containsExactly(
            "gateway.yaml:7: service.pipelines.traces.processors[0]: unknown processor 'batch'"
                + " (expected: none)");
  }

  @Test
  void applies_overrides_last() throws ConfigException {
    GatewayConfig config =
        loadWith(
                List.of(
                    "processors.batch.timeout=3s",
                    "service.pipelines.traces.exporters=[debug]",
                    "exporters.debug=",
                    "receivers.otlp.protocols.http.endpoint=localhost:0"),
                TestConfigs.withProcessor("batch", "{timeout: 1s}"))
            .config();

    assertThat(config.processors().get(ComponentId.parse("batch")))
        .isEqualTo(new BatchConfig(Duration.ofSeconds(3), 8192, 0));
    assertThat(config.exporters()).containsOnlyKeys(ComponentId.parse("debug"));
    assertThat(config.receivers().get(ComponentId.parse("otlp")).http().endpoint().port()).isZero();
  }

  @Test
  void names_a_wrong_override_without_its_value() {
    assertThatThrownBy(() ->
            loadWith(
                List.of("exporters.nop.hash=s3cr3t", "hello", "a..b=1"),
                TestConfigs.withExporter("nop", "{}")))
        .hasMessageContaining("--set exporters.nop.hash:1: exporters.nop.hash: unknown key")
        .hasMessageContaining("--set: not an assignment (expected: --set path.to.key=value)")
        .hasMessageContaining("--set a..b: not an assignment")
        .hasMessageNotContaining("s3cr3t");
  }

  @Test
  void reports_the_problems_of_several_unreadable_files() {
    assertThat(texts(problems("a: [", "b: {c", "")))
        .hasSize(3)
        .anyMatch(text -> text.startsWith("gateway.yaml:1: not valid YAML"))
        .anyMatch(text -> text.startsWith("more1.yaml:1: not valid YAML"))
        .contains(
            "more2.yaml: the configuration is empty (expected: receivers, exporters, service)");
  }

  @Test
  void says_so_when_there_is_no_source() {
    assertThatThrownBy(TestConfigs::load).hasMessageContaining("no source");
  }

  @Test
  void limits_the_number_of_reported_problems() {
    StringBuilder yaml = new StringBuilder(TestConfigs.withExporter("nop", "{}"));
    yaml.append("processors:\n");
    for (int i = 0; i < 500; i++) {
      yaml.append("  batch/").append(i).append(": {bad_key: 1}\n");
    }

    assertThat(texts(problems(yaml.toString())))
        .hasSize(101)
        .last()
        .isEqualTo("configuration: and 400 more problems");
  }
}
