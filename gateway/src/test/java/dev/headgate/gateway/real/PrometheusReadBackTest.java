package dev.headgate.gateway.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.headgate.config.Signal;
import dev.headgate.gateway.e2e.GatewayHarness;
import dev.headgate.gateway.e2e.OtlpClient;
import dev.headgate.gateway.e2e.TestOtlp;
import dev.headgate.gateway.readback.MimirReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What reads metrics back understands a real Prometheus: one of this machine, which scrapes a
/// gateway in this JVM.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class PrometheusReadBackTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"/", "/prometheus"})
  void a_scraped_gateway_is_read_back_with_its_labels(String prefix) throws Exception {
    try (GatewayHarness gateway = GatewayHarness.start("  nop:\n", "nop", "traces");
        OtlpClient client = gateway.client()) {
      byte[] spans = TestOtlp.request(Signal.TRACES, 0, 7);
      assertThat(client.export(OtlpClient.Transport.HTTP_1, Signal.TRACES, spans).status())
          .isEqualTo(200);
      try (Prometheus prometheus = start(prefix, gateway.gateway().adminPorts().getFirst())) {
        MimirReader reader = prometheus.reader();
        BackendContract.eventually(() ->
            assertThat(reader.query("headgate_ledger_received_items_total > 0"))
                .singleElement()
                .satisfies(sample -> {
                  assertThat(sample.value()).isEqualTo(7);
                  assertThat(sample.labels())
                      .containsEntry("__name__", "headgate_ledger_received_items_total")
                      .containsEntry("job", "headgate")
                      .containsEntry("signal", "traces");
                }));
        assertThat(reader.query("nothing_of_this_name")).isEmpty();
      }
    }
  }

  @Test
  void values_that_are_no_numbers_and_refusals_are_understood() throws Exception {
    try (Prometheus prometheus = start("/", 1)) {
      MimirReader reader = prometheus.reader();
      assertThat(
              Stream.of("vector(1) / 0", "vector(-1) / 0", "vector(0) / 0", "vector(1e300)")
                  .map(each -> value(reader, each)))
          .containsExactly(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN, 1e300);
      assertThatThrownBy(() -> reader.query("sum("))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("/api/v1/query: HTTP 400")
          .hasMessageContaining("parse error");
    }
  }

  private static double value(MimirReader reader, String promQl) {
    try {
      List<MimirReader.Sample> samples = reader.query(promQl);
      assertThat(samples).hasSize(1);
      return samples.getFirst().value();
    } catch (IOException e) {
      throw new AssertionError(promQl, e);
    }
  }

  /// A Prometheus that scrapes one port of this machine every second. Skips the test where there is
  /// no such program.
  ///
  /// @param prefix under which it answers
  private Prometheus start(String prefix, int scraped) throws IOException {
    Path config = folder.resolve("prometheus.yml");
    Files.writeString(
        config,
        """
        global: {scrape_interval: 1s}
        scrape_configs:
        - {job_name: headgate, static_configs: [{targets: ["127.0.0.1:%d"]}]}
        """
            .formatted(scraped));
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Process process =
        new ProcessBuilder(
                program(),
                "--config.file=" + config,
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port,
                "--web.route-prefix=" + prefix)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("prometheus.log").toFile())
            .start();
    Prometheus made = new Prometheus(process, URI.create("http://127.0.0.1:" + port));
    boolean ready = false;
    try {
      BackendContract.eventually(() -> assertThat(made.reader().query("vector(1)")).hasSize(1));
      ready = true;
    } finally {
      if (!ready) {
        made.close();
      }
    }
    return made;
  }

  private static String program() {
    String named = System.getenv("PROMETHEUS");
    if (named != null) {
      return named;
    }
    for (String at : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      Path program = Path.of(at, "prometheus");
      if (Files.isExecutable(program)) {
        return program.toString();
      }
    }
    return abort("no prometheus on the PATH (Debian's package prometheus, or PROMETHEUS=/path)");
  }

  /// **Ownership:** owns the process.
  private record Prometheus(Process process, URI base) implements AutoCloseable {
    MimirReader reader() {
      return new MimirReader(base, BackendContract.calls(""));
    }

    @Override
    public void close() {
      process.destroy();
      try {
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
          process.destroyForcibly().waitFor();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
