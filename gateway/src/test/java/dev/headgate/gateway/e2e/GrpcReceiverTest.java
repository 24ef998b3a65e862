package dev.headgate.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.headgate.config.Signal;
import dev.headgate.gateway.e2e.OtlpClient.Answer;
import dev.headgate.gateway.e2e.OtlpClient.Transport;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GrpcReceiverTest extends ReceiverContract {
  @Override
  Transport transport() {
    return Transport.GRPC;
  }

  /// Announces a message, sends a part of it, and then nothing until it may end.
  private static final class Part extends RequestBody {
    private final byte[] start;
    private final CountDownLatch sent = new CountDownLatch(1);

    Part(int announced, int sentBytes) {
      start = ByteBuffer.allocate(5 + sentBytes).put((byte) 0).putInt(announced).array();
    }

    @Override
    public @Nullable MediaType contentType() {
      return null;
    }

    @Override
    public boolean isDuplex() {
      return true;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      sink.write(start);
      sink.flush();
      sent.countDown();
    }
  }

  private Request request(RequestBody body) {
    return OtlpClient.build(
        client.url(Transport.GRPC, Signal.TRACES), body, OtlpClient.grpc(Map.of()));
  }

  @Test
  void every_error_is_trailers_only() {
    List<Answer> errors =
        List.of(
            send(new byte[] {7, 7, 7}),
            send(new byte[MAX_MESSAGE_BYTES + 1]),
            client.export(Transport.GRPC, Signal.METRICS, TestOtlp.request(Signal.METRICS, 0, 1)));
    assertThat(errors).extracting(Answer::status).containsExactly(3, 8, 12);
    assertThat(errors).allMatch(Answer::trailersOnly);
  }

  @Test
  void a_success_has_headers_one_message_and_a_status() {
    Answer answer = send(spans(0, 1));
    assertThat(answer.status()).isZero();
    assertThat(answer.trailersOnly()).isFalse();
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void what_a_length_prefix_announces_too_large_is_refused_before_it_comes() throws Exception {
    Call call = client.of(Transport.GRPC).newCall(request(new Part(70 << 20, 0)));
    try (Response response = call.execute()) {
      Answer answer = OtlpClient.answer(response, Transport.GRPC);
      assertThat(answer.status()).isEqualTo(8);
      assertThat(answer.trailersOnly()).isTrue();
      assertThat(answer.headers()).doesNotContainKey("grpc-status-details-bin");
    }
    assertServes();
  }

  @Test
  void a_reset_in_the_middle_of_a_message_frees_the_budget() throws Exception {
    Part part = new Part(1_000_000, 300_000);
    Call call = client.of(Transport.GRPC).newCall(request(part));
    Thread.ofVirtual().start(() -> executeQuietly(call));
    assertThat(part.sent.await(20, TimeUnit.SECONDS)).isTrue();
    await()
        .atMost(GatewayHarness.PATIENCE)
        .untilAsserted(() -> assertThat(gateway.metric("headgate_budget_used_bytes")).isPositive());
    assertServes();
    call.cancel();
    gateway.awaitMetric(0, "headgate_budget_used_bytes");
    gateway.awaitMetric(
        1, "headgate_receiver_refused_requests_total", "reason=\"aborted\"", "transport=\"grpc\"");
  }

  private static void executeQuietly(Call call) {
    try (Response response = call.execute()) {
      assertThat(response.isSuccessful()).isTrue();
    } catch (IOException e) {
      assertThat(call.isCanceled()).isTrue();
    }
  }

  @Test
  void an_unknown_method_is_unimplemented() {
    Request unknown =
        OtlpClient.build(
            "http://127.0.0.1:" + gateway.grpcPort() + "/some.Service/Export",
            RequestBody.create(OtlpClient.frame(new byte[0], false), (MediaType) null),
            OtlpClient.grpc(Map.of()));
    assertThat(client.call(unknown, Transport.GRPC).status()).isEqualTo(12);
  }

  @Test
  void health_is_serving() throws Exception {
    Request check =
        OtlpClient.build(
            "http://127.0.0.1:" + gateway.grpcPort() + "/grpc.health.v1.Health/Check",
            RequestBody.create(
                OtlpClient.frame(HealthCheckRequest.getDefaultInstance().toByteArray(), false),
                (MediaType) null),
            OtlpClient.grpc(Map.of()));
    Answer answer = client.call(check, Transport.GRPC);
    assertThat(answer.status()).isZero();
    assertThat(HealthCheckResponse.parseFrom(answer.body()).getStatus())
        .isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
  }

  @Test
  void garbage_instead_of_http2_hurts_nobody_else() throws Exception {
    try (java.net.Socket socket =
        new java.net.Socket(java.net.InetAddress.getLoopbackAddress(), gateway.grpcPort())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(new byte[10_000]);
      assertServes();
      assertThat(socket.getInputStream().readAllBytes()).isNotNull();
    } catch (java.net.SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    }
    assertServes();
  }
}
