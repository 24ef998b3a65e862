package dev.headgate.config.load;

import static dev.headgate.config.load.TestConfigs.exporter;
import static dev.headgate.config.load.TestConfigs.problems;
import static dev.headgate.config.load.TestConfigs.withExporter;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.BackendConfig;
import dev.headgate.config.BackendKind;
import dev.headgate.config.BatchingConfig;
import dev.headgate.config.ComponentId;
import dev.headgate.config.Compression;
import dev.headgate.config.DebugExporterConfig;
import dev.headgate.config.DeliveryConfig;
import dev.headgate.config.FileExporterConfig;
import dev.headgate.config.NopExporterConfig;
import dev.headgate.config.OtlpGrpcExporterConfig;
import dev.headgate.config.OtlpHttpExporterConfig;
import dev.headgate.config.PemSource;
import dev.headgate.config.QueueConfig;
import dev.headgate.config.RetryConfig;
import dev.headgate.config.Signal;
import dev.headgate.config.TlsClientConfig;
import dev.headgate.config.TlsIdentityConfig;
import dev.headgate.config.TlsProtocols;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExporterReadingTest {
  private static OtlpGrpcExporterConfig grpc(String id, String block) throws ConfigException {
    return (OtlpGrpcExporterConfig) exporter(id, block);
  }

  private static OtlpHttpExporterConfig http(String id, String block) throws ConfigException {
    return (OtlpHttpExporterConfig) exporter(id, block);
  }

  @ParameterizedTest
  @ValueSource(strings = {"otlp", "otlp_grpc"})
  void both_names_of_the_grpc_exporter_have_the_collectors_defaults(String id)
      throws ConfigException {
    assertThat(exporter(id, "{endpoint: 'h:4317'}"))
        .isEqualTo(
            new OtlpGrpcExporterConfig(
                "h:4317",
                Map.of(),
                Compression.GZIP,
                TlsClientConfig.DEFAULT,
                null,
                DeliveryConfig.DEFAULT));
  }

  @ParameterizedTest
  @ValueSource(strings = {"otlphttp", "otlp_http"})
  void both_names_of_the_http_exporter_have_the_collectors_defaults(String id)
      throws ConfigException {
    OtlpHttpExporterConfig config = http(id, "{endpoint: 'http://h:4318/'}");

    assertThat(config.delivery().timeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.compression()).isEqualTo(Compression.GZIP);
    assertThat(config.endpoints())
        .containsOnly(
            Map.entry(Signal.TRACES, URI.create("http://h:4318/v1/traces")),
            Map.entry(Signal.LOGS, URI.create("http://h:4318/v1/logs")),
            Map.entry(Signal.METRICS, URI.create("http://h:4318/v1/metrics")));
  }

  @Test
  void an_endpoint_of_a_signal_is_used_as_it_is() throws ConfigException {
    OtlpHttpExporterConfig config =
        http("otlphttp", "{endpoint: 'https://h', traces_endpoint: 'https://other/x?y=1'}");

    assertThat(config.endpoints())
        .containsEntry(Signal.TRACES, URI.create("https://other/x?y=1"))
        .containsEntry(Signal.LOGS, URI.create("https://h/v1/logs"));
  }

  @ParameterizedTest
  @CsvSource({
    "otlp, OTLP",
    "otlp/tempo, TEMPO",
    "otlp/my-Loki-2, LOKI",
    "otlphttp/mimir, MIMIR",
    "otlphttp/prometheus, PROMETHEUS",
    "otlphttp/other, OTLP"
  })
  void takes_the_backend_from_the_name(String id, BackendKind expected) throws ConfigException {
    String endpoint = id.startsWith("otlphttp") ? "http://h" : "h:1";
    var config = exporter(id, "{endpoint: '" + endpoint + "'}");

    DeliveryConfig delivery =
        config instanceof OtlpHttpExporterConfig http
            ? http.delivery()
            : ((OtlpGrpcExporterConfig) config).delivery();
    assertThat(delivery.backend().kind()).isEqualTo(expected);
  }

  @Test
  void the_key_wins_over_the_name() throws ConfigException {
    assertThat(grpc("otlp/tempo", "{endpoint: 'h:1', backend: otlp}").delivery().backend().kind())
        .isEqualTo(BackendKind.OTLP);
  }

  @ParameterizedTest
  @CsvSource({
    "otlphttp/loki, '', true, false",
    "otlphttp/mimir, '', false, true",
    "otlphttp/prometheus, '', false, true",
    "otlphttp/prometheus, 'delta: pass', false, false",
    "otlphttp/loki, 'trace_id_attributes: pass', false, false",
    "otlphttp, 'trace_id_attributes: promote, delta: drop', true, true",
    "otlphttp, '', false, false",
  })
  void a_backend_brings_what_suits_it_and_keys_win(
      String id, String keys, boolean promotes, boolean dropsDelta) throws ConfigException {
    String more = keys.isEmpty() ? "" : ", " + keys;
    BackendConfig backend = http(id, "{endpoint: 'http://h'" + more + "}").delivery().backend();

    assertThat(backend.promotesTraceIds()).isEqualTo(promotes);
    assertThat(backend.dropsDelta()).isEqualTo(dropsDelta);
  }

  @Test
  void reads_delivery() throws ConfigException {
    DeliveryConfig delivery =
        grpc(
                "otlp",
                "{endpoint: 'h:1', timeout: 0, required: true, retry_on_failure: {enabled: false,"
                    + " initial_interval: 1s, randomization_factor: 0, multiplier: 2,"
                    + " max_interval: 1m, max_elapsed_time: 0}, sending_queue: {enabled: true,"
                    + " num_consumers: 2, queue_size: 5000, sizer: items, max_bytes: 64MiB,"
                    + " overflow: drop_oldest, batch: {min_size: 1, max_size: 2MiB, sizer:"
                    + " bytes}}}")
            .delivery();

    assertThat(delivery)
        .isEqualTo(
            new DeliveryConfig(
                Duration.ZERO,
                new RetryConfig(
                    false, Duration.ofSeconds(1), 0, 2, Duration.ofMinutes(1), Duration.ZERO),
                new QueueConfig(
                    true,
                    2,
                    5000,
                    QueueConfig.Sizer.ITEMS,
                    64L << 20,
                    QueueConfig.Overflow.DROP_OLDEST,
                    false,
                    new BatchingConfig(
                        Duration.ofMillis(200), 1, 2L << 20, QueueConfig.Sizer.BYTES)),
                BackendConfig.of(BackendKind.OTLP),
                true));
  }

  @Test
  void an_empty_batch_switches_batching_on() throws ConfigException {
    assertThat(
            grpc("otlp", "{endpoint: 'h:1', sending_queue: {batch: }}").delivery().queue().batch())
        .isEqualTo(BatchingConfig.DEFAULT);
  }

  @Test
  void reads_headers_in_both_forms_of_the_collector() throws ConfigException {
    var headers = grpc("otlp", "{endpoint: 'h:1', headers: {a: b, C: 1}}").headers();
    assertThat(headers).containsOnlyKeys("a", "C");
    assertThat(headers.get("C").reveal()).isEqualTo("1");
    assertThat(headers.toString()).doesNotContain("b", "1");
    assertThat(
            grpc("otlp", "{endpoint: 'h:1', headers: [{name: a, value: b}]}")
                .headers()
                .get("a")
                .reveal())
        .isEqualTo("b");
  }

  @Test
  void reads_the_level_of_compression() throws ConfigException {
    assertThat(http("{endpoint: 'http://h', compression_params: {level: 9}}").compressionLevel())
        .isEqualTo(9);
    assertThat(http("{endpoint: 'http://h', compression: zlib, compression_params: {level: -2}}"))
        .extracting(OtlpHttpExporterConfig::compression, OtlpHttpExporterConfig::compressionLevel)
        .containsExactly(Compression.DEFLATE, -2);
    assertThat(
            http("{endpoint: 'http://h', compression: zstd, compression_params: {level: 22}}")
                .compressionLevel())
        .isEqualTo(22);
    assertThat(http("{endpoint: 'http://h'}").compressionLevel()).isZero();
  }

  private static OtlpHttpExporterConfig http(String block) throws ConfigException {
    return (OtlpHttpExporterConfig)
        TestConfigs.load(withExporter("otlphttp", block))
            .config()
            .exporters()
            .get(ComponentId.parse("otlphttp"));
  }

  @ParameterizedTest
  @CsvSource({
    "h:1, false, false",
    "h:1, true, true",
    "http://h:1, false, true",
    "https://h:1, true, false",
    "dns:///h:1, true, true",
    "passthrough:///h:1, false, false",
  })
  void knows_what_goes_unencrypted(String endpoint, boolean insecure, boolean plaintext)
      throws ConfigException {
    String block = "{endpoint: '%s', tls: {insecure: %s}}".formatted(endpoint, insecure);
    assertThat(grpc("otlp", block).plaintext()).isEqualTo(plaintext);
  }

  @Test
  void an_authority_wins_over_insecure() throws ConfigException {
    assertThat(grpc("otlp", "{endpoint: 'h:1', tls: {insecure: true, ca_file: /ca}}").plaintext())
        .isFalse();
  }

  @Test
  void reads_tls() throws ConfigException {
    assertThat(
            grpc(
                    "otlp",
                    "{endpoint: 'h:1', tls: {insecure_skip_verify: true, ca_file: /ca, cert_file:"
                        + " /c, key_file: /k, server_name_override: n, min_version: '1.2'}}")
                .tls())
        .isEqualTo(
            new TlsClientConfig(
                false,
                true,
                new PemSource.InFile(Path.of("/ca")),
                false,
                new TlsIdentityConfig(
                    new PemSource.InFile(Path.of("/c")),
                    new PemSource.InFile(Path.of("/k")),
                    Duration.ZERO),
                "n",
                TlsProtocols.DEFAULT));
  }

  @Test
  void reads_the_local_exporters() throws ConfigException {
    assertThat(exporter("file", "{path: out.jsonl}"))
        .isEqualTo(
            new FileExporterConfig(Path.of("out.jsonl"), false, 0, 0, DeliveryConfig.DEFAULT));
    assertThat(exporter("file", "{path: o, append: true, format: json, rotation: }"))
        .isEqualTo(
            new FileExporterConfig(Path.of("o"), true, 100L << 20, 100, DeliveryConfig.DEFAULT));
    assertThat(exporter("debug", "{verbosity: detailed}"))
        .isEqualTo(
            new DebugExporterConfig(
                DebugExporterConfig.Verbosity.DETAILED, DeliveryConfig.DEFAULT));
    assertThat(exporter("nop", "")).isEqualTo(new NopExporterConfig(DeliveryConfig.DEFAULT));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "otlp | {} | endpoint: missing (expected: host:port)",
        "otlp | {endpoint: tempo} | endpoint: 'tempo' has no port (expected: host:port, optionally",
        "otlp | {endpoint: 'h:1', tls: {cert_file: /c}} | tls.key_file: missing",
        "otlp | {endpoint: 'h:1', compression: snappy} | compression: 'snappy' is not known",
        "otlp | {endpoint: 'http://h:1', tls: {ca_file: /ca}} | endpoint: http:// is plain text",
        "otlphttp | {endpoint: 'http://h', compression_params: {level: 10}} |"
            + " compression_params: level 10 is not known",
        "otlphttp | {endpoint: 'http://h', compression: lz4} | compression: 'lz4' is not known",
        "otlp | {endpoint: 'h:1', tls: {ca_file: /a, ca_pem: b}} | tls.ca_pem: given besides",
        "otlp | {endpoint: 'h:1', tls: {min_version: '1.3', max_version: '1.2'}} |"
            + " tls.min_version: newer than max_version",
        "otlp | {endpoint: 'h:1', tls: {max_version: '1.1'}} | tls.max_version: '1.1' is not known",
        "otlp | {endpoint: 'h:1', tls: {cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]}} |"
            + " tls.cipher_suites[0]: 'TLS_RSA_WITH_RC4_128_SHA' is not known",
        "otlp | {endpoint: 'h:1', auth: {authenticator: x}} | auth.authenticator: unknown",
        "otlp | {endpoint: 'h:1', sending_queue: {storage: file_storage}} | sending_queue.storage:"
            + " not",
        "otlp | {endpoint: 'h:1', sending_queue: {wait_for_result: true}} |"
            + " sending_queue.wait_for_result: not",
        "otlp | {endpoint: 'h:1', sending_queue: {num_consumers: 0}} | sending_queue.num_consumers:"
            + " '0'",
        "otlp | {endpoint: 'h:1', sending_queue: {block_on_overflow: true, overflow: drop_oldest}}"
            + " | sending_queue.overflow: drop_oldest (expected: refuse",
        "otlp | {endpoint: 'h:1', sending_queue: {sizer: items, queue_size: 10, batch: }} |"
            + " sending_queue.batch.min_size: 8192 (expected: at most queue_size 10)",
        "otlp | {endpoint: 'h:1', sending_queue: {batch: {min_size: 10, max_size: 5}}} |"
            + " sending_queue.batch.max_size: 5 (expected: at least 10)",
        "otlp | {endpoint: 'h:1', sending_queue: {batch: {sizer: requests}}} |"
            + " sending_queue.batch.sizer: 'requests' is not known (expected: one of items, bytes",
        "otlp | {endpoint: 'h:1', retry_on_failure: {multiplier: 0.5}} |"
            + " retry_on_failure.multiplier:",
        "otlp | {endpoint: 'h:1', backend: temp} | backend: 'temp' is not known (expected: one of"
            + " otlp, tempo, loki, mimir, prometheus; did you mean 'tempo'?)",
        "otlp | {endpoint: 'h:1', headers: {'a b': c}} | headers.a b: not a header's name",
        "otlp | {endpoint: 'h:1', headers: {a: b, A: c}} | headers.A: the header is given twice",
        "otlp | {endpoint: 'h:1', headers: x} | headers: a single value (expected: a map of"
            + " headers)",
        "otlphttp | {} | endpoint: missing (expected: endpoint, or traces_endpoint and so on)",
        "otlphttp | {endpoint: 'h:4318'} | endpoint: 'h:4318' has no scheme (expected: a URL such"
            + " as",
        "otlphttp | {endpoint: 'http://h?x=1'} | endpoint: has a query",
        "otlphttp | {endpoint: 'http://h', proxy_url: 'http://p'} | proxy_url: not supported",
        "otlphttp | {endpoint: 'http://h', encoding: json} | encoding: not supported (expected:"
            + " proto)",
        "file | {} | path: missing (expected: path)",
        "file | {path: x, format: proto} | format: not supported",
        "file | {path: x, group_by: {enabled: true}} | group_by: not supported",
        "debug | {verbosity: loud} | verbosity: 'loud' is not known",
        "nop | {x: 1} | x: unknown key (expected: one of sending_queue, required)"
      })
  void reports_the_key_and_what_was_expected(String id, String block, String expected) {
    List<Problem> problems = problems(withExporter(id, block));
    assertThat(problems).hasSize(1);
    assertThat(problems.getFirst().toString())
        .startsWith("gateway.yaml:3: exporters." + id + "." + expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "   ", "se\ncret", "secret\u0001", "gehe\u00efm"})
  void refuses_a_torn_header_without_showing_it(String value) {
    String yaml = withExporter("otlp", "{endpoint: 'h:1', headers: {Authorization: '${env:T}'}}");

    assertThat(problems(Map.of("T", value), yaml))
        .singleElement()
        .asString()
        .startsWith("gateway.yaml:3: exporters.otlp.headers.Authorization: ")
        .contains("(expected: printable ASCII, not empty)")
        .doesNotContain("cret", "gehe");
  }

  @Test
  void takes_harmless_keys_with_one_notice_each() throws ConfigException {
    assertThat(
            TestConfigs.load(
                    withExporter(
                        "otlp",
                        "{endpoint: 'h:1', write_buffer_size: 524288, balancer_name: round_robin,"
                            + " wait_for_ready: true, authority: , sending_queue: {storage: }}"))
                .notices())
        .extracting(Notice::path)
        .containsExactlyInAnyOrder(
            "exporters.otlp.write_buffer_size",
            "exporters.otlp.balancer_name",
            "exporters.otlp.wait_for_ready",
            "exporters.otlp.authority",
            "exporters.otlp.sending_queue.storage");
  }

  @Test
  void refuses_an_exporter_of_the_collector_with_an_alternative() {
    assertThat(TestConfigs.texts(problems(withExporter("prometheusremotewrite", "{endpoint: x}"))))
        .containsExactly(
            "gateway.yaml:3: exporters.prometheusremotewrite: the exporter 'prometheusremotewrite'"
                + " is not supported (expected: otlphttp with endpoint http://mimir:8080/otlp)");
  }
}
