package dev.headgate.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.headgate.config.load.ConfigException;
import dev.headgate.config.load.ConfigLoader;
import dev.headgate.config.load.ConfigSource;
import dev.headgate.gateway.Assembly;
import dev.headgate.gateway.ConfigSupplier;
import dev.headgate.gateway.Gateway;
import dev.headgate.gateway.admin.MetricsPage;
import dev.headgate.gateway.cli.PipelineChecks;
import dev.headgate.pipeline.ledger.LedgerLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A whole gateway on ports of the loopback, made from YAML as `headgate run` makes it.
///
/// **Threading:** confined to the test's thread, except [#stop].
///
/// **Ownership:** owns the gateway.
public final class GatewayHarness implements AutoCloseable {
  /// How long anything may take on a slow machine.
  public static final Duration PATIENCE = Duration.ofSeconds(30);

  /// A receiver of both transports and `/metrics`, each on any port.
  public static final String RECEIVERS =
      """
      receivers:
        otlp:
          protocols:
            grpc:
              endpoint: 127.0.0.1:0
            http:
              endpoint: 127.0.0.1:0
      """;

  private final Gateway gateway;
  private final AtomicReference<String> file;

  private GatewayHarness(Gateway gateway, AtomicReference<String> file) {
    this.gateway = gateway;
    this.file = file;
  }

  /// Starts a gateway.
  public static GatewayHarness start(String yaml) {
    return start(yaml, Map.of());
  }

  /// Starts a gateway whose file names variables of the environment.
  public static GatewayHarness start(String yaml, Map<String, String> environment) {
    AtomicReference<String> file = new AtomicReference<>(yaml);
    ConfigLoader loader = new ConfigLoader(environment::get, new PipelineChecks());
    ConfigSupplier source =
        () -> loader.load(List.of(new ConfigSource("test.yaml", file.get())), List.of());
    try {
      Gateway gateway = Assembly.assemble(source.load(), source, "test");
      gateway.start();
      return new GatewayHarness(gateway, file);
    } catch (ConfigException e) {
      throw new IllegalArgumentException(e.problems().toString(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Writes another file and asks for a reload.
  public HttpResponse<String> reload(String yaml) {
    file.set(yaml);
    return admin("POST", "/-/reload", "text/plain");
  }

  /// Asks the administration.
  public HttpResponse<String> admin(String method, String path, String accept) {
    URI uri = URI.create("http://127.0.0.1:" + gateway.adminPorts().getFirst() + path);
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(uri)
              .method(method, HttpRequest.BodyPublishers.noBody())
              .header("Accept", accept)
              .timeout(PATIENCE)
              .build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// Starts a gateway with [#RECEIVERS] in which every signal given goes to all exporters.
  ///
  /// @param exporters the block under `exporters:`, indented by two
  public static GatewayHarness start(String exporters, String exporterIds, String... signals) {
    StringBuilder yaml = new StringBuilder(RECEIVERS).append("exporters:\n").append(exporters);
    yaml.append("service:\n  telemetry: {metrics: {address: \"127.0.0.1:0\"}}\n  pipelines:\n");
    for (String signal : signals) {
      yaml.append("    %s: {receivers: [otlp], exporters: [%s]}\n".formatted(signal, exporterIds));
    }
    return start(yaml.toString());
  }

  public Gateway gateway() {
    return gateway;
  }

  public int grpcPort() {
    return gateway.grpcPorts().getFirst();
  }

  public int httpPort() {
    return gateway.httpPorts().getFirst();
  }

  /// A client of the two receivers.
  public OtlpClient client() {
    return new OtlpClient(grpcPort(), httpPort());
  }

  /// The page `/metrics`.
  public String scrape() {
    try {
      return new String(
          new MetricsPage(gateway.registry(), false).render(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The sum of a metric's series that have all the labels given, as `name="value"`; null when
  /// there is none.
  public @Nullable Double metric(String name, String... labels) {
    Double sum = null;
    for (String line : scrape().split("\n", -1)) {
      int end = line.indexOf('{') < 0 ? line.indexOf(' ') : line.indexOf('{');
      if (end < 0 || line.startsWith("#") || !line.substring(0, end).equals(name)) {
        continue;
      }
      if (List.of(labels).stream().allMatch(line::contains)) {
        sum = (sum == null ? 0 : sum) + Double.parseDouble(line.substring(line.lastIndexOf(' ')));
      }
    }
    return sum;
  }

  /// Waits until a metric has a value.
  public void awaitMetric(double expected, String name, String... labels) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(metric(name, labels)).as(name).isEqualTo(expected));
  }

  /// Waits until nothing is on its way, and checks that everything is accounted for.
  public void assertBalanced() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> {
          assertThat(gateway.ledger()).extracting(LedgerLine::inFlight).containsOnly(0L);
          assertThat(metric("headgate_budget_used_bytes")).isEqualTo(0);
          assertThat(gateway.ledger()).allMatch(LedgerLine::balances);
        });
  }

  /// The ledger's line of the only pipeline that ends in an exporter.
  public LedgerLine line(String exporterId) {
    List<LedgerLine> lines =
        gateway.ledger().stream().filter(line -> line.exporterId().equals(exporterId)).toList();
    assertThat(lines).hasSize(1);
    return lines.getFirst();
  }

  public void stop(Duration timeout) {
    gateway.stop(timeout);
  }

  @Override
  public void close() {
    gateway.stop(Duration.ZERO);
  }
}
