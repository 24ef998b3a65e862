package dev.headgate.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.Signal;
import dev.headgate.gateway.e2e.OtlpClient.Transport;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SelfMetricsTest {
  private static String yaml(String telemetry) {
    return GatewayHarness.RECEIVERS
        + """
        exporters:
          nop:
        processors:
          redaction: {allow_all_keys: true, blocked_keys: ["*.token*"]}
          probabilistic_sampler: {sampling_percentage: 100}
          cardinality_guard:
          log_scrubber:
        service:
          telemetry: {metrics: {%s}}
          pipelines:
            traces: {receivers: [otlp], processors: [redaction, probabilistic_sampler], exporters: [nop]}
            logs: {receivers: [otlp], processors: [redaction, log_scrubber], exporters: [nop]}
            metrics: {receivers: [otlp], processors: [redaction, cardinality_guard], exporters: [nop]}
        """
            .formatted(telemetry);
  }

  private static final String ADDRESS = "address: \"127.0.0.1:0\"";

  private static String page(GatewayHarness gateway) throws Exception {
    int port = gateway.gateway().adminPorts().getFirst();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("content-type").orElse(""))
          .startsWith("text/plain; version=0.0.4");
      return response.body();
    }
  }

  @Test
  void every_counter_is_there_at_zero_before_the_first_request() throws Exception {
    try (GatewayHarness gateway = GatewayHarness.start(yaml(ADDRESS))) {
      String page = page(gateway);
      for (String transport : List.of("grpc", "http")) {
        for (String items : List.of("spans", "log_records", "metric_points")) {
          for (String what : List.of("accepted", "refused")) {
            assertThat(page)
                .contains(
                    "\notelcol_receiver_%s_%s{receiver=\"otlp\",transport=\"%s\"} 0.0\n"
                        .formatted(what, items, transport));
          }
        }
      }
      for (String items : List.of("spans", "log_records", "metric_points")) {
        assertThat(page)
            .contains("\notelcol_exporter_sent_" + items + "{exporter=\"nop\"} 0.0\n")
            .contains("\notelcol_exporter_enqueue_failed_" + items + "{exporter=\"nop\"} 0.0\n")
            .contains("\notelcol_exporter_send_failed_" + items + "{");
      }
      for (String signal : List.of("traces", "logs", "metrics")) {
        assertThat(page)
            .contains(
                "otelcol_exporter_queue_size{data_type=\"%s\",exporter=\"nop\"} 0.0\n"
                    .formatted(signal))
            .contains(
                "otelcol_exporter_queue_capacity{data_type=\"%s\",exporter=\"nop\"} "
                    .formatted(signal))
            .contains(
                "otelcol_processor_incoming_items{otel_signal=\"%s\",processor=\"redaction\"} 0.0"
                    .formatted(signal))
            .contains(
                "headgate_ledger_received_items_total{pipeline=\"%s\",signal=\"%s\"} 0.0\n"
                    .formatted(signal, signal))
            .contains(
                "headgate_ledger_delivered_items_total{exporter=\"nop\",pipeline=\"%s\",signal=\"%s\"} 0.0\n"
                    .formatted(signal, signal));
      }
      assertThat(page)
          .contains("headgate_redaction_hits_total{")
          .contains("headgate_ledger_dropped_items_total{")
          .contains("headgate_ledger_in_flight_items{")
          .contains("\notelcol_process_uptime")
          .contains("\notelcol_process_memory_rss")
          .doesNotContainPattern("(?m)^otelcol_[a-z_]+_total[ {]");
      assertThat(
              page.lines().filter(line -> line.startsWith("headgate_") && line.contains("_total{")))
          .allMatch(line -> line.endsWith(" 0.0"));
    }
  }

  @Test
  void the_collectors_counters_carry_their_suffix_when_asked_to() throws Exception {
    String readers =
        "readers: [{pull: {exporter: {prometheus: "
            + "{host: 127.0.0.1, port: 0, without_type_suffix: false}}}}]";
    try (GatewayHarness gateway = GatewayHarness.start(yaml(readers))) {
      assertThat(page(gateway))
          .contains(
              "\notelcol_receiver_accepted_spans_total{receiver=\"otlp\",transport=\"grpc\"} 0.0\n")
          .contains("\notelcol_exporter_sent_spans_total{")
          .contains("\notelcol_exporter_queue_size{");
    }
  }

  @Test
  void counts_what_passes_under_the_collectors_names() throws Exception {
    try (GatewayHarness gateway = GatewayHarness.start(yaml(ADDRESS));
        OtlpClient client = gateway.client()) {
      for (Signal signal : Signal.values()) {
        byte[] body = TestOtlp.request(signal, 0, 7);
        assertThat(client.export(Transport.GRPC, signal, body).status()).isZero();
        assertThat(client.export(Transport.HTTP_1, signal, body).status()).isEqualTo(200);
      }
      gateway.assertBalanced();
      String page = page(gateway);
      for (String items : List.of("spans", "log_records", "metric_points")) {
        assertThat(page)
            .contains(
                "otelcol_receiver_accepted_%s{receiver=\"otlp\",transport=\"grpc\"} 7.0"
                    .formatted(items))
            .contains(
                "otelcol_receiver_accepted_%s{receiver=\"otlp\",transport=\"http\"} 7.0"
                    .formatted(items))
            .contains("otelcol_exporter_sent_" + items + "{exporter=\"nop\"} 14.0");
      }
      assertThat(page)
          .contains(
              "otelcol_processor_outgoing_items{otel_signal=\"logs\",processor=\"log_scrubber\"}"
                  + " 14.0");
    }
  }
}
