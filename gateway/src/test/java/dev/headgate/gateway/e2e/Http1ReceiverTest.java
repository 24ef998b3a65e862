package dev.headgate.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.rpc.Code;
import com.google.rpc.Status;
import dev.headgate.config.Signal;
import dev.headgate.gateway.backends.OtlpItems;
import dev.headgate.gateway.e2e.OtlpClient.Answer;
import dev.headgate.gateway.e2e.OtlpClient.Transport;
import dev.headgate.gateway.e2e.RawHttp.Response;
import dev.headgate.pipeline.memory.SpareBytes;
import dev.headgate.pipeline.otlp.JsonRenderer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Http1ReceiverTest extends ReceiverContract {
  @Override
  Transport transport() {
    return Transport.HTTP_1;
  }

  private RawHttp connect() throws IOException {
    return new RawHttp(gateway.httpPort());
  }

  private void awaitSpans(int count) {
    await()
        .atMost(GatewayHarness.PATIENCE)
        .untilAsserted(() -> assertThat(backend.journal().ids()).hasSize(count));
  }

  @Test
  void a_connection_serves_one_request_after_the_other() throws Exception {
    try (RawHttp http = connect()) {
      for (int i = 0; i < 5; i++) {
        http.write(RawHttp.post(spans(i, 1)));
        Response response = http.read();
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers())
            .containsEntry("content-type", "application/x-protobuf")
            .doesNotContainKey("connection");
        awaitSpans(i + 1);
      }
    }
  }

  @Test
  void three_pipelined_requests_in_one_write_get_three_answers_in_order() throws Exception {
    try (RawHttp http = connect()) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      all.writeBytes(RawHttp.post(spans(0, 1)));
      all.writeBytes(RawHttp.post(new byte[] {7, 7, 7}));
      all.writeBytes(RawHttp.post(spans(1, 1)));
      http.write(all.toByteArray());
      assertThat(http.read().status()).isEqualTo(200);
      assertThat(http.read().status()).isEqualTo(400);
      assertThat(http.read().status()).isEqualTo(200);
      awaitSpans(2);
    }
  }

  @Test
  void a_chunked_body_is_taken() throws Exception {
    try (RawHttp http = connect()) {
      byte[] body = spans(0, 4);
      http.write(RawHttp.head("Transfer-Encoding: chunked"));
      http.chunk(Arrays.copyOfRange(body, 0, 10));
      http.chunk(Arrays.copyOfRange(body, 10, body.length));
      http.chunk(new byte[0]);
      assertThat(http.read().status()).isEqualTo(200);
      http.write(RawHttp.head("Transfer-Encoding: chunked", "Content-Encoding: gzip"));
      http.chunk(gzip(spans(4, 4)));
      http.chunk(new byte[0]);
      assertThat(http.read().status()).isEqualTo(200);
      awaitSpans(8);
    }
  }

  @Test
  void a_chunked_body_that_grows_too_large_is_refused_while_it_comes() throws Exception {
    try (RawHttp http = connect()) {
      http.write(RawHttp.head("Transfer-Encoding: chunked"));
      byte[] chunk = new byte[100_000];
      for (int i = 0; i < 11; i++) {
        http.chunk(chunk);
      }
      assertThat(http.read().status()).isEqualTo(413);
      assertServes();
      http.chunk(new byte[0]);
      http.write(RawHttp.post(spans(0, 1)));
      assertThat(http.read().status()).isEqualTo(200);
    }
  }

  @Test
  void a_client_that_expects_100_continue_gets_it() throws Exception {
    try (RawHttp http = connect()) {
      byte[] body = spans(0, 1);
      http.write(RawHttp.head("Expect: 100-continue", "Content-Length: " + body.length));
      assertThat(http.read().status()).isEqualTo(100);
      http.write(body);
      assertThat(http.read().status()).isEqualTo(200);
    }
  }

  @Test
  void a_client_that_expects_100_continue_for_too_much_gets_its_refusal_instead() throws Exception {
    try (RawHttp http = connect()) {
      http.write(RawHttp.head("Expect: 100-continue", "Content-Length: 2000000"));
      Response response = http.read();
      assertThat(response.status()).isEqualTo(413);
      assertThat(response.headers()).containsEntry("connection", "close");
    }
    assertServes();
  }

  @Test
  void a_refusal_reaches_a_client_that_writes_its_whole_body_first() throws Exception {
    try (RawHttp http = connect()) {
      http.write(RawHttp.post(new byte[8 << 20]));
      Response response = http.read();
      assertThat(response.status()).isEqualTo(413);
      assertThat(Status.parseFrom(response.body()).getCode())
          .isEqualTo(Code.RESOURCE_EXHAUSTED_VALUE);
      http.write(RawHttp.post(spans(0, 1)));
      assertThat(http.read().status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v1/traces, application/x-protobuf, '', 405",
    "PUT, /v1/logs, application/json, '', 405",
    "POST, /v1/trace, application/json, '', 404",
    "POST, /, application/json, '', 404",
    "POST, /v1/traces, text/plain, '', 415",
    "POST, /v1/traces, application/x-protobuf, br, 415",
    "POST, /v1/traces, application/json, 'gzip, gzip', 415",
  })
  void what_is_not_spoken_here_is_refused(
      String method, String path, String type, String encoding, int status) throws Exception {
    try (RawHttp http = connect()) {
      String contentEncoding = encoding.isEmpty() ? "" : "Content-Encoding: " + encoding + "\r\n";
      http.write(
          "%s %s HTTP/1.1\r\nHost: test\r\nContent-Type: %s\r\n%sContent-Length: 2\r\n\r\n{}"
              .formatted(method, path, type, contentEncoding));
      Response response = http.read();
      assertThat(response.status()).isEqualTo(status);
      assertThat(response.headers().get("allow")).isEqualTo(status == 405 ? "POST" : null);
      if (type.equals("application/x-protobuf")) {
        assertThat(Status.parseFrom(response.body()).getMessage()).isNotEmpty();
      } else {
        assertThat(response.headers()).containsEntry("content-type", "application/json");
        assertThat(new String(response.body(), UTF_8)).startsWith("{\"code\":").contains("message");
      }
      http.write(RawHttp.post(spans(0, 1)));
      assertThat(http.read().status()).isEqualTo(200);
    }
  }

  @Test
  void json_is_answered_in_json() {
    byte[] json = new JsonRenderer().render(Signal.TRACES, SpareBytes.of(spans(0, 2)));
    Answer answer = send(json, Map.of("content-type", "Application/JSON; charset=utf-8"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.headers()).containsEntry("content-type", "application/json");
    assertThat(new String(answer.body(), UTF_8)).isEqualTo("{}");
    Answer bad =
        send("{\"resourceSpans\":7}".getBytes(UTF_8), Map.of("content-type", "application/json"));
    assertThat(bad.status()).isEqualTo(400);
    assertThat(new String(bad.body(), UTF_8)).contains("\"code\":3").contains("resourceSpans");
    gateway.assertBalanced();
    assertThat(backend.journal().ids())
        .containsExactlyElementsOf(
            OtlpItems.ids(Signal.TRACES, OtlpItems.parse(Signal.TRACES, spans(0, 2))));
  }

  @Test
  void a_reset_in_the_middle_of_a_body_frees_the_budget() throws Exception {
    try (RawHttp http = connect()) {
      http.write(RawHttp.head("Content-Length: 1000000"));
      http.write(new byte[1000]);
      await()
          .atMost(GatewayHarness.PATIENCE)
          .untilAsserted(() ->
              assertThat(gateway.metric("headgate_budget_used_bytes"))
                  .isGreaterThanOrEqualTo(1_000_000));
      assertServes();
      http.reset();
      gateway.awaitMetric(0, "headgate_budget_used_bytes");
      gateway.awaitMetric(
          1,
          "headgate_receiver_refused_requests_total",
          "reason=\"aborted\"",
          "transport=\"http\"");
    }
  }

  @Test
  void garbage_is_answered_and_closed() throws Exception {
    try (RawHttp http = connect()) {
      http.write("\u0001\u0002 this is no HTTP\r\n\r\n");
      assertThat(http.read().status()).isEqualTo(400);
      assertThat(http.isClosedByServer()).isTrue();
    }
    assertServes();
  }

  @Test
  void an_endless_head_is_refused() throws Exception {
    try (RawHttp http = connect()) {
      http.write(RawHttp.head("X-Long: " + "x".repeat(20_000)));
      assertThat(http.read().status()).isEqualTo(431);
      assertThat(http.isClosedByServer()).isTrue();
    }
    assertServes();
  }

  @Test
  void a_client_with_a_slow_head_or_a_stalled_body_is_cut_off() throws Exception {
    try (GatewayHarness strict = another("read_header_timeout: 200ms, read_timeout: 200ms");
        RawHttp head = new RawHttp(strict.httpPort());
        RawHttp body = new RawHttp(strict.httpPort());
        OtlpClient other = strict.client()) {
      head.write("POST /v1/traces HTTP/1.1\r\nHost:");
      body.write(RawHttp.head("Content-Length: 1000"));
      body.write(new byte[10]);
      assertThat(other.export(Transport.HTTP_1, Signal.TRACES, spans(0, 1)).status())
          .isEqualTo(200);
      assertThat(head.isClosedByServer()).isTrue();
      assertThat(body.isClosedByServer()).isTrue();
      strict.assertBalanced();
    }
  }

  @Test
  void two_different_lengths_are_refused() throws Exception {
    try (RawHttp http = connect()) {
      http.write(RawHttp.head("Content-Length: 5", "Content-Length: 6") + "aaaaaa");
      assertThat(http.read().status()).isEqualTo(400);
    }
    assertServes();
  }
}
