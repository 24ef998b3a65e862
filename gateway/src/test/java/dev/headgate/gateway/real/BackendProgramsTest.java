package dev.headgate.gateway.real;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.headgate.gateway.e2e.GatewayHarness;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A gateway in this JVM before programs of this machine, where there are any:
/// `HEADGATE_TEST_TEMPO`, `HEADGATE_TEST_LOKI` and `HEADGATE_TEST_MIMIR` name them.
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class BackendProgramsTest extends BackendContract {
  private static final Path POLICY =
      Path.of("").toAbsolutePath().getParent().resolve("deploy/config/production.yaml");

  @TempDir private Path folder;

  @BeforeAll
  static void is_skipped_without_any_program() {
    assumeTrue(
        Stream.of(Product.values())
            .anyMatch(product -> System.getenv(product.programVariable()) != null),
        "real backends: none of HEADGATE_TEST_TEMPO, _LOKI, _MIMIR names a program");
  }

  @Override
  RealBackend backend(Product product, boolean tenants) throws Exception {
    return BackendProcess.start(product, tenants, folder);
  }

  @Override
  RealGateway gateway(Map<String, String> endpoints) throws Exception {
    Map<String, String> variables =
        new HashMap<>(
            Map.of(
                "TEMPO_ENDPOINT", "127.0.0.1:1",
                "LOKI_ENDPOINT", "http://127.0.0.1:1",
                "MIMIR_ENDPOINT", "http://127.0.0.1:1",
                "HEADGATE_LISTEN", "127.0.0.1",
                "HEADGATE_ADMIN_LISTEN", "127.0.0.1",
                "HEADGATE_GRPC_PORT", "0",
                "HEADGATE_HTTP_PORT", "0",
                "HEADGATE_HEALTH_PORT", "0",
                "HEADGATE_ADMIN_PORT", "0"));
    variables.putAll(endpoints);
    GatewayHarness harness = GatewayHarness.start(Files.readString(POLICY), variables);
    return new RealGateway(
        local(harness.grpcPort()),
        local(harness.httpPort()),
        local(harness.gateway().adminPorts().getFirst()),
        harness::close);
  }

  private static URI local(int port) {
    return URI.create("http://127.0.0.1:" + port);
  }
}
