package dev.headgate.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.headgate.config.AdminConfig;
import dev.headgate.config.AdminRole;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ClientsTest {
  @TempDir Path directory;

  private final PrometheusRegistry registry = new PrometheusRegistry();

  private double problems() {
    return registry.scrape("headgate_admin_token_problems"::equals).stream()
        .flatMap(snapshot -> ((GaugeSnapshot) snapshot).getDataPoints().stream())
        .mapToDouble(GaugeSnapshot.GaugeDataPointSnapshot::getValue)
        .sum();
  }

  /// The thread of a file watch, which waits for a lock.
  private static Thread blockedWatch() {
    return await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("headgate-files"))
                    .filter(thread -> thread.getState() == Thread.State.BLOCKED)
                    .findFirst()
                    .orElse(null),
            thread -> thread != null);
  }

  @Test
  void a_problem_that_is_seen_while_they_are_closed_does_not_stay() throws Exception {
    Path file = Files.writeString(directory.resolve("tokens"), "viewer-token-0123456789");
    AdminConfig.Client client = new AdminConfig.Client("wall", AdminRole.VIEWER, file);
    Clients clients = new Clients(List.of(client), new AccessMetrics(registry), (_, _, _) -> {});
    Thread watch;
    synchronized (clients) {
      Files.delete(file);
      watch = blockedWatch();
      clients.close();
    }
    watch.join();
    assertThat(problems()).isZero();
  }
}
