package dev.headgate.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.rpc.Code;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import dev.headgate.config.Signal;
import dev.headgate.gateway.backends.HttpBackend;
import dev.headgate.gateway.backends.Reaction;
import dev.headgate.gateway.backends.Script;
import dev.headgate.gateway.e2e.OtlpClient.Answer;
import dev.headgate.gateway.e2e.OtlpClient.Transport;
import dev.headgate.pipeline.ledger.LedgerLine;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class OverflowTest {
  private final HttpBackend loki = new HttpBackend(HttpBackend.Kind.LOKI);
  private final CountDownLatch open = new CountDownLatch(1);

  @AfterEach
  void close() {
    open.countDown();
    loki.close();
  }

  private GatewayHarness start(String queue) {
    loki.journal().follow(Script.always(new Reaction.Held(open, Reaction.accept())));
    String exporter = "  otlphttp/loki: {endpoint: \"%s\", timeout: 30s, sending_queue: {%s}}\n";
    return GatewayHarness.start(
        exporter.formatted(loki.endpoint(), queue), "otlphttp/loki", "logs");
  }

  private static byte[] log(int index) {
    return TestOtlp.request(Signal.LOGS, index, 1);
  }

  @Test
  void a_full_queue_refuses_retryably_over_grpc() throws Exception {
    try (GatewayHarness gateway = start("queue_size: 2");
        OtlpClient client = gateway.client()) {
      List<Answer> answers = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        answers.add(client.export(Transport.GRPC, Signal.LOGS, log(i)));
      }
      assertThat(answers).extracting(Answer::status).containsExactly(0, 0, 14, 14, 14);
      Answer refusal = answers.getLast();
      assertThat(refusal.trailersOnly()).isTrue();
      Status details = Status.parseFrom(refusal.binary("grpc-status-details-bin"));
      assertThat(details.getCode()).isEqualTo(Code.UNAVAILABLE_VALUE);
      RetryInfo inDetails = details.getDetails(0).unpack(RetryInfo.class);
      RetryInfo inTrailer = RetryInfo.parseFrom(refusal.binary("google.rpc.retryinfo-bin"));
      assertThat(inTrailer).isEqualTo(inDetails);
      assertThat(inDetails.getRetryDelay().getSeconds()).isBetween(1L, 2L);
      assertThat(
              gateway.metric(
                  "headgate_receiver_refused_requests_total",
                  "reason=\"queue_full\"",
                  "transport=\"grpc\""))
          .isEqualTo(3);
      assertThat(gateway.metric("otelcol_receiver_refused_log_records", "transport=\"grpc\""))
          .isEqualTo(3);
      open.countDown();
      gateway.assertBalanced();
      assertThat(loki.journal().ids())
          .containsExactlyInAnyOrderElementsOf(TestOtlp.ids(Signal.LOGS, 0, 2));
    }
  }

  @Test
  void a_full_queue_refuses_retryably_over_http() throws Exception {
    try (GatewayHarness gateway = start("queue_size: 2");
        OtlpClient client = gateway.client()) {
      List<Answer> answers = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        Transport transport = i % 2 == 0 ? Transport.HTTP_1 : Transport.HTTP_2;
        answers.add(client.export(transport, Signal.LOGS, log(i)));
      }
      assertThat(answers).extracting(Answer::status).containsExactly(200, 200, 503, 503, 503);
      Answer refusal = answers.getLast();
      assertThat(Integer.parseInt(refusal.headers().getOrDefault("retry-after", "")))
          .isBetween(1, 2);
      assertThat(Status.parseFrom(refusal.body()).getCode()).isEqualTo(Code.UNAVAILABLE_VALUE);
      open.countDown();
      gateway.assertBalanced();
      assertThat(loki.journal().ids()).hasSize(2);
    }
  }

  @Test
  void drop_oldest_keeps_what_is_newest_and_books_the_rest() {
    try (GatewayHarness gateway = start("queue_size: 3, num_consumers: 1, overflow: drop_oldest");
        OtlpClient client = gateway.client()) {
      for (int i = 0; i < 8; i++) {
        assertThat(client.export(Transport.GRPC, Signal.LOGS, log(i)).status()).isZero();
      }
      open.countDown();
      gateway.assertBalanced();
      LedgerLine line = gateway.line("otlphttp/loki");
      assertThat(line.received()).isEqualTo(8);
      assertThat(line.dropped()).isEqualTo(5);
      assertThat(gateway.metric("headgate_ledger_dropped_items_total", "reason=\"dropped_oldest\""))
          .isEqualTo(5);
      assertThat(loki.journal().ids()).contains("log-0", "log-7").hasSize(3);
    }
  }

  @Test
  void block_on_overflow_parks_the_request_until_there_is_room() {
    try (GatewayHarness gateway = start("queue_size: 1, block_on_overflow: true");
        OtlpClient client = gateway.client()) {
      assertThat(client.export(Transport.GRPC, Signal.LOGS, log(0)).status()).isZero();
      CompletableFuture<Answer> grpc =
          CompletableFuture.supplyAsync(
              () -> client.export(Transport.GRPC, Signal.LOGS, log(1)), Thread::startVirtualThread);
      CompletableFuture<Answer> http =
          CompletableFuture.supplyAsync(
              () -> client.export(Transport.HTTP_1, Signal.LOGS, log(2)),
              Thread::startVirtualThread);
      gateway.awaitMetric(2, "headgate_parked_requests");
      assertThat(grpc).isNotDone();
      open.countDown();
      assertThat(grpc.join().status()).isZero();
      assertThat(http.join().status()).isEqualTo(200);
      gateway.assertBalanced();
      assertThat(loki.journal().ids())
          .containsExactlyInAnyOrderElementsOf(TestOtlp.ids(Signal.LOGS, 0, 3));
    }
  }

  @Test
  void a_parked_request_is_not_taken_when_its_client_has_given_up() {
    try (GatewayHarness gateway = start("queue_size: 1, block_on_overflow: true");
        OtlpClient client = gateway.client()) {
      assertThat(client.export(Transport.GRPC, Signal.LOGS, log(0)).status()).isZero();
      assertThat(statusOrReset(client, log(1))).isNotZero();
      await()
          .atMost(GatewayHarness.PATIENCE)
          .untilAsserted(() -> assertThat(gateway.metric("headgate_parked_requests")).isEqualTo(0));
      open.countDown();
      gateway.assertBalanced();
      assertThat(loki.journal().ids()).containsExactly("log-0");
      gateway.stop(Duration.ofSeconds(1));
    }
  }

  /// A server whose client's time is over refuses the call or resets it, whichever comes first.
  private static int statusOrReset(OtlpClient client, byte[] body) {
    try {
      Map<String, String> timeout = Map.of("grpc-timeout", "700m");
      return client.export(Transport.GRPC, Signal.LOGS, body, timeout).status();
    } catch (UncheckedIOException e) {
      return -1;
    }
  }
}
