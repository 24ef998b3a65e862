package dev.headgate.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.headgate.config.Signal;
import dev.headgate.gateway.backends.GrpcBackend;
import dev.headgate.gateway.backends.HttpBackend;
import dev.headgate.gateway.backends.Reaction;
import dev.headgate.gateway.backends.Script;
import dev.headgate.gateway.e2e.OtlpClient.Transport;
import dev.headgate.pipeline.ledger.LedgerLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What changes at a reload, and what does not.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ReloadTest {
  private final GrpcBackend tempo = new GrpcBackend();
  private final GrpcBackend other = new GrpcBackend();
  private final HttpBackend loki = new HttpBackend(HttpBackend.Kind.LOKI);
  private final HttpBackend mimir = new HttpBackend(HttpBackend.Kind.MIMIR);

  @AfterEach
  void close() {
    tempo.close();
    other.close();
    loki.close();
    mimir.close();
  }

  /// A configuration for traces.
  private static String yaml(String processors, String exporter, String chain) {
    return GatewayHarness.RECEIVERS
        + "processors:\n"
        + processors
        + "exporters:\n"
        + exporter
        + "service:\n  telemetry: {metrics: {address: \"127.0.0.1:0\"}}\n  pipelines:\n"
        + "    traces: {receivers: [otlp], processors: [%s], exporters: [otlp/tempo]}\n"
            .formatted(chain);
  }

  private static String tempo(String endpoint, String more) {
    return "  otlp/tempo: {endpoint: \"%s\", tls: {insecure: true}%s}\n".formatted(endpoint, more);
  }

  private static String sampler(int percentage) {
    return "  probabilistic_sampler: {sampling_percentage: %d}\n".formatted(percentage);
  }

  private String plain() {
    return yaml(sampler(100), tempo(tempo.endpoint(), ""), "probabilistic_sampler");
  }

  private static void send(OtlpClient client, Transport transport, Signal signal, int from, int n) {
    assertThat(client.export(transport, signal, TestOtlp.request(signal, from, n)).ok(transport))
        .isTrue();
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void a_changed_sampler_decides_from_the_next_request_on() {
    try (GatewayHarness gateway = GatewayHarness.start(plain());
        OtlpClient client = gateway.client()) {
      send(client, Transport.HTTP_1, Signal.TRACES, 0, 10);
      HttpResponse<String> answer =
          gateway.reload(yaml(sampler(0), tempo(tempo.endpoint(), ""), "probabilistic_sampler"));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body()).contains("changed processors.probabilistic_sampler");
      send(client, Transport.HTTP_1, Signal.TRACES, 10, 10);

      gateway.assertBalanced();
      assertThat(tempo.journal().ids()).hasSize(10);
      LedgerLine line = gateway.line("otlp/tempo");
      assertThat(line.received()).isEqualTo(20);
      assertThat(line.droppedBefore()).isEqualTo(10);
    }
  }

  @Test
  void a_bad_file_changes_nothing_and_says_so() {
    try (GatewayHarness gateway = GatewayHarness.start(plain());
        OtlpClient client = gateway.client()) {
      String hash = info(gateway);
      HttpResponse<String> answer =
          gateway.reload(
              plain().replace("sampling_percentage", "sampling_percentag") + "extra: 1\n");
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body())
          .contains("test.yaml:9: processors.probabilistic_sampler.sampling_percentag: ")
          .contains("did you mean 'sampling_percentage'?")
          .contains("extra");
      assertThat(gateway.metric("headgate_config_last_reload_successful")).isZero();
      assertThat(info(gateway)).isEqualTo(hash);
      HttpResponse<String> json = gateway.admin("POST", "/-/reload", "application/json");
      assertThat(json.statusCode()).isEqualTo(400);
      assertThat(json.headers().firstValue("content-type")).hasValue("application/json");
      assertThat(json.body())
          .contains("{\"status\":\"refused\"")
          .contains("\"file\":\"test.yaml\",\"line\":9,\"key\":\"processors.probabilistic_sampler");
      send(client, Transport.GRPC, Signal.TRACES, 0, 10);
      gateway.assertBalanced();
      assertThat(tempo.journal().ids()).hasSize(10);

      assertThat(gateway.reload(plain()).body()).startsWith("unchanged");
      assertThat(gateway.metric("headgate_config_last_reload_successful")).isEqualTo(1);
      assertThat(gateway.metric("headgate_config_last_reload_success_timestamp_seconds"))
          .isGreaterThan(1e9);
    }
  }

  private static String info(GatewayHarness gateway) {
    return gateway
        .scrape()
        .lines()
        .filter(line -> line.startsWith("headgate_config_info{"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void what_cannot_be_had_leaves_everything_as_it_is() throws IOException {
    try (GatewayHarness gateway = GatewayHarness.start(plain());
        OtlpClient client = gateway.client();
        ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int free = freePort();
      String next =
          yaml(sampler(0), tempo(other.endpoint(), ""), "probabilistic_sampler")
              .replaceFirst("127.0.0.1:0", "127.0.0.1:" + free)
              .replaceFirst("127.0.0.1:0\n", "127.0.0.1:" + taken.getLocalPort() + "\n");
      HttpResponse<String> answer = gateway.reload(next);
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body())
          .contains("test.yaml:6: receivers.otlp.protocols.http: cannot listen on 127.0.0.1:");
      try (ServerSocket again = new ServerSocket(free, 1, InetAddress.getLoopbackAddress())) {
        assertThat(again.isBound()).isTrue();
      }
      send(client, Transport.GRPC, Signal.TRACES, 0, 5);
      send(client, Transport.HTTP_2, Signal.TRACES, 5, 5);
      gateway.assertBalanced();
      assertThat(tempo.journal().ids()).hasSize(10);
      assertThat(other.journal().ids()).isEmpty();
    }
  }

  @Test
  void byte_caps_that_do_not_fit_are_refused() {
    try (GatewayHarness gateway = GatewayHarness.start(plain())) {
      String more = ", sending_queue: {max_bytes: 64GiB}";
      HttpResponse<String> answer =
          gateway.reload(
              yaml(sampler(100), tempo(tempo.endpoint(), more), "probabilistic_sampler"));

      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body())
          .contains("exporters.otlp/tempo.sending_queue.max_bytes: 68719476736")
          .contains("three quarters of the byte budget");
    }
  }

  @Test
  void what_needs_a_restart_is_refused_and_says_so() {
    try (GatewayHarness gateway = GatewayHarness.start(plain())) {
      String next =
          plain()
              .replace(
                  "telemetry: {metrics: {address: \"127.0.0.1:0\"}}",
                  "telemetry: {metrics: {readers: [{pull: {exporter: {prometheus: {host:"
                      + " 127.0.0.1, port: 0, without_type_suffix: false}}}}]}}");
      HttpResponse<String> answer = gateway.reload(next);

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
      assertThat(answer.body()).contains("needs a restart");
    }
  }

  @Test
  void another_memory_limit_counts_at_once() {
    String limiter = "  memory_limiter: {check_interval: 1s, limit_mib: %d, spike_limit_mib: 1}\n";
    try (GatewayHarness gateway =
        GatewayHarness.start(
            yaml(limiter.formatted(41), tempo(tempo.endpoint(), ""), "memory_limiter"))) {
      assertThat(gateway.metric("headgate_budget_capacity_bytes")).isEqualTo(40 << 20);
      HttpResponse<String> answer =
          gateway.reload(
              yaml(limiter.formatted(31), tempo(tempo.endpoint(), ""), "memory_limiter"));

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(gateway.metric("headgate_budget_capacity_bytes")).isEqualTo(30 << 20);
    }
  }

  @Test
  void the_old_destination_gets_what_was_meant_for_it() {
    CountDownLatch open = new CountDownLatch(1);
    tempo.journal().follow(Script.always(new Reaction.Held(open, Reaction.accept())));
    try (GatewayHarness gateway = GatewayHarness.start(plain());
        OtlpClient client = gateway.client()) {
      send(client, Transport.GRPC, Signal.TRACES, 0, 10);
      send(client, Transport.GRPC, Signal.TRACES, 10, 10);
      String next = yaml(sampler(100), tempo(other.endpoint(), ""), "probabilistic_sampler");
      assertThat(gateway.reload(next).statusCode()).isEqualTo(200);
      send(client, Transport.GRPC, Signal.TRACES, 20, 10);
      await()
          .atMost(GatewayHarness.PATIENCE)
          .untilAsserted(() -> assertThat(other.journal().ids()).hasSize(10));
      // The other backend has its items before its answer is booked.
      gateway.awaitMetric(2, "otelcol_exporter_queue_size", "data_type=\"traces\"");
      open.countDown();

      gateway.assertBalanced();
      assertThat(tempo.journal().ids()).hasSize(20);
      assertThat(gateway.metric("otelcol_exporter_sent_spans")).isEqualTo(30);
      assertThat(gateway.line("otlp/tempo").delivered()).isEqualTo(30);
    }
  }

  @Test
  void a_queue_outlives_a_change_that_keeps_its_destination() {
    tempo.journal().follow(Script.always(Reaction.unavailable()));
    String slow = ", retry_on_failure: {initial_interval: 300s, max_interval: 300s}";
    try (GatewayHarness gateway =
            GatewayHarness.start(
                yaml(sampler(100), tempo(tempo.endpoint(), slow), "probabilistic_sampler"));
        OtlpClient client = gateway.client()) {
      send(client, Transport.GRPC, Signal.TRACES, 0, 10);
      gateway.awaitMetric(1, "headgate_exporter_retries_total");
      String more = slow + ", sending_queue: {queue_size: 5000}, compression: none";
      String next = yaml(sampler(100), tempo(tempo.endpoint(), more), "probabilistic_sampler");
      assertThat(gateway.reload(next).statusCode()).isEqualTo(200);
      assertThat(gateway.metric("otelcol_exporter_queue_capacity")).isEqualTo(5000);
      assertThat(gateway.metric("otelcol_exporter_queue_size")).isEqualTo(1);
      tempo.journal().follow(Script.always(Reaction.accept()));

      gateway.stop(Duration.ofSeconds(20));
      gateway.assertBalanced();
      assertThat(tempo.journal().ids()).hasSize(10);
    }
  }

  @Test
  void pipelines_and_exporters_come_and_go() {
    String logs =
        plain()
                .replace(
                    "exporters:\n  otlp", "exporters:\n  otlphttp/loki: {endpoint: \"%s\"}\n  otlp")
                .formatted(loki.endpoint())
            + "    logs: {receivers: [otlp], exporters: [otlphttp/loki]}\n";
    try (GatewayHarness gateway = GatewayHarness.start(plain());
        OtlpClient client = gateway.client()) {
      byte[] body = TestOtlp.request(Signal.LOGS, 0, 5);
      assertThat(client.export(Transport.HTTP_1, Signal.LOGS, body).status()).isEqualTo(404);
      HttpResponse<String> added = gateway.reload(logs);
      assertThat(added.body()).contains("added exporters.otlphttp/loki, service.pipelines.logs");
      send(client, Transport.HTTP_1, Signal.LOGS, 0, 5);
      send(client, Transport.GRPC, Signal.TRACES, 0, 5);
      HttpResponse<String> removed = gateway.reload(plain());
      assertThat(removed.body()).contains("removed");
      assertThat(client.export(Transport.HTTP_1, Signal.LOGS, body).status()).isEqualTo(404);

      gateway.assertBalanced();
      assertThat(loki.journal().ids()).hasSize(5);
      assertThat(gateway.line("otlphttp/loki").delivered()).isEqualTo(5);
      gateway.awaitMetric(5, "otelcol_exporter_sent_log_records");
      await()
          .atMost(GatewayHarness.PATIENCE)
          .until(() ->
              gateway.metric("otelcol_exporter_queue_size", "exporter=\"otlphttp/loki\"") == null);
    }
  }

  @Test
  void an_exporter_that_joins_a_pipeline_is_accounted_for_from_then_on() {
    try (GatewayHarness gateway = GatewayHarness.start(plain());
        OtlpClient client = gateway.client()) {
      send(client, Transport.GRPC, Signal.TRACES, 0, 10);
      String both =
          yaml(
                  sampler(100),
                  tempo(tempo.endpoint(), "")
                      + tempo(other.endpoint(), "").replace("otlp/tempo", "otlp/other"),
                  "probabilistic_sampler")
              .replace("exporters: [otlp/tempo]", "exporters: [otlp/tempo, otlp/other]");
      assertThat(gateway.reload(both).statusCode()).isEqualTo(200);
      send(client, Transport.GRPC, Signal.TRACES, 10, 5);

      gateway.assertBalanced();
      assertThat(tempo.journal().ids()).hasSize(15);
      assertThat(other.journal().ids()).hasSize(5);
      assertThat(gateway.line("otlp/other").received()).isEqualTo(5);
    }
  }

  @Test
  void changed_limits_count_for_connections_that_exist() {
    try (GatewayHarness gateway = GatewayHarness.start(plain());
        OtlpClient client = gateway.client()) {
      int grpc = gateway.grpcPort();
      int http = gateway.httpPort();
      send(client, Transport.GRPC, Signal.TRACES, 0, 1);
      send(client, Transport.HTTP_1, Signal.TRACES, 1, 1);
      String next =
          plain()
              .replace("http:\n", "http:\n        max_request_body_size: 100\n")
              .replace("grpc:\n", "grpc:\n        max_recv_msg_size_mib: 1\n");
      HttpResponse<String> answer = gateway.reload(next);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(gateway.httpPort()).isEqualTo(http);
      assertThat(gateway.grpcPort()).isEqualTo(grpc);
      byte[] body = TestOtlp.request(Signal.TRACES, 2, 10);
      assertThat(client.export(Transport.HTTP_1, Signal.TRACES, body).status()).isEqualTo(413);
      await()
          .atMost(GatewayHarness.PATIENCE)
          .ignoreExceptions() // until this client has seen the GOAWAY
          .untilAsserted(() -> send(client, Transport.GRPC, Signal.TRACES, 12, 1));
      byte[] large = TestOtlp.request(Signal.TRACES, 20, 1, "x".repeat(2 << 20));
      assertThat(client.export(Transport.GRPC, Signal.TRACES, large).status()).isEqualTo(8);
    }
  }

  @Test
  void a_receiver_moves_to_another_port() {
    try (GatewayHarness gateway = GatewayHarness.start(plain())) {
      int before = gateway.httpPort();
      int grpc = gateway.grpcPort();
      int port = freePort();
      String next =
          plain()
              .replace(
                  "http:\n        endpoint: 127.0.0.1:0",
                  "http:\n        endpoint: 127.0.0.1:" + port);
      HttpResponse<String> answer = gateway.reload(next);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(gateway.httpPort()).isEqualTo(port).isNotEqualTo(before);
      assertThat(gateway.grpcPort()).isEqualTo(grpc);
      try (OtlpClient client = gateway.client()) {
        send(client, Transport.HTTP_1, Signal.TRACES, 0, 1);
        send(client, Transport.GRPC, Signal.TRACES, 1, 1);
      }
      await()
          .atMost(GatewayHarness.PATIENCE)
          .until(() -> {
            try (ServerSocket again =
                new ServerSocket(before, 1, InetAddress.getLoopbackAddress())) {
              return again.isBound();
            } catch (IOException e) {
              return false;
            }
          });
    }
  }

  @Test
  void a_receiver_that_is_gone_finishes_what_it_has_begun() throws Exception {
    try (GatewayHarness gateway = GatewayHarness.start(plain());
        RawHttp client = new RawHttp(gateway.httpPort())) {
      byte[] request = RawHttp.post(TestOtlp.request(Signal.TRACES, 0, 10));
      client.write(Arrays.copyOf(request, request.length - 50));
      await()
          .atMost(GatewayHarness.PATIENCE)
          .until(() -> gateway.metric("headgate_budget_used_bytes") > 0);
      String next = plain().replaceFirst("      http:\n        endpoint: 127.0.0.1:0\n", "");
      List<Integer> answers = Collections.synchronizedList(new ArrayList<>());
      Thread reload =
          Thread.ofVirtual().start(() -> answers.add(gateway.reload(next).statusCode()));
      await().atMost(GatewayHarness.PATIENCE).until(() -> refuses(gateway.gateway().httpPorts()));
      client.write(Arrays.copyOfRange(request, request.length - 50, request.length));
      assertThat(client.read().status()).isEqualTo(200);
      reload.join();
      assertThat(answers).containsExactly(200);
      assertThat(gateway.gateway().httpPorts()).isEmpty();
      gateway.assertBalanced();
      assertThat(tempo.journal().ids()).hasSize(10);
    }
  }

  private static boolean refuses(List<Integer> ports) {
    for (int port : ports) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return !socket.isConnected();
      } catch (IOException e) {
        return true;
      }
    }
    return true;
  }

  @Test
  void a_renamed_receiver_takes_its_socket_over() {
    int port = freePort();
    String yaml = plain().replaceFirst("127.0.0.1:0", "127.0.0.1:" + port);
    try (GatewayHarness gateway = GatewayHarness.start(yaml);
        OtlpClient client = gateway.client()) {
      send(client, Transport.GRPC, Signal.TRACES, 0, 1);
      String next = yaml.replace("  otlp:\n", "  otlp/b:\n").replace("[otlp]", "[otlp/b]");
      HttpResponse<String> answer = gateway.reload(next);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(gateway.grpcPort()).isEqualTo(port);
      try (OtlpClient fresh = gateway.client()) {
        send(fresh, Transport.GRPC, Signal.TRACES, 1, 1);
      }
      assertThat(gateway.metric("otelcol_receiver_accepted_spans", "receiver=\"otlp/b\""))
          .isEqualTo(1);
    }
  }

  @Test
  void a_guard_remembers_its_series() {
    String guard =
        GatewayHarness.RECEIVERS
            + """
            processors:
              cardinality_guard: {series_limit: %d}
            exporters:
              otlphttp/mimir: {endpoint: "%s"}
            service:
              telemetry: {metrics: {address: "127.0.0.1:0"}}
              pipelines:
                metrics: {receivers: [otlp], processors: [cardinality_guard], exporters: [otlphttp/mimir]}
            """;
    try (GatewayHarness gateway = GatewayHarness.start(guard.formatted(10, mimir.endpoint()));
        OtlpClient client = gateway.client()) {
      send(client, Transport.HTTP_1, Signal.METRICS, 0, 20);
      gateway.assertBalanced();
      assertThat(mimir.journal().ids()).hasSize(10);
      HttpResponse<String> answer = gateway.reload(guard.formatted(12, mimir.endpoint()));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(gateway.metric("headgate_cardinality_tracked_series")).isEqualTo(10);
      send(client, Transport.HTTP_1, Signal.METRICS, 10, 10);

      gateway.assertBalanced();
      assertThat(mimir.journal().ids()).hasSize(12);
      assertThat(gateway.metric("headgate_cardinality_dropped_points_total")).isEqualTo(18);
    }
  }

  @Test
  void only_a_post_reloads() {
    try (GatewayHarness gateway = GatewayHarness.start(plain())) {
      HttpResponse<String> get = gateway.admin("GET", "/-/reload", "text/plain");
      assertThat(get.statusCode()).isEqualTo(405);
      assertThat(get.headers().firstValue("allow")).hasValue("POST");
      HttpResponse<String> post = gateway.admin("POST", "/metrics", "text/plain");
      assertThat(post.statusCode()).isEqualTo(405);
      assertThat(post.headers().firstValue("allow")).hasValue("GET");
    }
  }

  @Test
  void reloads_at_once_come_one_after_the_other() throws InterruptedException {
    try (GatewayHarness gateway = GatewayHarness.start(plain());
        OtlpClient client = gateway.client()) {
      List<Thread> threads = new ArrayList<>();
      List<Integer> answers = Collections.synchronizedList(new ArrayList<>());
      for (int i = 0; i < 8; i++) {
        String next =
            yaml(sampler(100 - i % 2), tempo(tempo.endpoint(), ""), "probabilistic_sampler");
        threads.add(Thread.ofVirtual().start(() -> answers.add(gateway.reload(next).statusCode())));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(answers).hasSize(8).containsOnly(200);
      gateway.reload(plain());
      send(client, Transport.GRPC, Signal.TRACES, 0, 10);
      gateway.assertBalanced();
      assertThat(tempo.journal().ids()).hasSize(10);
    }
  }
}
