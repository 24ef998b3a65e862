package dev.headgate.gateway.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.headgate.config.Signal;
import dev.headgate.gateway.backends.GrpcBackend;
import dev.headgate.gateway.backends.HttpBackend;
import dev.headgate.gateway.backends.OtlpItems;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;

@Tag("docker")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
@EnabledOnOs(
    value = OS.LINUX,
    disabledReason = "docker: elsewhere the network of the host is not this JVM's")
class ImageTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Test
  void is_healthy_on_a_read_only_root_delivers_what_an_sdk_sends_and_stops_with_its_ledger()
      throws IOException {
    int grpcPort = freePort();
    int adminPort = freePort();
    try (GrpcBackend tempo = new GrpcBackend();
        HttpBackend loki = new HttpBackend(HttpBackend.Kind.LOKI);
        HttpBackend mimir = new HttpBackend(HttpBackend.Kind.MIMIR);
        GenericContainer<?> gateway =
            Containers.gateway()
                // The backends are in this JVM.
                .withNetworkMode("host")
                .withEnv("HEADGATE_LISTEN", "127.0.0.1")
                .withEnv("HEADGATE_GRPC_PORT", Integer.toString(grpcPort))
                .withEnv("HEADGATE_HTTP_PORT", Integer.toString(freePort()))
                .withEnv("HEADGATE_HEALTH_PORT", Integer.toString(freePort()))
                .withEnv("HEADGATE_ADMIN_LISTEN", "127.0.0.1")
                .withEnv("HEADGATE_ADMIN_PORT", Integer.toString(adminPort))
                .withEnv("TEMPO_ENDPOINT", tempo.endpoint())
                .withEnv("LOKI_ENDPOINT", loki.endpoint())
                .withEnv("MIMIR_ENDPOINT", mimir.endpoint())
                .waitingFor(Wait.forHealthcheck())) {
      gateway.start();

      String traceId = new SdkShop("http://127.0.0.1:" + grpcPort, Signal.TRACES).order().traceId();
      await().atMost(PATIENCE).until(() -> !tempo.journal().messages().isEmpty());

      List<Message> arrived = tempo.journal().messages();
      assertThat(arrived.toString()).contains("[REDACTED]").doesNotContain(SdkShop.SECRET);
      assertThat(arrived.stream().flatMap(OtlpItems::spans).map(Span::getTraceId))
          .containsExactly(ByteString.fromHex(traceId));

      var docker = DockerClientFactory.instance().client();
      docker.stopContainerCmd(gateway.getContainerId()).withTimeout(30).exec();
      assertThat(gateway.getLogs())
          .containsPattern("ledger traces -> \\S+: received 1 = delivered 1 \\+ dropped 0");
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
