package dev.headgate.gateway.real;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.Signal;
import dev.headgate.gateway.readback.MimirReader;
import dev.headgate.gateway.smoke.SmokeReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;

/// The gateway's image before the backends' images.
@Tag("docker")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class BackendContainersTest extends BackendContract {
  private static final int GRPC = 4317;
  private static final int HTTP = 4318;
  private static final int ADMIN = 8888;

  private final Network network = Network.newNetwork();

  @Override
  void closeNetwork() {
    network.close();
  }

  @Override
  RealBackend backend(Product product, boolean tenants) {
    String name = product.key();
    String file = "/etc/" + product.file();
    List<String> command = new ArrayList<>(List.of("-config.file=" + file));
    if (tenants) {
      command.add(product.tenantsOption());
    }
    GenericContainer<?> made =
        Containers.of(name)
            .withNetwork(network)
            .withNetworkAliases(name)
            .withCopyFileToContainer(Containers.deployed(product.file()), file)
            .withCommand(command.toArray(String[]::new))
            .withExposedPorts(product.port())
            .waitingFor(
                Wait.forHttp("/ready").forPort(product.port()).withStartupTimeout(PATIENCE));
    made.start();
    String endpoint =
        product == Product.TEMPO
            ? "tempo:" + GRPC
            : "http://" + name + ":" + product.port() + "/otlp";
    return new BackendContainer(made, product.port(), endpoint);
  }

  @Override
  RealGateway gateway(Map<String, String> endpoints) {
    GenericContainer<?> made =
        Containers.gateway()
            .withNetwork(network)
            .withNetworkAliases("headgate")
            .withEnv("TEMPO_ENDPOINT", "127.0.0.1:1")
            .withEnv("LOKI_ENDPOINT", "http://127.0.0.1:1")
            .withEnv("MIMIR_ENDPOINT", "http://127.0.0.1:1")
            .withEnv(endpoints)
            .withEnv("HEADGATE_ADMIN_LISTEN", "0.0.0.0")
            .withExposedPorts(GRPC, HTTP, ADMIN)
            .waitingFor(Wait.forHealthcheck());
    made.start();
    return new RealGateway(
        Containers.at(made, GRPC),
        Containers.at(made, HTTP),
        Containers.at(made, ADMIN),
        made::stop);
  }

  @Test
  void prometheus_takes_metrics_over_otlp_and_scrapes_the_gateway() throws InterruptedException {
    try (GenericContainer<?> prometheus =
        Containers.of("prometheus")
            .withNetwork(network)
            .withNetworkAliases("prometheus")
            .withCopyFileToContainer(
                Containers.deployed("prometheus/prometheus.yaml"),
                "/etc/prometheus/prometheus.yaml")
            .withCommand(
                "--config.file=/etc/prometheus/prometheus.yaml", "--web.enable-otlp-receiver")
            .withExposedPorts(9090)
            .waitingFor(Wait.forHttp("/-/ready").forPort(9090))) {
      prometheus.start();
      try (RealGateway gateway =
          gateway(Map.of("MIMIR_ENDPOINT", "http://prometheus:9090/api/v1/otlp"))) {
        var base = Containers.at(prometheus, 9090);
        SmokeReport report = smoke(gateway, Signal.METRICS, base, PATIENCE);
        assertThat(report.passed()).as(report.text()).isTrue();
        MimirReader reader = new MimirReader(base, calls(""));
        eventually(
            () -> assertThat(reader.query("otelcol_receiver_accepted_metric_points")).isNotEmpty());
      }
    }
  }
}
