package dev.headgate.pipeline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.PipelineId;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.ledger.Ledger;
import dev.headgate.pipeline.ledger.ReceiverMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RoutingTest {
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Ledger ledger = new Ledger(registry);
  private final Routing routing = new Routing(table("old"));
  private final Route route =
      new Route(new ReceiverMetrics(registry).bind("otlp", "grpc"), "otlp", routing);

  private Map<String, Map<Signal, List<Pipeline>>> table(String name) {
    PipelineId id = new PipelineId(Signal.LOGS, name);
    Pipeline pipeline = new Pipeline(id, List.of(), List.of(), ledger.pipeline(id, List.of()));
    return Map.of("otlp", Map.of(Signal.LOGS, List.of(pipeline)));
  }

  private CompletableFuture<@Nullable Void> swap(Map<String, Map<Signal, List<Pipeline>>> table) {
    return routing.swap(table).toCompletableFuture();
  }

  @Test
  void a_request_keeps_to_the_table_it_came_under() {
    Routing.Lease before = route.lease(Signal.LOGS);
    CompletableFuture<@Nullable Void> unused = swap(table("new"));
    Routing.Lease after = route.lease(Signal.LOGS);

    assertThat(before.pipelines().getFirst().id().name()).isEqualTo("old");
    assertThat(after.pipelines().getFirst().id().name()).isEqualTo("new");
    assertThat(unused).isNotDone();
    after.release();
    assertThat(unused).isNotDone();
    before.release();
    assertThat(unused).isDone();
  }

  @Test
  void a_table_that_nobody_uses_is_done_with_at_once() {
    route.lease(Signal.LOGS).release();

    assertThat(swap(Map.of())).isDone();
    assertThat(route.takes(Signal.LOGS)).isFalse();
  }

  @Test
  void no_request_holds_a_table_that_was_declared_unused() throws InterruptedException {
    AtomicBoolean running = new AtomicBoolean(true);
    AtomicBoolean late = new AtomicBoolean();
    List<CompletableFuture<@Nullable Void>> unused = new ArrayList<>();
    Map<String, CompletableFuture<@Nullable Void>> byName = new ConcurrentHashMap<>();
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      clients.add(
          Thread.ofPlatform()
              .start(() -> {
                while (running.get()) {
                  Routing.Lease lease = route.lease(Signal.LOGS);
                  var done = byName.get(lease.pipelines().getFirst().id().name());
                  if (done != null && done.isDone()) {
                    late.set(true);
                  }
                  lease.release();
                }
              }));
    }
    String current = "old";
    for (int i = 0; i < 2000; i++) {
      CompletableFuture<@Nullable Void> done = swap(table("t" + i));
      byName.put(current, done);
      unused.add(done);
      current = "t" + i;
    }
    running.set(false);
    for (Thread client : clients) {
      client.join();
    }

    assertThat(late).isFalse();
    assertThat(unused).allMatch(CompletableFuture::isDone);
  }
}
