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
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ShutdownTest {
  private final GrpcBackend tempo = new GrpcBackend();
  private final HttpBackend loki = new HttpBackend(HttpBackend.Kind.LOKI);
  private final CountDownLatch open = new CountDownLatch(1);

  @AfterEach
  void close() {
    open.countDown();
    tempo.close();
    loki.close();
  }

  @Test
  void a_stop_under_load_loses_nothing_that_was_acknowledged(@TempDir Path folder)
      throws Exception {
    Path file = folder.resolve("out.jsonl");
    tempo.journal().follow(Script.flaky(3, 0.3, Reaction.unavailable()));
    String exporters =
        """
          otlp/tempo:
            endpoint: "%s"
            tls: {insecure: true}
            retry_on_failure: {initial_interval: 5ms, max_interval: 20ms}
          file: {path: "%s"}
        """
            .formatted(tempo.endpoint(), file);
    GatewayHarness gateway =
        GatewayHarness.start(exporters.indent(0), "otlp/tempo, file", "traces");
    Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    AtomicInteger sequence = new AtomicInteger();
    CountDownLatch warm = new CountDownLatch(60);
    List<Thread> clients = new ArrayList<>();
    for (Transport transport : Transport.values()) {
      clients.add(
          Thread.ofVirtual().start(() -> load(gateway, transport, sequence, acknowledged, warm)));
    }
    assertThat(warm.await(20, TimeUnit.SECONDS)).isTrue();
    tempo.journal().follow(Script.always(Reaction.accept()));
    gateway.stop(Duration.ofSeconds(20));
    for (Thread client : clients) {
      client.join();
    }
    gateway.assertBalanced();
    assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(60);
    List<String> delivered = tempo.journal().ids();
    assertThat(Set.copyOf(delivered)).hasSize(delivered.size());
    assertThat(acknowledged).allMatch(Set.copyOf(delivered)::contains);
    assertThat(gateway.gateway().ledger())
        .allMatch(line -> line.dropped() == 0 && line.delivered() == line.received());
    String written = Files.readString(file);
    assertThat(acknowledged).allMatch(id -> written.contains(id.substring(id.indexOf('/') + 1)));
  }

  private static void load(
      GatewayHarness gateway,
      Transport transport,
      AtomicInteger sequence,
      Set<String> acknowledged,
      CountDownLatch warm) {
    try (OtlpClient client = gateway.client()) {
      while (true) {
        int from = sequence.getAndAdd(5);
        byte[] body = TestOtlp.request(Signal.TRACES, from, 5);
        if (!client.export(transport, Signal.TRACES, body).ok(transport)) {
          return;
        }
        acknowledged.addAll(TestOtlp.ids(Signal.TRACES, from, 5));
        warm.countDown();
      }
    } catch (UncheckedIOException e) {
      // The gateway has closed the connection: the client stops.
    }
  }

  @Test
  void what_a_dead_backend_cannot_take_is_booked_at_the_deadline() {
    tempo.journal().follow(Script.always(new Reaction.Hang()));
    String exporter =
        "  otlp/tempo: {endpoint: \"%s\", tls: {insecure: true}}\n".formatted(tempo.endpoint());
    try (GatewayHarness gateway = GatewayHarness.start(exporter, "otlp/tempo", "traces");
        OtlpClient client = gateway.client()) {
      for (int i = 0; i < 4; i++) {
        byte[] body = TestOtlp.request(Signal.TRACES, i * 5, 5);
        assertThat(client.export(Transport.GRPC, Signal.TRACES, body).status()).isZero();
      }
      gateway.stop(Duration.ofMillis(300));
      gateway.assertBalanced();
      LedgerLine line = gateway.line("otlp/tempo");
      assertThat(line.dropped()).isEqualTo(20);
      assertThat(gateway.metric("headgate_ledger_dropped_items_total", "stage=\"shutdown\""))
          .isEqualTo(20);
    }
  }

  @Test
  void a_stop_cuts_backoffs_short() {
    tempo.journal().follow(Script.first(1, Reaction.unavailable(), Reaction.accept()));
    String exporter =
        """
          otlp/tempo:
            endpoint: "%s"
            tls: {insecure: true}
            retry_on_failure: {initial_interval: 300s, max_interval: 300s, max_elapsed_time: 0}
        """
            .formatted(tempo.endpoint());
    try (GatewayHarness gateway = GatewayHarness.start(exporter, "otlp/tempo", "traces");
        OtlpClient client = gateway.client()) {
      byte[] body = TestOtlp.request(Signal.TRACES, 0, 5);
      assertThat(client.export(Transport.GRPC, Signal.TRACES, body).status()).isZero();
      await()
          .atMost(GatewayHarness.PATIENCE)
          .untilAsserted(() -> assertThat(tempo.journal().requests()).hasSize(1));
      gateway.awaitMetric(1, "headgate_exporter_retries_total");
      gateway.stop(Duration.ofSeconds(20));
      gateway.assertBalanced();
      assertThat(tempo.journal().ids()).hasSize(5);
    }
  }

  @Test
  void it_is_live_but_not_ready_while_it_stops() throws Exception {
    loki.journal().follow(Script.always(new Reaction.Held(open, Reaction.accept())));
    String yaml =
        GatewayHarness.RECEIVERS
            + """
            exporters:
              otlphttp/loki: {endpoint: "%s"}
            extensions:
              health_check: {endpoint: "127.0.0.1:0"}
            service:
              extensions: [health_check]
              telemetry: {metrics: {address: "127.0.0.1:0"}}
              pipelines:
                logs: {receivers: [otlp], exporters: [otlphttp/loki]}
            """
                .formatted(loki.endpoint());
    try (GatewayHarness gateway = GatewayHarness.start(yaml);
        OtlpClient client = gateway.client()) {
      int admin = gateway.gateway().adminPorts().getFirst();
      int health = gateway.gateway().adminPorts().getLast();
      assertThat(get(admin, "/livez").statusCode()).isEqualTo(200);
      assertThat(get(admin, "/readyz").statusCode()).isEqualTo(200);
      assertThat(get(health, "/").statusCode()).isEqualTo(200);
      byte[] body = TestOtlp.request(Signal.LOGS, 0, 1);
      assertThat(client.export(Transport.HTTP_1, Signal.LOGS, body).status()).isEqualTo(200);
      int otlp = gateway.httpPort();
      Thread stop = Thread.ofVirtual().start(() -> gateway.stop(Duration.ofSeconds(20)));
      await()
          .atMost(GatewayHarness.PATIENCE)
          .untilAsserted(() -> assertThat(get(admin, "/readyz").statusCode()).isEqualTo(503));
      assertThat(get(admin, "/livez").statusCode()).isEqualTo(200);
      assertThat(get(health, "/").statusCode()).isEqualTo(503);
      await().atMost(GatewayHarness.PATIENCE).until(() -> refusesConnections(otlp));
      open.countDown();
      stop.join();
      gateway.assertBalanced();
      assertThat(loki.journal().ids()).hasSize(1);
    }
  }

  @Test
  void idle_connections_are_closed_and_calls_under_way_are_answered() throws Exception {
    String exporter =
        """
          otlp/tempo:
            endpoint: "%s"
            tls: {insecure: true}
            timeout: 30s
            sending_queue: {queue_size: 1, block_on_overflow: true}
        """
            .formatted(tempo.endpoint());
    tempo.journal().follow(Script.always(new Reaction.Held(open, Reaction.accept())));
    try (GatewayHarness gateway = GatewayHarness.start(exporter, "otlp/tempo", "traces");
        OtlpClient client = gateway.client();
        RawHttp idle = new RawHttp(gateway.httpPort())) {
      byte[] body = TestOtlp.request(Signal.TRACES, 0, 1);
      idle.write(RawHttp.post(body));
      assertThat(idle.read().status()).isEqualTo(200);
      List<Integer> answers = Collections.synchronizedList(new ArrayList<>());
      List<Thread> waiting = new ArrayList<>();
      for (Transport transport : Transport.values()) {
        Runnable call = () -> answers.add(client.export(transport, Signal.TRACES, body).status());
        waiting.add(Thread.ofVirtual().start(call));
      }
      gateway.awaitMetric(3, "headgate_parked_requests");
      Thread stop = Thread.ofVirtual().start(() -> gateway.stop(Duration.ofSeconds(20)));
      for (Thread thread : waiting) {
        thread.join();
      }
      assertThat(answers).containsExactlyInAnyOrder(14, 503, 503);
      assertThat(idle.isClosedByServer()).isTrue();
      open.countDown();
      stop.join();
      gateway.assertBalanced();
      assertThat(tempo.journal().ids()).hasSize(1);
    }
  }

  private static boolean refusesConnections(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return !socket.isConnected();
    } catch (java.io.IOException e) {
      return true;
    }
  }

  private static HttpResponse<String> get(int port, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }
}
