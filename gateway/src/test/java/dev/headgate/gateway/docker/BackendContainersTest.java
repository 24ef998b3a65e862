package dev.headgate.gateway.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.headgate.gateway.readback.HttpCalls;
import dev.headgate.gateway.readback.MimirReader;
import dev.headgate.gateway.readback.TempoReader;
import dev.headgate.gateway.smoke.Smoke;
import dev.headgate.gateway.smoke.SmokeReport;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;

/// The gateway's image before each real backend, with the files of `deploy/`.
@Tag("docker")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class BackendContainersTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int GRPC = 4317;
  private static final int HTTP = 4318;

  private final Network network = Network.newNetwork();
  private @Nullable GenericContainer<?> backend;
  private @Nullable GenericContainer<?> gateway;

  @AfterEach
  void close() {
    for (GenericContainer<?> one : new GenericContainer<?>[] {gateway, backend}) {
      if (one != null) {
        one.stop();
      }
    }
    network.close();
  }

  @Test
  void tempo_holds_the_trace_and_not_the_secret() throws InterruptedException {
    GenericContainer<?> tempo = backend("tempo", 3200, "/etc/tempo/tempo.yaml", "-config.file=");
    start("TEMPO_ENDPOINT", "tempo:4317");
    assertPasses(smoke(at(tempo, 3200), null, null));
  }

  @Test
  void a_tempo_that_was_paused_gets_what_came_meanwhile() throws IOException {
    GenericContainer<?> tempo = backend("tempo", 3200, "/etc/tempo/tempo.yaml", "-config.file=");
    GenericContainer<?> headgate = start("TEMPO_ENDPOINT", "tempo:4317");
    var docker = DockerClientFactory.instance().client();
    docker.pauseContainerCmd(tempo.getContainerId()).exec();
    String traceId;
    try {
      traceId = SdkSpan.send(at(headgate, GRPC).toString(), "");
    } finally {
      docker.unpauseContainerCmd(tempo.getContainerId()).exec();
    }
    TempoReader reader = new TempoReader(at(tempo, 3200), calls());
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> {
          Optional<byte[]> trace = reader.trace(traceId);
          assertThat(trace).isPresent();
          assertThat(TempoReader.spans(trace.get()).toString()).doesNotContain(SdkSpan.SECRET);
        });
  }

  @Test
  void loki_holds_the_record_under_its_labels_and_not_the_secret() throws InterruptedException {
    GenericContainer<?> loki = backend("loki", 3100, "/etc/loki/loki.yaml", "-config.file=");
    start("LOKI_ENDPOINT", "http://loki:3100/otlp");
    assertPasses(smoke(null, at(loki, 3100), null));
  }

  @Test
  void mimir_holds_the_metric_and_not_the_secret() throws InterruptedException {
    GenericContainer<?> mimir = backend("mimir", 9009, "/etc/mimir/mimir.yaml", "-config.file=");
    start("MIMIR_ENDPOINT", "http://mimir:9009/otlp");
    assertPasses(smoke(null, null, at(mimir, 9009)));
  }

  @Test
  void prometheus_takes_metrics_over_otlp_and_scrapes_the_gateway() throws InterruptedException {
    GenericContainer<?> prometheus =
        Containers.of("prometheus")
            .withNetwork(network)
            .withNetworkAliases("prometheus", "mimir")
            .withCopyFileToContainer(
                Containers.deployed("prometheus/prometheus.yaml"),
                "/etc/prometheus/prometheus.yaml")
            .withCommand(
                "--config.file=/etc/prometheus/prometheus.yaml", "--web.enable-otlp-receiver")
            .withExposedPorts(9090)
            .waitingFor(Wait.forHttp("/-/ready").forPort(9090));
    backend = prometheus;
    prometheus.start();
    start("MIMIR_ENDPOINT", "http://prometheus:9090/api/v1/otlp");
    URI base = at(prometheus, 9090);
    assertPasses(smoke(null, null, base));
    MimirReader reader = new MimirReader(base, calls());
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> !reader.query("otelcol_receiver_accepted_metric_points").isEmpty());
  }

  private GenericContainer<?> backend(String name, int port, String file, String option) {
    GenericContainer<?> made =
        Containers.of(name)
            .withNetwork(network)
            .withNetworkAliases(name)
            .withCopyFileToContainer(Containers.deployed(name + "/" + name + ".yaml"), file)
            .withCommand(option + file)
            .withExposedPorts(port)
            .waitingFor(Wait.forHttp("/ready").forPort(port).withStartupTimeout(PATIENCE));
    backend = made;
    made.start();
    return made;
  }

  private GenericContainer<?> start(String variable, String endpoint) {
    GenericContainer<?> made =
        Containers.gateway()
            .withNetwork(network)
            .withNetworkAliases("headgate")
            .withEnv("TEMPO_ENDPOINT", "127.0.0.1:1")
            .withEnv("LOKI_ENDPOINT", "http://127.0.0.1:1")
            .withEnv("MIMIR_ENDPOINT", "http://127.0.0.1:1")
            .withEnv(variable, endpoint)
            .withEnv("HEADGATE_ADMIN_LISTEN", "0.0.0.0")
            .withExposedPorts(GRPC, HTTP)
            .waitingFor(Wait.forHealthcheck());
    gateway = made;
    made.start();
    return made;
  }

  private SmokeReport smoke(@Nullable URI tempo, @Nullable URI loki, @Nullable URI mimir)
      throws InterruptedException {
    GenericContainer<?> headgate = Objects.requireNonNull(gateway);
    return new Smoke(new Smoke.Settings(at(headgate, HTTP), tempo, loki, mimir, "", PATIENCE, 100))
        .run();
  }

  private static void assertPasses(SmokeReport report) {
    assertThat(report.passed()).as(report.text()).isTrue();
  }

  private static HttpCalls calls() {
    return HttpCalls.ofTenant(Duration.ofSeconds(5), "");
  }

  private static URI at(GenericContainer<?> container, int port) {
    return URI.create("http://" + container.getHost() + ":" + container.getMappedPort(port));
  }
}
