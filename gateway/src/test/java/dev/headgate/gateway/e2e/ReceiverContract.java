package dev.headgate.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.ByteString;
import dev.headgate.config.Signal;
import dev.headgate.gateway.backends.GrpcBackend;
import dev.headgate.gateway.backends.Reaction;
import dev.headgate.gateway.backends.Script;
import dev.headgate.gateway.e2e.OtlpClient.Answer;
import dev.headgate.gateway.e2e.OtlpClient.Transport;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What every receiver does alike, whatever the transport. Traces and logs have pipelines, metrics
/// have none; the largest message is 1 MiB; the queue holds two requests.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
abstract class ReceiverContract {
  static final int MAX_MESSAGE_BYTES = 1 << 20;

  final GrpcBackend backend = new GrpcBackend();
  final GatewayHarness gateway = GatewayHarness.start(yaml(backend.endpoint(), ""));
  final OtlpClient client = gateway.client();

  private static String yaml(String endpoint, String http) {
    return """
    receivers:
      otlp:
        protocols:
          grpc: {endpoint: "127.0.0.1:0", max_recv_msg_size_mib: 1, include_metadata: true}
          http: {endpoint: "127.0.0.1:0", max_request_body_size: 1MiB, include_metadata: true%s}
    exporters:
      otlp/backend:
        endpoint: "%s"
        tls: {insecure: true}
        sending_queue: {queue_size: 2}
    service:
      telemetry: {metrics: {address: "127.0.0.1:0"}}
      pipelines:
        traces: {receivers: [otlp], exporters: [otlp/backend]}
        logs: {receivers: [otlp], exporters: [otlp/backend]}
    """
        .formatted(http, endpoint);
  }

  /// A gateway like the contract's with further keys of the HTTP receiver.
  GatewayHarness another(String httpKeys) {
    return GatewayHarness.start(yaml(backend.endpoint(), ", " + httpKeys));
  }

  abstract Transport transport();

  /// The answers of this transport.
  enum Meaning {
    OK,
    MALFORMED,
    TOO_LARGE,
    OVERLOADED,
    NO_PIPELINE,
    OTHER
  }

  Meaning meaning(Answer answer) {
    if (transport() == Transport.GRPC) {
      return switch (answer.status()) {
        case 0 -> Meaning.OK;
        case 3 -> Meaning.MALFORMED;
        case 8 -> Meaning.TOO_LARGE;
        case 14 -> Meaning.OVERLOADED;
        case 12 -> Meaning.NO_PIPELINE;
        default -> Meaning.OTHER;
      };
    }
    return switch (answer.status()) {
      case 200 -> Meaning.OK;
      case 400 -> Meaning.MALFORMED;
      case 413 -> Meaning.TOO_LARGE;
      case 503 -> Meaning.OVERLOADED;
      case 404 -> Meaning.NO_PIPELINE;
      default -> Meaning.OTHER;
    };
  }

  @AfterEach
  void everything_is_accounted_for() {
    backend.journal().follow(Script.always(Reaction.accept()));
    try {
      gateway.assertBalanced();
    } finally {
      client.close();
      gateway.close();
      backend.close();
    }
  }

  Answer send(byte[] body, Map<String, String> headers) {
    return client.export(transport(), Signal.TRACES, body, headers);
  }

  Answer send(byte[] body) {
    return send(body, Map.of());
  }

  static byte[] spans(int from, int count) {
    return TestOtlp.request(Signal.TRACES, from, count);
  }

  static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /// Another client is served, whatever happened before.
  void assertServes() {
    try (OtlpClient other = gateway.client()) {
      assertThat(meaning(other.export(transport(), Signal.TRACES, spans(9000, 1))))
          .isEqualTo(Meaning.OK);
    }
  }

  @Test
  void accepts_plain_gzip_and_zstd() {
    assertThat(send(spans(0, 3)).ok(transport())).isTrue();
    await().atMost(GatewayHarness.PATIENCE).until(() -> backend.journal().ids().size() == 3);
    Answer gzip = send(gzip(spans(3, 3)), Map.of("content-encoding", "gzip"));
    assertThat(meaning(gzip)).isEqualTo(Meaning.OK);
    assertThat(gzip.body()).isEmpty();
    await().atMost(GatewayHarness.PATIENCE).until(() -> backend.journal().ids().size() == 6);
    Answer zstd = send(Zstd.compress(spans(6, 3)), Map.of("content-encoding", "zstd"));
    assertThat(meaning(zstd)).isEqualTo(Meaning.OK);
    gateway.assertBalanced();
    assertThat(backend.journal().ids())
        .containsExactlyInAnyOrderElementsOf(TestOtlp.ids(Signal.TRACES, 0, 9));
  }

  @Test
  void an_empty_request_succeeds_and_reaches_no_backend() {
    Answer answer = send(new byte[0]);
    assertThat(meaning(answer)).isEqualTo(Meaning.OK);
    assertThat(answer.body()).isEmpty();
    gateway.assertBalanced();
    assertThat(backend.journal().requests()).isEmpty();
  }

  @Test
  void malformed_bytes_are_refused_for_good() {
    byte[] truncated = java.util.Arrays.copyOf(spans(0, 2), 40);
    assertThat(meaning(send(truncated))).isEqualTo(Meaning.MALFORMED);
    assertThat(meaning(send(new byte[] {7, 7, 7, 7}))).isEqualTo(Meaning.MALFORMED);
    byte[] noGzip = {1, 2, 3, 4};
    assertThat(meaning(send(noGzip, Map.of("content-encoding", "gzip"))))
        .isEqualTo(Meaning.MALFORMED);
    assertThat(gateway.metric(refused(), "reason=\"malformed\"")).isEqualTo(3);
    assertServes();
  }

  private static String refused() {
    return "headgate_receiver_refused_requests_total";
  }

  @Test
  void what_is_too_large_is_refused_for_good_without_a_delay() {
    Answer answer = send(new byte[MAX_MESSAGE_BYTES + 1]);
    assertThat(meaning(answer)).isEqualTo(Meaning.TOO_LARGE);
    assertThat(answer.headers())
        .doesNotContainKeys("retry-after", "grpc-status-details-bin", "google.rpc.retryinfo-bin");
    assertServes();
  }

  @Test
  void a_bomb_is_refused_for_good() {
    byte[] zeros = new byte[64 << 20];
    assertThat(meaning(send(gzip(zeros), Map.of("content-encoding", "gzip"))))
        .isEqualTo(Meaning.TOO_LARGE);
    assertThat(meaning(send(Zstd.compress(zeros), Map.of("content-encoding", "zstd"))))
        .isEqualTo(Meaning.TOO_LARGE);
    assertThat(gateway.metric(refused(), "reason=\"too_large\"")).isEqualTo(2);
    assertServes();
  }

  @Test
  void a_message_of_the_largest_size_is_taken() {
    int overhead = TestOtlp.request(Signal.TRACES, 0, 1, "x".repeat(1_000_000)).length - 1_000_000;
    String padding = "x".repeat(MAX_MESSAGE_BYTES - overhead);
    byte[] largest = TestOtlp.request(Signal.TRACES, 0, 1, padding);
    assertThat(largest).hasSize(MAX_MESSAGE_BYTES);
    assertThat(meaning(send(largest))).isEqualTo(Meaning.OK);
  }

  @Test
  void a_full_queue_refuses_with_a_delay() {
    CountDownLatch open = new CountDownLatch(1);
    backend.journal().follow(Script.always(new Reaction.Held(open, Reaction.accept())));
    assertThat(meaning(send(spans(0, 1)))).isEqualTo(Meaning.OK);
    assertThat(meaning(send(spans(1, 1)))).isEqualTo(Meaning.OK);
    Answer refusal = send(spans(2, 1));
    assertThat(meaning(refusal)).isEqualTo(Meaning.OVERLOADED);
    assertThat(refusal.headers())
        .containsKey(transport() == Transport.GRPC ? "google.rpc.retryinfo-bin" : "retry-after");
    // Older SDKs try again only after a refusal in this form.
    assertThat(refusal.trailersOnly()).isEqualTo(transport() == Transport.GRPC);
    assertThat(gateway.metric(refused(), "reason=\"queue_full\"")).isEqualTo(1);
    open.countDown();
    gateway.assertBalanced();
    assertThat(backend.journal().ids())
        .containsExactlyInAnyOrderElementsOf(TestOtlp.ids(Signal.TRACES, 0, 2));
  }

  @Test
  void a_signal_without_a_pipeline_is_refused_for_good() {
    byte[] body = TestOtlp.request(Signal.METRICS, 0, 1);
    assertThat(meaning(client.export(transport(), Signal.METRICS, body)))
        .isEqualTo(Meaning.NO_PIPELINE);
    assertThat(gateway.metric(refused(), "reason=\"no_pipeline\"", "signal=\"metrics\""))
        .isEqualTo(1);
  }

  /// RFC 9110 section 9.3.2: the answer to HEAD has the headers of another and no content.
  @Test
  void the_answer_to_a_head_request_has_no_content() throws IOException {
    assumeTrue(transport() != Transport.GRPC, "gRPC has no HEAD requests");
    Request head = new Request.Builder().url(client.url(transport(), Signal.LOGS)).head().build();
    for (int i = 0; i < 3; i++) {
      try (Response response = client.of(transport()).newCall(head).execute()) {
        assertThat(response.code()).isEqualTo(405);
        assertThat(Long.parseLong(response.header("content-length", "0"))).isPositive();
        assertThat(response.body().source().exhausted()).isTrue();
      }
    }
    assertThat(meaning(send(spans(0, 1)))).isEqualTo(Meaning.OK);
    assertThat(gateway.metric(refused(), "reason=\"unsupported\"")).isEqualTo(3);
  }

  @Test
  void spans_with_bad_ids_are_rejected_one_by_one() throws Exception {
    ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
    request
        .addResourceSpansBuilder()
        .addScopeSpansBuilder()
        .addSpans(TestOtlp.span(1))
        .addSpans(TestOtlp.span(2).setTraceId(ByteString.copyFrom(new byte[16])))
        .addSpans(TestOtlp.span(3).setSpanId(ByteString.copyFrom(new byte[8])))
        .addSpans(TestOtlp.span(4).setSpanId(ByteString.EMPTY))
        .addSpans(TestOtlp.span(5));
    Answer answer = send(request.build().toByteArray());
    assertThat(meaning(answer)).isEqualTo(Meaning.OK);
    var partial = ExportTraceServiceResponse.parseFrom(answer.body()).getPartialSuccess();
    assertThat(partial.getRejectedSpans()).isEqualTo(3);
    assertThat(partial.getErrorMessage()).isNotEmpty();
    gateway.assertBalanced();
    assertThat(backend.journal().ids()).hasSize(2);
    assertThat(gateway.metric("otelcol_receiver_refused_spans")).isEqualTo(3);
    assertThat(gateway.metric("otelcol_receiver_accepted_spans")).isEqualTo(2);
  }

  @Test
  void a_tenant_travels_to_the_backend_and_a_bad_one_is_refused() {
    assertThat(meaning(send(spans(0, 1), Map.of("X-Scope-OrgID", "team-a")))).isEqualTo(Meaning.OK);
    gateway.assertBalanced();
    assertThat(backend.journal().requests().getFirst().headers())
        .containsEntry("x-scope-orgid", "team-a");
    assertThat(meaning(send(spans(1, 1), Map.of("X-Scope-OrgID", "a|b"))))
        .isEqualTo(Meaning.MALFORMED);
    assertThat(backend.journal().requests()).hasSize(1);
  }
}
