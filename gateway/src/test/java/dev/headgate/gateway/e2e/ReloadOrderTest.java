package dev.headgate.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.headgate.config.Signal;
import dev.headgate.gateway.backends.HttpBackend;
import dev.headgate.gateway.backends.Reaction;
import dev.headgate.gateway.backends.Script;
import dev.headgate.gateway.e2e.OtlpClient.Transport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Metrics stay in order when another exporter takes over the way to their backend.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ReloadOrderTest {
  private final HttpBackend mimir = new HttpBackend(HttpBackend.Kind.MIMIR);
  private final CountDownLatch open = new CountDownLatch(1);

  @AfterEach
  void close() {
    open.countDown();
    mimir.close();
  }

  private String yaml(String exporter) {
    return GatewayHarness.RECEIVERS
        + """
        exporters:
          otlphttp/a: {endpoint: "%1$s"}
          otlphttp/b: {endpoint: "%1$s"}
          nop: {}
        service:
          telemetry: {metrics: {address: "127.0.0.1:0"}}
          pipelines:
            metrics: {receivers: [otlp], exporters: [%2$s]}
        """
            .formatted(mimir.endpoint(), exporter);
  }

  /// Sends one point by each of the exporters, of which the backend holds the first.
  private void expectOrder(List<String> exporters) {
    mimir
        .journal()
        .follow(Script.first(1, new Reaction.Held(open, Reaction.accept()), Reaction.accept()));
    try (GatewayHarness gateway = GatewayHarness.start(yaml(exporters.getFirst()));
        OtlpClient client = gateway.client()) {
      for (int i = 0; i < exporters.size(); i++) {
        if (i > 0) {
          assertThat(gateway.reload(yaml(exporters.get(i))).statusCode()).isEqualTo(200);
        }
        byte[] point = TestOtlp.request(Signal.METRICS, i, 1);
        assertThat(client.export(Transport.HTTP_1, Signal.METRICS, point).status()).isEqualTo(200);
      }
      await()
          .during(Duration.ofMillis(300))
          .atMost(GatewayHarness.PATIENCE)
          .untilAsserted(() -> assertThat(mimir.journal().ids()).isEmpty());
      open.countDown();
      gateway.assertBalanced();
      assertThat(mimir.journal().ids()).hasSizeGreaterThan(1).isSorted();
    }
  }

  @Test
  void a_renamed_exporter_waits_for_the_last_of_the_old_one() {
    expectOrder(List.of("otlphttp/a", "otlphttp/b"));
  }

  @Test
  void an_exporter_that_comes_back_waits_for_what_it_sent_before() {
    expectOrder(List.of("otlphttp/a", "nop", "otlphttp/a"));
  }
}
