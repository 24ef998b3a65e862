package dev.headgate.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.headgate.config.Signal;
import dev.headgate.gateway.backends.GrpcBackend;
import dev.headgate.gateway.backends.HttpBackend;
import dev.headgate.gateway.backends.Reaction;
import dev.headgate.gateway.backends.Received;
import dev.headgate.gateway.backends.Script;
import dev.headgate.gateway.e2e.OtlpClient.Transport;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DeliveryEndToEndTest {
  private static final String FAST_RETRY =
      "retry_on_failure: {initial_interval: 5ms, max_interval: 20ms}";

  private final GrpcBackend tempo = new GrpcBackend();
  private final HttpBackend loki = new HttpBackend(HttpBackend.Kind.LOKI);
  private final HttpBackend mimir = new HttpBackend(HttpBackend.Kind.MIMIR);
  private final HttpBackend prometheus = new HttpBackend(HttpBackend.Kind.PROMETHEUS);

  @AfterEach
  void close() {
    tempo.close();
    loki.close();
    mimir.close();
    prometheus.close();
  }

  private String tempo(String more) {
    return """
      otlp/tempo: {endpoint: "%s", tls: {insecure: true}, %s}
    """
        .formatted(tempo.endpoint(), more);
  }

  private static String http(String id, HttpBackend backend, String more) {
    return """
      otlphttp/%s: {endpoint: "%s", %s}
    """
        .formatted(id, backend.endpoint(), more);
  }

  private static void sendAll(GatewayHarness gateway, Signal signal, int requests, int items) {
    try (OtlpClient client = gateway.client()) {
      for (int i = 0; i < requests; i++) {
        byte[] body = TestOtlp.request(signal, i * items, items);
        assertThat(client.export(Transport.GRPC, signal, body).status()).isZero();
      }
    }
  }

  @Test
  void delivers_exactly_once_to_a_tempo_that_refuses_most_calls() {
    tempo.journal().follow(Script.flaky(7, 0.7, Reaction.unavailable()));
    try (GatewayHarness gateway = GatewayHarness.start(tempo(FAST_RETRY), "otlp/tempo", "traces")) {
      sendAll(gateway, Signal.TRACES, 100, 20);
      gateway.assertBalanced();
      assertThat(tempo.journal().ids())
          .containsExactlyInAnyOrderElementsOf(TestOtlp.ids(Signal.TRACES, 0, 2000));
      assertThat(gateway.line("otlp/tempo").delivered()).isEqualTo(2000);
      assertThat(gateway.metric("headgate_exporter_retries_total")).isPositive();
    }
  }

  @Test
  void delivers_exactly_once_to_a_loki_and_a_mimir_that_refuse_most_calls() {
    loki.journal().follow(Script.flaky(8, 0.7, Reaction.unavailable()));
    mimir.journal().follow(Script.flaky(9, 0.7, Reaction.unavailable()));
    String exporters = http("loki", loki, FAST_RETRY) + http("mimir", mimir, FAST_RETRY);
    String yaml =
        GatewayHarness.RECEIVERS
            + "exporters:\n"
            + exporters
            + """
            service:
              telemetry: {metrics: {address: "127.0.0.1:0"}}
              pipelines:
                logs: {receivers: [otlp], exporters: [otlphttp/loki]}
                metrics: {receivers: [otlp], exporters: [otlphttp/mimir]}
            """;
    try (GatewayHarness gateway = GatewayHarness.start(yaml)) {
      sendAll(gateway, Signal.LOGS, 50, 10);
      sendAll(gateway, Signal.METRICS, 50, 10);
      gateway.assertBalanced();
      assertThat(loki.journal().ids())
          .containsExactlyInAnyOrderElementsOf(TestOtlp.ids(Signal.LOGS, 0, 500));
      assertThat(mimir.journal().ids())
          .containsExactlyInAnyOrderElementsOf(TestOtlp.ids(Signal.METRICS, 0, 500));
      assertThat(mimir.journal().requests())
          .anyMatch(request -> request.headers().getOrDefault("retry-attempt", "").equals("1"));
    }
  }

  @Test
  void a_dead_loki_does_not_slow_tempo() {
    loki.journal().follow(Script.always(new Reaction.Hang()));
    String yaml =
        GatewayHarness.RECEIVERS
            + "exporters:\n"
            + tempo(FAST_RETRY)
            + http("loki", loki, "sending_queue: {queue_size: 2}")
            + """
            service:
              telemetry: {metrics: {address: "127.0.0.1:0"}}
              pipelines:
                traces: {receivers: [otlp], exporters: [otlp/tempo]}
                logs: {receivers: [otlp], exporters: [otlphttp/loki]}
            """;
    try (GatewayHarness gateway = GatewayHarness.start(yaml);
        OtlpClient client = gateway.client()) {
      int refused = 0;
      for (int i = 0; i < 5; i++) {
        byte[] logs = TestOtlp.request(Signal.LOGS, i, 1);
        refused += client.export(Transport.HTTP_1, Signal.LOGS, logs).status() == 503 ? 1 : 0;
      }
      assertThat(refused).isEqualTo(3);
      sendAll(gateway, Signal.TRACES, 20, 5);
      await()
          .atMost(GatewayHarness.PATIENCE)
          .untilAsserted(() -> assertThat(tempo.journal().ids()).hasSize(100));
      gateway.stop(Duration.ZERO);
      gateway.assertBalanced();
      assertThat(gateway.line("otlphttp/loki").dropped()).isEqualTo(2);
    }
  }

  @Test
  void a_dead_exporter_that_is_not_required_costs_the_others_nothing() {
    loki.journal().follow(Script.always(new Reaction.Hang()));
    String exporters = tempo(FAST_RETRY) + http("loki", loki, "sending_queue: {queue_size: 2}");
    try (GatewayHarness gateway =
        GatewayHarness.start(exporters, "otlp/tempo, otlphttp/loki", "logs")) {
      sendAll(gateway, Signal.LOGS, 20, 3);
      await()
          .atMost(GatewayHarness.PATIENCE)
          .untilAsserted(() -> assertThat(tempo.journal().ids()).hasSize(60));
      assertThat(tempo.journal().ids())
          .containsExactlyInAnyOrderElementsOf(TestOtlp.ids(Signal.LOGS, 0, 60));
      gateway.awaitMetric(
          54,
          "headgate_ledger_dropped_items_total",
          "exporter=\"otlphttp/loki\"",
          "reason=\"queue_full\"");
      gateway.stop(Duration.ZERO);
      gateway.assertBalanced();
      assertThat(gateway.line("otlp/tempo").delivered()).isEqualTo(60);
    }
  }

  @Test
  void a_full_exporter_that_is_required_refuses_for_all() {
    loki.journal().follow(Script.always(new Reaction.Hang()));
    String exporters =
        tempo(FAST_RETRY) + http("loki", loki, "required: true, sending_queue: {queue_size: 2}");
    try (GatewayHarness gateway =
            GatewayHarness.start(exporters, "otlp/tempo, otlphttp/loki", "logs");
        OtlpClient client = gateway.client()) {
      for (int i = 0; i < 5; i++) {
        byte[] body = TestOtlp.request(Signal.LOGS, i, 1);
        assertThat(client.export(Transport.GRPC, Signal.LOGS, body).status())
            .isEqualTo(i < 2 ? 0 : 14);
      }
      await()
          .atMost(GatewayHarness.PATIENCE)
          .untilAsserted(() -> assertThat(tempo.journal().ids()).hasSize(2));
      gateway.stop(Duration.ZERO);
      gateway.assertBalanced();
      assertThat(gateway.line("otlp/tempo").received()).isEqualTo(2);
      assertThat(tempo.journal().ids())
          .containsExactlyInAnyOrderElementsOf(TestOtlp.ids(Signal.LOGS, 0, 2));
    }
  }

  @Test
  void splits_what_tempo_finds_too_large() {
    tempo
        .journal()
        .follow(
            Script.first(
                1,
                new Reaction.Refuse(
                    429,
                    Status.Code.RESOURCE_EXHAUSTED,
                    "RATE_LIMITED: batch size (5000 bytes) exceeds ingestion limit",
                    Duration.ofSeconds(5)),
                Reaction.accept()));
    try (GatewayHarness gateway = GatewayHarness.start(tempo(FAST_RETRY), "otlp/tempo", "traces")) {
      sendAll(gateway, Signal.TRACES, 1, 8);
      gateway.assertBalanced();
      assertThat(tempo.journal().requests()).hasSizeGreaterThanOrEqualTo(3);
      assertThat(tempo.journal().ids())
          .containsExactlyInAnyOrderElementsOf(TestOtlp.ids(Signal.TRACES, 0, 8));
    }
  }

  @Test
  void never_sends_tempo_more_than_it_takes() {
    try (GatewayHarness gateway = GatewayHarness.start(tempo(FAST_RETRY), "otlp/tempo", "traces");
        OtlpClient client = gateway.client()) {
      byte[] large = TestOtlp.request(Signal.TRACES, 0, 12, "x".repeat(1 << 20));
      assertThat(client.export(Transport.HTTP_2, Signal.TRACES, large).status()).isEqualTo(200);
      gateway.assertBalanced();
      assertThat(tempo.journal().requests()).allMatch(Received::taken).hasSizeGreaterThan(2);
      assertThat(tempo.journal().ids())
          .containsExactlyInAnyOrderElementsOf(TestOtlp.ids(Signal.TRACES, 0, 12));
    }
  }

  @Test
  void retries_a_tempo_rate_limit_without_retry_info() {
    tempo
        .journal()
        .follow(
            Script.first(
                2,
                new Reaction.Refuse(
                    429, Status.Code.RESOURCE_EXHAUSTED, "RATE_LIMITED: ingestion rate", null),
                Reaction.accept()));
    try (GatewayHarness gateway = GatewayHarness.start(tempo(FAST_RETRY), "otlp/tempo", "traces")) {
      sendAll(gateway, Signal.TRACES, 1, 4);
      gateway.assertBalanced();
      assertThat(tempo.journal().requests()).hasSize(3);
      assertThat(tempo.journal().ids()).hasSize(4);
    }
  }

  @Test
  void waits_as_long_as_a_backend_asks() {
    Reaction wait =
        new Reaction.Refuse(429, Status.Code.UNAVAILABLE, "wait", Duration.ofSeconds(1));
    tempo.journal().follow(Script.first(1, wait, Reaction.accept()));
    mimir.journal().follow(Script.first(1, wait, Reaction.accept()));
    String exporters = tempo(FAST_RETRY) + http("mimir", mimir, FAST_RETRY);
    try (GatewayHarness gateway =
        GatewayHarness.start(exporters, "otlp/tempo, otlphttp/mimir", "metrics")) {
      sendAll(gateway, Signal.METRICS, 1, 4);
      gateway.assertBalanced();
      for (List<Received> requests :
          List.of(tempo.journal().requests(), mimir.journal().requests())) {
        assertThat(requests).hasSize(2);
        long waited = requests.getLast().arrivalNanos() - requests.getFirst().arrivalNanos();
        assertThat(waited).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(990));
      }
    }
  }

  @Test
  void books_a_partial_success_and_never_resends_it() {
    mimir.journal().follow(Script.always(new Reaction.Partial(3, "out of order")));
    try (GatewayHarness gateway =
        GatewayHarness.start(http("mimir", mimir, FAST_RETRY), "otlphttp/mimir", "metrics")) {
      sendAll(gateway, Signal.METRICS, 1, 10);
      gateway.assertBalanced();
      assertThat(mimir.journal().requests()).hasSize(1);
      assertThat(gateway.line("otlphttp/mimir").delivered()).isEqualTo(7);
      assertThat(
              gateway.metric("headgate_ledger_dropped_items_total", "reason=\"partial_rejected\""))
          .isEqualTo(3);
    }
  }

  @Test
  void a_soft_error_of_mimir_counts_as_partial() {
    mimir.journal().follow(Script.always(new Reaction.Partial(0, "series limit")));
    try (GatewayHarness gateway =
        GatewayHarness.start(http("mimir", mimir, FAST_RETRY), "otlphttp/mimir", "metrics")) {
      sendAll(gateway, Signal.METRICS, 1, 10);
      gateway.assertBalanced();
      assertThat(mimir.journal().requests()).hasSize(1);
      assertThat(gateway.line("otlphttp/mimir").delivered()).isEqualTo(10);
      assertThat(gateway.metric("headgate_exporter_requests_total", "outcome=\"partial\""))
          .isEqualTo(1);
      assertThat(gateway.metric("headgate_exporter_soft_errors_total")).isEqualTo(1);
    }
  }

  @Test
  void drops_what_a_backend_refuses_for_good_after_one_attempt() {
    Reaction never = new Reaction.Refuse(404, Status.Code.UNIMPLEMENTED, "not here", null);
    tempo.journal().follow(Script.always(never));
    prometheus.journal().follow(Script.always(never));
    String exporters = tempo(FAST_RETRY) + http("prometheus", prometheus, FAST_RETRY);
    try (GatewayHarness gateway =
        GatewayHarness.start(exporters, "otlp/tempo, otlphttp/prometheus", "metrics")) {
      sendAll(gateway, Signal.METRICS, 1, 6);
      gateway.assertBalanced();
      assertThat(tempo.journal().requests()).hasSize(1);
      assertThat(prometheus.journal().requests()).hasSize(1);
      for (String id : List.of("otlp/tempo", "otlphttp/prometheus")) {
        String exporter = "exporter=\"" + id + "\"";
        assertThat(
                gateway.metric(
                    "headgate_ledger_dropped_items_total", exporter, "reason=\"permanent_error\""))
            .isEqualTo(6);
        assertThat(gateway.metric("otelcol_exporter_send_failed_metric_points", exporter))
            .isEqualTo(6);
      }
    }
  }

  @Test
  void survives_garbage_and_resets_of_a_backend() {
    mimir.journal().follow(Script.first(2, new Reaction.Reset(), new Reaction.Garbage()));
    try (GatewayHarness gateway =
        GatewayHarness.start(http("mimir", mimir, FAST_RETRY), "otlphttp/mimir", "metrics")) {
      sendAll(gateway, Signal.METRICS, 1, 5);
      gateway.assertBalanced();
      assertThat(mimir.journal().ids())
          .containsExactlyInAnyOrderElementsOf(TestOtlp.ids(Signal.METRICS, 0, 5));
    }
  }

  @Test
  void an_outage_is_over_when_the_backend_is_back() {
    int port = tempo.port();
    tempo.close();
    try (GatewayHarness gateway = GatewayHarness.start(tempo(FAST_RETRY), "otlp/tempo", "traces")) {
      sendAll(gateway, Signal.TRACES, 10, 5);
      gateway.awaitMetric(
          10, "otelcol_exporter_queue_size", "exporter=\"otlp/tempo\"", "data_type=\"traces\"");
      try (GrpcBackend back = new GrpcBackend(port)) {
        gateway.assertBalanced();
        assertThat(back.journal().ids())
            .containsExactlyInAnyOrderElementsOf(TestOtlp.ids(Signal.TRACES, 0, 50));
      }
    }
  }

  @Test
  void forwards_each_tenant_and_never_mixes_two() {
    String receivers =
        GatewayHarness.RECEIVERS.replace(
            "endpoint: 127.0.0.1:0", "endpoint: 127.0.0.1:0\n        include_metadata: true");
    String yaml =
        receivers
            + "exporters:\n"
            + tempo(FAST_RETRY)
            + http("mimir", mimir, FAST_RETRY)
            + """
            processors:
              batch: {timeout: 50ms}
            service:
              telemetry: {metrics: {address: "127.0.0.1:0"}}
              pipelines:
                metrics:
                  receivers: [otlp]
                  processors: [batch]
                  exporters: [otlp/tempo, otlphttp/mimir]
            """;
    try (GatewayHarness gateway = GatewayHarness.start(yaml);
        OtlpClient client = gateway.client()) {
      for (int i = 0; i < 30; i++) {
        Transport transport = Transport.values()[i % 3];
        byte[] body = TestOtlp.request(Signal.METRICS, i, 1);
        Map<String, String> tenant = Map.of("X-Scope-OrgID", "tenant-" + i % 2);
        assertThat(client.export(transport, Signal.METRICS, body, tenant).ok(transport)).isTrue();
      }
      gateway.assertBalanced();
      for (List<Received> requests :
          List.of(tempo.journal().requests(), mimir.journal().requests())) {
        assertThat(requests.stream().mapToInt(request -> request.ids().size()).sum()).isEqualTo(30);
        for (Received request : requests) {
          String tenant = request.headers().getOrDefault("x-scope-orgid", "none");
          assertThat(request.ids())
              .allMatch(id -> tenant.equals("tenant-" + Integer.parseInt(id.substring(6)) % 2));
        }
      }
    }
  }
}
