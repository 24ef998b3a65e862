package dev.headgate.gateway.hurt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.Signal;
import dev.headgate.gateway.e2e.GatewayHarness;
import dev.headgate.gateway.e2e.OtlpClient;
import dev.headgate.gateway.e2e.OtlpClient.Answer;
import dev.headgate.gateway.e2e.OtlpClient.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Refusals reach clients that are still sending.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RefusalTest {
  /// A client that writes its whole message before it looks for an answer, and waits for ever to be
  /// allowed to.
  private static Answer stubborn(OtlpClient client, Transport transport, byte[] body)
      throws IOException {
    OkHttpClient patient = client.of(transport).newBuilder().writeTimeout(Duration.ZERO).build();
    var request = client.request(transport, Signal.TRACES, body, Map.of());
    try (Response response = patient.newCall(request).execute()) {
      return OtlpClient.answer(response, transport);
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void a_message_too_large_is_refused_again_and_again(Transport transport) throws Exception {
    boolean grpc = transport == Transport.GRPC;
    try (Siege siege = new Siege("max_recv_msg_size_mib: 1,", "max_request_body_size: 1MiB,");
        OtlpClient client = siege.client()) {
      siege.begin();
      for (int i = 0; i < 10; i++) {
        Answer answer = stubborn(client, transport, new byte[6 << 20]);
        assertThat(answer.status()).isEqualTo(grpc ? 8 : 413);
        assertThat(answer.headers()).doesNotContainKeys("retry-after", "grpc-status-details-bin");
      }
      siege.awaitCount(10, "refused_requests_total", grpc, "too_large");
      siege.awaitCount(grpc ? 10 : 0, "streams_reset_total", grpc, "answered");
    }
  }

  @Test
  void a_stop_answers_the_streams_whose_bodies_do_not_come() throws Exception {
    try (Siege siege = new Siege();
        RawHttp2 http2 = siege.http2(false)) {
      http2.begin(1, 0);
      http2.frame(RawHttp2.DATA, 0, 1, new byte[100]);
      http2.flush();
      siege.gateway().awaitMetric(2, "headgate_receiver_connections", "transport=\"http\"");
      siege.neighbour().close();
      siege.gateway().stop(Duration.ofSeconds(5));
      http2.awaitReceived(RawHttp2.HEADERS, 1);
      assertThat(http2.isClosedByServer()).isTrue();
      assertThat(http2.received(RawHttp2.GOAWAY)).isPositive();
      siege.awaitCount(1, "refused_requests_total", false, "shutting_down");
      assertThat(siege.gateway().metric("headgate_receiver_connections")).isZero();
    }
  }

  @Test
  void connections_are_counted_as_they_come_and_go() throws Exception {
    try (Siege siege = new Siege()) {
      siege.begin();
      GatewayHarness gateway = siege.gateway();
      try (RawHttp2 grpc = siege.http2(true)) {
        grpc.awaitReceived(RawHttp2.SETTINGS, 1);
        gateway.awaitMetric(2, "headgate_receiver_connections", "transport=\"grpc\"");
      }
      siege.awaitClosed(true, "client", 1);
      gateway.awaitMetric(1, "headgate_receiver_connections", "transport=\"grpc\"");
      gateway.awaitMetric(2, "headgate_receiver_connections_accepted_total", "transport=\"grpc\"");
    }
  }
}
