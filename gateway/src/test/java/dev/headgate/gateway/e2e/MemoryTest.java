package dev.headgate.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.headgate.config.Signal;
import dev.headgate.gateway.e2e.OtlpClient.Answer;
import dev.headgate.gateway.e2e.OtlpClient.Transport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class MemoryTest {
  private static String yaml(String limiter, String maxMessage) {
    return """
    receivers:
      otlp:
        protocols:
          grpc: {endpoint: "127.0.0.1:0"}
          http: {endpoint: "127.0.0.1:0"%s}
    exporters:
      nop:
    processors:
      memory_limiter: {%s}
      redaction: {allow_all_keys: true, blocked_keys: ["*.token*"]}
    service:
      telemetry: {metrics: {address: "127.0.0.1:0"}}
      pipelines:
        traces: {receivers: [otlp], processors: [memory_limiter, redaction], exporters: [nop]}
    """
        .formatted(maxMessage, limiter);
  }

  @Test
  void clients_that_hold_the_whole_budget_have_the_others_refused_retryably() throws Exception {
    List<RawHttp> holders = new ArrayList<>();
    try (GatewayHarness gateway =
            GatewayHarness.start(yaml("limit_mib: 3, spike_limit_mib: 1", ""));
        OtlpClient client = gateway.client()) {
      assertThat(gateway.metric("headgate_budget_capacity_bytes")).isEqualTo(2 << 20);
      hold(gateway, holders);
      byte[] body = TestOtlp.request(Signal.TRACES, 0, 1);
      Answer http = client.export(Transport.HTTP_1, Signal.TRACES, body);
      assertThat(http.status()).isEqualTo(503);
      assertThat(http.headers()).containsKey("retry-after");
      Answer grpc = client.export(Transport.GRPC, Signal.TRACES, body);
      assertThat(grpc.status()).isEqualTo(14);
      assertThat(grpc.trailersOnly()).isTrue();
      assertThat(grpc.headers()).containsKey("google.rpc.retryinfo-bin");
      assertThat(gateway.metric("headgate_receiver_refused_requests_total", "reason=\"memory\""))
          .isEqualTo(2);
      for (RawHttp holder : holders) {
        holder.reset();
      }
      gateway.awaitMetric(0, "headgate_budget_used_bytes");
      assertThat(client.export(Transport.GRPC, Signal.TRACES, body).status()).isZero();
      gateway.assertBalanced();
    } finally {
      for (RawHttp holder : holders) {
        holder.close();
      }
    }
  }

  /// Fills what bodies may have of the budget with ones that do not come.
  private static void hold(GatewayHarness gateway, List<RawHttp> holders) throws Exception {
    for (int i = 0; i < 8; i++) {
      RawHttp holder = new RawHttp(gateway.httpPort());
      holders.add(holder);
      holder.write(RawHttp.head("Content-Length: " + (240 << 10)));
    }
    gateway.awaitMetric(8 * (240 << 10), "headgate_budget_used_bytes");
  }

  @ParameterizedTest
  @EnumSource(
      value = Transport.class,
      names = {"HTTP_1", "GRPC"})
  void a_request_without_room_waits_a_moment_and_is_taken(Transport transport) throws Exception {
    byte[] body = TestOtlp.request(Signal.TRACES, 0, 1);
    try (GatewayHarness gateway =
            GatewayHarness.start(yaml("limit_mib: 3, spike_limit_mib: 1", ""));
        OtlpClient client = gateway.client()) {
      boolean taken = false;
      // A machine may stand still for longer than a moment, but not every time.
      for (int attempt = 0; attempt < 20 && !taken; attempt++) {
        List<RawHttp> holders = new ArrayList<>();
        hold(gateway, holders);
        CompletableFuture<Answer> answer =
            CompletableFuture.supplyAsync(() -> export(client, transport, body));
        while (!answer.isDone() && gateway.metric("headgate_waiting_requests") == 0) {
          Thread.onSpinWait();
        }
        boolean waits = gateway.metric("headgate_waiting_requests") == 1;
        for (RawHttp holder : holders) {
          holder.reset();
        }
        taken = waits && List.of(0, 200).contains(answer.get().status());
        gateway.awaitMetric(0, "headgate_budget_used_bytes");
      }
      assertThat(taken).isTrue();
      gateway.assertBalanced();
    }
  }

  @Test
  void a_client_that_is_refused_keeps_its_messages_and_sends_them_when_there_is_room()
      throws Exception {
    List<RawHttp> holders = new ArrayList<>();
    try (GatewayHarness gateway =
            GatewayHarness.start(yaml("limit_mib: 3, spike_limit_mib: 1", ""));
        OtlpClient client = gateway.client()) {
      byte[] body = TestOtlp.request(Signal.TRACES, 0, 1, "x".repeat(200 << 10));
      hold(gateway, holders);
      // The first has left before the client knows; what a socket takes beyond is not seen here.
      await()
          .atMost(GatewayHarness.PATIENCE)
          .until(() -> {
            Counted refused = new Counted(OtlpClient.frame(body, false));
            assertThat(refused.send(client).status()).isEqualTo(14);
            return refused.sentBytes < 64 << 10;
          });
      for (RawHttp holder : holders) {
        holder.reset();
      }
      gateway.awaitMetric(0, "headgate_budget_used_bytes");
      Counted taken = new Counted(OtlpClient.frame(body, false));
      assertThat(taken.send(client).status()).isZero();
      assertThat(taken.sentBytes).isGreaterThan(body.length);
      gateway.assertBalanced();
    } finally {
      for (RawHttp holder : holders) {
        holder.close();
      }
    }
  }

  /// A body that knows how much of it the client could send.
  private static final class Counted extends RequestBody {
    private static final int PIECE_BYTES = 4 << 10;

    private final byte[] bytes;
    private volatile int sentBytes;

    Counted(byte[] bytes) {
      this.bytes = bytes;
    }

    Answer send(OtlpClient client) {
      String url = client.url(Transport.GRPC, Signal.TRACES);
      return client.call(OtlpClient.build(url, this, OtlpClient.grpc(Map.of())), Transport.GRPC);
    }

    @Override
    public @Nullable MediaType contentType() {
      return null;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      for (int i = 0; i < bytes.length; i += PIECE_BYTES) {
        int piece = Math.min(PIECE_BYTES, bytes.length - i);
        sink.write(bytes, i, piece);
        sink.flush();
        sentBytes = i + piece;
      }
    }
  }

  private static Answer export(OtlpClient client, Transport transport, byte[] body) {
    try {
      return client.export(transport, Signal.TRACES, body);
    } catch (Exception e) {
      throw new CompletionException(e);
    }
  }

  @Test
  void what_could_never_fit_is_refused_for_good_and_a_quarter_of_the_budget_is_taken()
      throws Exception {
    long heap = Runtime.getRuntime().maxMemory();
    byte[] block = TestOtlp.request(Signal.TRACES, 0, 16, "x".repeat(64 << 10));
    try (GatewayHarness gateway = GatewayHarness.start(yaml("", ", max_request_body_size: 1GiB"))) {
      double capacity = gateway.metric("headgate_budget_capacity_bytes");
      try (RawHttp http = new RawHttp(gateway.httpPort())) {
        http.write(RawHttp.head("Content-Length: " + heap / 3));
        assertThat(http.read().status()).isEqualTo(413);
      }
      int blocks = (int) (capacity * 0.24 / block.length);
      try (RawHttp http = new RawHttp(gateway.httpPort())) {
        // Several requests in a row are one larger request.
        http.write(RawHttp.head("Content-Length: " + (long) blocks * block.length));
        for (int i = 0; i < blocks; i++) {
          http.write(block);
        }
        assertThat(http.read().status()).isEqualTo(200);
      }
      gateway.assertBalanced();
      assertThat(gateway.line("nop").delivered()).isEqualTo(16L * blocks);
    }
  }
}
