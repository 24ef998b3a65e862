package dev.headgate.gateway.hurt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.Signal;
import dev.headgate.gateway.backends.GrpcBackend;
import dev.headgate.gateway.e2e.GatewayHarness;
import dev.headgate.gateway.e2e.OtlpClient;
import dev.headgate.gateway.e2e.TestOtlp;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Clients of an OTLP/gRPC receiver that a reload has replaced: they do not answer its pings, so
/// that it keeps their connections for as long as it may.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ReloadGraceTest {
  /// The password `secret`, by bcrypt of cost 5.
  private static final String USER =
      "a:$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a";

  private static final String CONNECTIONS = "headgate_receiver_connections";

  private final GrpcBackend backend = new GrpcBackend();

  @AfterEach
  void close() {
    backend.close();
  }

  private String yaml(int maxMessageMib) {
    return """
    receivers:
      otlp:
        protocols:
          grpc:
            endpoint: "127.0.0.1:0"
            max_recv_msg_size_mib: %d
            auth: {authenticator: basicauth}
    exporters:
      otlp: {endpoint: "%s", tls: {insecure: true}}
    extensions:
      basicauth: {htpasswd: {inline: "%s"}}
    service:
      extensions: [basicauth]
      telemetry: {metrics: {address: "127.0.0.1:0"}}
      pipelines: {traces: {receivers: [otlp], exporters: [otlp]}}
    """
        .formatted(maxMessageMib, backend.endpoint(), USER);
  }

  private static void export(RawHttp2 client, int streamId) {
    String credentials =
        Base64.getEncoder().encodeToString("a:secret".getBytes(StandardCharsets.UTF_8));
    byte[] head =
        RawHttp2.block(
            ":method", "POST",
            ":scheme", "http",
            ":path", "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
            ":authority", "test",
            "content-type", "application/grpc",
            "te", "trailers",
            "authorization", "Basic " + credentials);
    byte[] message = OtlpClient.frame(TestOtlp.request(Signal.TRACES, 0, 1), false);
    client.frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS, streamId, head);
    client.frame(RawHttp2.DATA, RawHttp2.END_STREAM, streamId, message);
    client.flush();
  }

  @Test
  void a_password_is_still_found_out_for_those_who_were_there() throws Exception {
    try (GatewayHarness gateway = GatewayHarness.start(yaml(4));
        RawHttp2 client = new RawHttp2(true, gateway.grpcPort(), new byte[0])) {
      gateway.awaitMetric(1, CONNECTIONS, "transport=\"grpc\"");
      assertThat(gateway.reload(yaml(8)).statusCode()).isEqualTo(200);
      export(client, 1);
      client.readOn();
      client.awaitReceived(RawHttp2.HEADERS, 1);
      gateway.assertBalanced();
      assertThat(backend.journal().ids()).hasSize(1);
    }
  }

  @Test
  void a_stop_ends_a_receiver_that_was_replaced_too() throws Exception {
    try (GatewayHarness gateway = GatewayHarness.start(yaml(4));
        RawHttp2 client = new RawHttp2(true, gateway.grpcPort(), new byte[0])) {
      gateway.awaitMetric(1, CONNECTIONS, "transport=\"grpc\"");
      assertThat(gateway.reload(yaml(8)).statusCode()).isEqualTo(200);
      assertThat(gateway.metric(CONNECTIONS, "transport=\"grpc\"")).isEqualTo(1);
      gateway.stop(Duration.ofSeconds(5));
      assertThat(gateway.metric(CONNECTIONS, "transport=\"grpc\"")).isZero();
      client.readOn();
      assertThat(client.isClosedByServer()).isTrue();
    }
  }
}
