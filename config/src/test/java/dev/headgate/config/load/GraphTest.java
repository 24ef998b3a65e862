package dev.headgate.config.load;

import static dev.headgate.config.load.TestConfigs.load;
import static dev.headgate.config.load.TestConfigs.problems;
import static dev.headgate.config.load.TestConfigs.texts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.ComponentId;
import dev.headgate.config.GatewayConfig;
import dev.headgate.config.GrpcServerConfig;
import dev.headgate.config.HostPort;
import dev.headgate.config.HttpServerConfig;
import dev.headgate.config.OtlpReceiverConfig;
import dev.headgate.config.TelemetryConfig;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GraphTest {
  private static final String COMPONENTS =
      """
      receivers: {otlp: {protocols: {grpc: }}}
      processors: {batch: , log_scrubber: , cardinality_guard: , probabilistic_sampler: , filter: }
      exporters: {nop: , debug: , otlphttp/loki: {logs_endpoint: 'http://loki/x'}}
      extensions: {health_check: , pprof: }
      """;

  private static String service(String service) {
    return COMPONENTS + "service: " + service + "\n";
  }

  private static List<String> problemsOf(String service) {
    return texts(problems(service(service)));
  }

  @Test
  void protocols_without_values_have_the_collectors_addresses() throws ConfigException {
    OtlpReceiverConfig otlp =
        TestConfigs.config(TestConfigs.withReceiver("{protocols: {grpc: , http: }}"))
            .receivers()
            .get(new ComponentId("otlp", ""));

    assertThat(otlp.grpc()).isEqualTo(GrpcServerConfig.DEFAULT);
    assertThat(otlp.http()).isEqualTo(HttpServerConfig.DEFAULT);
    assertThat(otlp.grpc().endpoint()).hasToString("localhost:4317");
    assertThat(otlp.http().endpoint()).hasToString("localhost:4318");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{} | protocols: no protocol (expected: grpc, http or both)",
        "{protocols: } | protocols: no protocol (expected: grpc, http or both)",
        "{protocols: {http: {endpoint: here}}} | protocols.http.endpoint: 'here' has no port",
        "{protocols: {grpc: {auth: {authenticator: a}}}} | protocols.grpc.auth.authenticator:"
            + " unknown",
        "{protocols: {grpc: {middlewares: [a]}}} | protocols.grpc.middlewares: not supported",
        "{protocols: {http: {cors: {allowed_origins: ['*.*']}}}} |"
            + " protocols.http.cors.allowed_origins[0]: '*.*' is not an origin",
        "{protocols: {http: {keep_alives_enabled: false}}} | protocols.http.keep_alives_enabled:"
            + " not supported",
        "{protocols: {grpc: {transport: unix}}} | protocols.grpc.transport: not supported",
        "{protocols: {grpc: {tls: {cert_file: /c}}}} | protocols.grpc.tls.key_file: missing",
        "{protocols: {grpc: {tls: {cert_file: /c, key_file: /k, min_version: '1.4'}}}} |"
            + " protocols.grpc.tls.min_version: '1.4' is not known",
        "{protocols: {http: {max_request_body_size: 2GiB}}} | protocols.http.max_request_body_size:"
            + " too large",
        "{protocols: {http: {logs_url_path: /v1/traces}}} | protocols.http.logs_url_path: is also",
        "{protocols: {grpc: {endpoint: 'a:1'}, http: {endpoint: 'a:1'}}} | protocols.http.endpoint:"
            + " the address a:1 is also that of receivers.otlp.protocols.grpc.endpoint",
        "{protocols: {grpc: {endpont: 'a:1'}}} | protocols.grpc.endpont: unknown key (expected: a"
            + " known one; did you mean 'endpoint'?)"
      })
  void reports_what_a_receiver_cannot_be(String block, String expected) {
    assertThat(texts(problems(TestConfigs.withReceiver(block))))
        .singleElement()
        .asString()
        .startsWith("gateway.yaml:2: receivers.otlp." + expected);
  }

  @Test
  void zero_streams_mean_the_default_and_zero_sizes_stay() throws ConfigException {
    GrpcServerConfig grpc =
        TestConfigs.config(
                TestConfigs.withReceiver(
                    "{protocols: {grpc: {max_concurrent_streams: 0, max_recv_msg_size_mib: 0}}}"))
            .receivers()
            .get(new ComponentId("otlp", ""))
            .grpc();

    assertThat(grpc.maxConcurrentStreams()).isEqualTo(100);
    assertThat(grpc.maxRecvMsgSizeBytes()).isZero();
  }

  @Test
  void reports_unknown_references_with_the_nearest_name() {
    assertThat(
            problemsOf(
                "{extensions: [healthcheck], pipelines: {logs: {receivers: [oltp], processors:"
                    + " [bacth], exporters: [otlphttp/lokki]}}}"))
        .containsExactlyInAnyOrder(
            "gateway.yaml:5: service.pipelines.logs.receivers[0]: unknown receiver 'oltp'"
                + " (expected: otlp; did you mean 'otlp'?)",
            "gateway.yaml:5: service.pipelines.logs.processors[0]: unknown processor 'bacth'"
                + " (expected: one of batch, log_scrubber, cardinality_guard,"
                + " probabilistic_sampler, filter; did you mean 'batch'?)",
            "gateway.yaml:5: service.pipelines.logs.exporters[0]: unknown exporter"
                + " 'otlphttp/lokki' (expected: one of nop, debug, otlphttp/loki; did you mean"
                + " 'otlphttp/loki'?)",
            "gateway.yaml:5: service.extensions[0]: unknown extension 'healthcheck' (expected: one"
                + " of health_check, pprof; did you mean 'health_check'?)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{} | service.pipelines: missing (expected: map of pipelines)",
        "{pipelines: {}} | service.pipelines: an empty map (expected: at least one pipeline)",
        "{pipelines: [traces]} | service.pipelines: a list (expected: at least one pipeline)",
        "{pipelines: {traces: {receivers: [otlp]}}} | service.pipelines.traces.exporters: missing"
            + " (expected: at least one exporter)",
        "{pipelines: {traces: {receivers: [otlp], exporters: []}}} |"
            + " service.pipelines.traces.exporters: an empty list (expected: at least one"
            + " exporter)",
        "{pipelines: {traces: {receivers: [], exporters: [nop]}}} |"
            + " service.pipelines.traces.receivers: an empty list",
        "{pipelines: {traces: {receivers: [otlp], exporters: [nop, nop]}}} |"
            + " service.pipelines.traces.exporters[1]: 'nop' is named twice",
        "{pipelines: {trace: {receivers: [otlp], exporters: [nop]}}} | service.pipelines.trace:"
            + " unknown signal (expected: one of traces, logs, metrics; did you mean 'traces'?)",
        "{pipelines: {profiles: {receivers: [otlp], exporters: [nop]}}} |"
            + " service.pipelines.profiles: profiles are not supported",
        "{pipelines: {traces: {receivers: [otlp], exporters: [otlphttp/loki]}}} |"
            + " service.pipelines.traces.exporters[0]: 'otlphttp/loki' has no URL for traces",
        "{telemetry: {metrics: {address: 'localhost:4317'}}, pipelines: {traces: {receivers:"
            + " [otlp], exporters: [nop]}}} | service.telemetry.metrics: the address localhost:4317"
            + " is also",
        "{telemetry: {metrics: {levle: none}}, pipelines: {traces: {receivers: [otlp], exporters:"
            + " [nop]}}} | service.telemetry.metrics.levle: unknown key (expected: a known one; did"
            + " you mean 'level'?)"
      })
  void reports_services_that_cannot_run(String service, String expected) {
    assertThat(problemsOf(service))
        .singleElement()
        .asString()
        .startsWith("gateway.yaml:5: " + expected);
  }

  @Test
  void notes_processors_that_do_nothing_for_the_signal() throws ConfigException {
    LoadResult result =
        load(
            service(
                "{pipelines: {traces: {receivers: [otlp], processors: [log_scrubber,"
                    + " cardinality_guard, probabilistic_sampler, filter, batch], exporters:"
                    + " [nop]}, metrics: {receivers: [otlp], processors: [probabilistic_sampler],"
                    + " exporters: [nop]}}}"));

    assertThat(result.notices())
        .filteredOn(notice -> notice.path().startsWith("service"))
        .extracting(Notice::message)
        .containsExactly(
            "has no effect here: log_scrubber does nothing for traces",
            "has no effect here: cardinality_guard does nothing for traces",
            "has no effect here: filter does nothing for traces",
            "has no effect here: probabilistic_sampler does nothing for metrics");
  }

  @Test
  void leaves_out_what_the_service_does_not_name_with_a_notice() throws ConfigException {
    LoadResult result =
        load(service("{pipelines: {logs: {receivers: [otlp], exporters: [otlphttp/loki]}}}"));

    GatewayConfig config = result.config();
    assertThat(config.processors()).isEmpty();
    assertThat(config.extensions()).isEmpty();
    assertThat(config.exporters()).containsOnlyKeys(ComponentId.parse("otlphttp/loki"));
    assertThat(result.notices())
        .extracting(Notice::path)
        .contains("exporters.debug", "extensions.health_check", "processors.filter");
  }

  @Test
  void one_component_may_serve_several_pipelines() throws ConfigException {
    GatewayConfig config =
        TestConfigs.config(
            service(
                "{pipelines: {logs: {receivers: [otlp], processors: [batch], exporters: [nop]},"
                    + " logs/2: {receivers: otlp, processors: [batch], exporters: 'nop,"
                    + " debug'}}}"));

    assertThat(config.service().pipelines()).hasSize(2);
    assertThat(config.service().pipelines().get(1).exporters())
        .extracting(ComponentId::toString)
        .containsExactly("nop", "debug");
  }

  @Test
  void properties_that_the_items_of_a_pipeline_do_not_have_are_refused() {
    String yaml =
        """
        receivers: {otlp: {protocols: {grpc: }}}
        processors:
          attributes/a:
            include: {match_type: strict, services: [cart]}
            exclude: {match_type: strict, log_bodies: [x], resources: [{key: r}]}
            actions: [{key: k, action: delete}]
        exporters: {nop: }
        service:
          pipelines:
            traces: {receivers: [otlp], processors: [attributes/a], exporters: [nop]}
            logs: {receivers: [otlp], processors: [attributes/a], exporters: [nop]}
        """;

    assertThat(texts(problems(yaml)))
        .containsExactly(
            "gateway.yaml:10: service.pipelines.traces.processors[0]: 'attributes/a': its exclude"
                + " has log_bodies, which traces do not have (expected: a processor of its own for"
                + " traces)",
            "gateway.yaml:11: service.pipelines.logs.processors[0]: 'attributes/a': its include"
                + " has services, which logs do not have (expected: a processor of its own for"
                + " logs)");
  }

  @Test
  void notes_properties_that_metrics_do_not_look_at() throws ConfigException {
    String yaml =
        TestConfigs.withProcessor(
                "attributes",
                "{include: {match_type: strict, resources: [{key: r}]}, actions: [{key: k, action:"
                    + " delete}]}")
            .replace("traces:", "metrics:");

    assertThat(TestConfigs.load(yaml).notices())
        .singleElement()
        .asString()
        .contains("its include has no effect on metrics without metric_names");
  }

  @Test
  void refuses_connectors_once_and_not_each_reference_to_them() {
    String yaml =
        """
        receivers: {otlp: {protocols: {grpc: }}}
        exporters: {nop: }
        connectors: {spanmetrics: }
        service:
          pipelines:
            traces: {receivers: [otlp], exporters: [nop, spanmetrics]}
            metrics: {receivers: [spanmetrics], exporters: [nop]}
        """;

    assertThat(texts(problems(yaml)))
        .singleElement()
        .asString()
        .isEqualTo(
            "gateway.yaml:3: connectors.spanmetrics: the connector 'spanmetrics' is not supported"
                + " (expected: the metrics-generator of Tempo)");
  }

  @Test
  void a_connector_that_is_not_declared_is_still_called_one() {
    String yaml =
        """
        receivers: {otlp: {protocols: {grpc: }}}
        exporters: {nop: }
        connectors:
        service:
          pipelines:
            traces: {receivers: [otlp], exporters: [nop, forward/x]}
            metrics: {receivers: [forward/x, mystery], exporters: [nop]}
        """;

    assertThat(texts(problems(yaml)))
        .containsExactly(
            "gateway.yaml:6: service.pipelines.traces.exporters[1]: 'forward/x' is a connector,"
                + " which is not supported (expected: the same receiver in several pipelines)",
            "gateway.yaml:7: service.pipelines.metrics.receivers[0]: 'forward/x' is a connector,"
                + " which is not supported (expected: the same receiver in several pipelines)",
            "gateway.yaml:7: service.pipelines.metrics.receivers[1]: unknown receiver 'mystery'"
                + " (expected: otlp)");
  }

  @Test
  void a_component_that_cannot_be_read_is_not_also_an_unknown_reference() {
    assertThat(texts(problems(TestConfigs.withExporter("kafka", "{}")))).hasSize(1);
    assertThat(texts(problems(TestConfigs.withExporter("otlp", "{}")))).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"otlp/, not the id", "'/x', not the id", "'otlp/a b', not the id", "otlpp, unknown"})
  void refuses_ids_that_are_none(String id, String expected) {
    String yaml =
        TestConfigs.withExporter("nop", "{}")
            .replace("exporters:\n", "exporters:\n  '" + id + "': {endpoint: 'h:1'}\n");

    assertThat(texts(problems(yaml))).singleElement().asString().contains(expected);
  }

  @Test
  void refuses_an_id_that_is_given_twice_in_two_spellings() {
    String yaml =
        TestConfigs.withExporter("nop", "{}")
            .replace("exporters:\n", "exporters:\n  'nop / a': \n  nop/a: \n");

    assertThat(texts(problems(yaml)))
        .containsExactly("gateway.yaml:4: exporters.nop/a: given twice (expected: once)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{} | localhost:8888 | false",
        "{metrics: {address: '0.0.0.0:9999'}} | 0.0.0.0:9999 | false",
        "{metrics: {level: none}} | null | false",
        "{metrics: {readers: []}} | null | false",
        "{metrics: {readers: [{pull: {exporter: {prometheus: }}}]}} | localhost:8888 | false",
        "{metrics: {readers: [{pull: {exporter: {prometheus: {host: '::1', port: 1,"
            + " without_type_suffix: false, without_units: true}}}}]}} | [::1]:1 | true"
      })
  void finds_where_metrics_are_shown(String telemetry, String address, boolean suffix)
      throws ConfigException {
    TelemetryConfig config =
        TestConfigs.config(TestConfigs.withTelemetry(telemetry)).service().telemetry();

    assertThat(String.valueOf(config.metricsAddress())).isEqualTo(address);
    assertThat(config.withTypeSuffix()).isEqualTo(suffix);
    assertThat(config.logLevel()).isEqualTo("INFO");
  }

  @Test
  void refuses_readers_that_push_and_more_than_one() {
    assertThat(
            texts(
                problems(
                    TestConfigs.withTelemetry(
                        "{metrics: {readers: [{periodic: {exporter: {otlp: }}}]}}"))))
        .singleElement()
        .asString()
        .contains("readers[0].periodic: not supported");
    String pull = "{pull: {exporter: {prometheus: }}}";
    assertThat(
            texts(
                problems(
                    TestConfigs.withTelemetry(
                        "{metrics: {readers: [" + pull + ", " + pull + "]}}"))))
        .singleElement()
        .asString()
        .contains("readers: 2 readers (expected: one)");
  }

  @Test
  void a_port_of_zero_never_clashes() throws ConfigException {
    GatewayConfig config =
        TestConfigs.config(
            TestConfigs.withReceiver(
                "{protocols: {grpc: {endpoint: 'a:0'}, http: {endpoint: 'a:0'}}}"));

    assertThat(config.receivers().values().iterator().next().grpc().endpoint())
        .isEqualTo(new HostPort("a", 0));
  }
}
