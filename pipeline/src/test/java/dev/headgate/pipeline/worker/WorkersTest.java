package dev.headgate.pipeline.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.headgate.config.PipelineId;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.codec.ContentCoding;
import dev.headgate.pipeline.ledger.GatewayMetrics;
import dev.headgate.pipeline.ledger.Ledger;
import dev.headgate.pipeline.ledger.LedgerLine;
import dev.headgate.pipeline.ledger.ProcessorMetrics;
import dev.headgate.pipeline.ledger.ReceiverMetrics;
import dev.headgate.pipeline.memory.ArrayPool;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.payload.ByteBudget;
import dev.headgate.pipeline.payload.NanoClock;
import dev.headgate.pipeline.payload.Reservation;
import dev.headgate.pipeline.payload.SystemNanoClock;
import dev.headgate.pipeline.payload.Tenant;
import dev.headgate.pipeline.queue.FakePayloadQueue;
import dev.headgate.pipeline.queue.FakePayloadQueue.Behaviour;
import dev.headgate.pipeline.worker.IngestResult.Accepted;
import dev.headgate.pipeline.worker.IngestResult.Overloaded;
import dev.headgate.pipeline.worker.IngestResult.RefusalReason;
import dev.headgate.pipeline.worker.WorkerFixture.FakeDecoder;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class WorkersTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Ledger ledger = new Ledger(registry);
  private final ByteBudget budget = new ByteBudget(1_000_000);
  private final NanoClock clock = new SystemNanoClock();
  private final Queue<FakeDecoder> decoders = new ConcurrentLinkedQueue<>();
  private final Queue<Boolean> waiting = new ConcurrentLinkedQueue<>();
  private final Queue<IngestResult> results = new ConcurrentLinkedQueue<>();
  private final ReceiverMetrics.Bound receiver = new ReceiverMetrics(registry).bind("otlp", "http");
  private final CountDownLatch open = new CountDownLatch(1);
  private final Workers workers =
      new Workers(
          new WorkerSettings(3, 64, 16, Duration.ZERO, Duration.ofSeconds(1)),
          this::newDecoder,
          budget,
          ArrayPool.NONE,
          clock,
          new GatewayMetrics(registry));

  private FakeDecoder newDecoder(boolean mayWait) {
    waiting.add(mayWait);
    FakeDecoder decoder = new FakeDecoder();
    decoders.add(decoder);
    return decoder;
  }

  @AfterEach
  void end() {
    open.countDown();
    workers.stop(soon());
  }

  private long soon() {
    return clock.nanoTime() + PATIENCE.toNanos();
  }

  private Route route(FakePayloadQueue queue, Pipeline.Stage... stages) {
    PipelineId id = new PipelineId(Signal.LOGS, "");
    Pipeline pipeline =
        new Pipeline(
            id, List.of(stages), List.of(queue), ledger.pipeline(id, List.of(queue.exporterId())));
    Routing routing = new Routing(Map.of("otlp", Map.of(Signal.LOGS, List.of(pipeline))));
    return new Route(receiver, "otlp", routing);
  }

  private boolean offer(Route route, byte[] body) {
    return offer(route, body, workers.intake()::offer);
  }

  private boolean offer(Route route, byte[] body, Predicate<IngestRequest> intake) {
    Reservation reservation = budget.tryReserve(body.length);
    if (reservation == null) {
      return false;
    }
    boolean taken =
        intake.test(
            new IngestRequest(
                route.lease(Signal.LOGS),
                Signal.LOGS,
                IngestRequest.Encoding.PROTOBUF,
                ContentCoding.IDENTITY,
                Tenant.NONE,
                Bytes.of(body),
                1000,
                reservation,
                soon(),
                results::add));
    if (!taken) {
      reservation.release();
    }
    return taken;
  }

  @Test
  void answers_every_request_and_ends_cleanly() throws InterruptedException {
    FakePayloadQueue queue =
        FakePayloadQueue.ofRequests("otlp/a", 20, new Behaviour(false, true, false), ledger);
    Route route = route(queue);
    workers.start();
    AtomicInteger offered = new AtomicInteger();
    AtomicLong seeds = new AtomicLong(42);
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      clients.add(
          Thread.ofPlatform()
              .start(() -> {
                Random random = new Random(seeds.getAndIncrement());
                for (int n = 0; n < 2_000; n++) {
                  byte[] body = FakeDecoder.body(1 + random.nextInt(9), 3 + random.nextInt(50));
                  if (offer(route, body)) {
                    offered.getAndIncrement();
                  } else {
                    Thread.onSpinWait();
                  }
                }
              }));
    }
    while (clients.stream().anyMatch(Thread::isAlive) || results.size() < offered.get()) {
      if (!queue.deliverOldest()) {
        Thread.onSpinWait();
      }
    }
    for (Thread client : clients) {
      client.join();
    }

    assertThat(workers.stop(soon())).isTrue();
    while (queue.deliverOldest()) {
      continue;
    }

    assertThat(results).hasSize(offered.get());
    assertThat(offered.get()).isPositive();
    assertThat(results.stream().filter(Accepted.class::isInstance).count()).isPositive();
    assertThat(budget.usedBytes()).isZero();
    assertThat(ledger.lines()).allMatch(LedgerLine::balances);
    assertThat(decoders).hasSize(3).allMatch(decoder -> decoder.closed);
  }

  @Test
  void idle_workers_are_idle_and_gauges_show_it() {
    workers.start();

    await().atMost(PATIENCE).until(() -> gauge("headgate_workers_busy") == 0);

    assertThat(gauge("headgate_workers")).isEqualTo(3);
    assertThat(gauge("headgate_intake_requests")).isZero();
    assertThat(gauge("headgate_intake_capacity_requests")).isEqualTo(64);
    assertThat(gauge("headgate_parked_requests")).isZero();
    assertThat(gauge("headgate_parked_capacity_requests")).isEqualTo(16);
  }

  private double gauge(String name) {
    return registry.scrape(name::equals).stream()
        .flatMap(metric -> ((GaugeSnapshot) metric).getDataPoints().stream())
        .mapToDouble(GaugeSnapshot.GaugeDataPointSnapshot::getValue)
        .sum();
  }

  @Test
  void a_worker_that_died_of_an_error_is_replaced() {
    FakePayloadQueue queue = FakePayloadQueue.ofRequests("otlp/a", 20, Behaviour.PLAIN, ledger);
    Route route = route(queue);
    workers.start();
    for (int i = 0; i < 6; i++) {
      assertThat(offer(route, FakeDecoder.body(FakeDecoder.ERROR))).isTrue();
    }
    await().atMost(PATIENCE).until(() -> results.size() == 6);

    assertThat(offer(route, FakeDecoder.body(2, 10))).isTrue();

    await().atMost(PATIENCE).until(() -> results.size() == 7);
    assertThat(results).contains(new Accepted(0, ""));
    assertThat(workers.stop(soon())).isTrue();
    assertThat(decoders).hasSize(9).allMatch(decoder -> decoder.closed);
  }

  @Test
  void stopping_answers_what_is_parked_and_works_off_the_rest() {
    FakePayloadQueue queue =
        FakePayloadQueue.ofRequests("otlp/a", 1, new Behaviour(false, true, false), ledger);
    Route route = route(queue);
    workers.start();
    offer(route, FakeDecoder.body(1, 10));
    await().atMost(PATIENCE).until(() -> results.size() == 1);
    offer(route, FakeDecoder.body(1, 10));
    await().atMost(PATIENCE).until(() -> gauge("headgate_parked_requests") == 1);

    assertThat(workers.stop(soon())).isTrue();

    assertThat(results)
        .containsExactly(
            new Accepted(0, ""),
            new Overloaded(Duration.ofSeconds(1), RefusalReason.SHUTTING_DOWN));
    assertThat(offer(route, FakeDecoder.body(1, 10))).isFalse();
    queue.deliverOldest();
    assertThat(budget.usedBytes()).isZero();
  }

  @Test
  void at_the_deadline_what_no_worker_has_begun_is_refused_retryably() {
    FakePayloadQueue queue = FakePayloadQueue.ofRequests("otlp/a", 20, Behaviour.PLAIN, ledger);
    AtomicInteger stuck = new AtomicInteger();
    Pipeline.Stage waits =
        new Pipeline.Stage(
            "waits",
            (payload, context) -> {
              stuck.getAndIncrement();
              awaitOpen();
              return payload;
            },
            new ProcessorMetrics(registry).bind("waits", Signal.LOGS));
    Route route = route(queue, waits);
    workers.start();
    for (int i = 0; i < 5; i++) {
      offer(route, FakeDecoder.body(1, 10));
    }
    await().atMost(PATIENCE).until(() -> stuck.get() == 3);

    assertThat(workers.stop(clock.nanoTime())).isFalse();

    assertThat(results)
        .hasSize(2)
        .containsOnly(new Overloaded(Duration.ofSeconds(1), RefusalReason.SHUTTING_DOWN));
    open.countDown();
    assertThat(workers.stop(soon())).isTrue();
    assertThat(results).hasSize(5);
  }

  @Test
  void an_event_loop_works_its_request_off_unless_others_wait_for_a_worker() {
    FakePayloadQueue queue = FakePayloadQueue.ofRequests("otlp/a", 20, Behaviour.PLAIN, ledger);
    Route route = route(queue);
    Predicate<IngestRequest> loop = request -> workers.intake().offer(request, Runnable::run);

    assertThat(offer(route, FakeDecoder.body(1, 10), loop)).isTrue();
    assertThat(results).hasSize(1);
    assertThat(waiting).as("may wait for other workers").containsExactly(false);
    assertThat(offer(route, FakeDecoder.body(1, 10))).isTrue();
    assertThat(offer(route, FakeDecoder.body(1, 10), loop)).isTrue();

    assertThat(results).hasSize(1);
    assertThat(gauge("headgate_intake_requests")).isEqualTo(2);
    workers.start();
    await().atMost(PATIENCE).until(() -> results.size() == 3);
    assertThat(workers.stop(soon())).isTrue();
    assertThat(offer(route, FakeDecoder.body(1, 10), loop)).isFalse();
    assertThat(results).hasSize(3).containsOnly(new Accepted(0, ""));
    assertThat(decoders).hasSize(4).allMatch(decoder -> decoder.closed);
  }

  @Test
  void an_event_loop_does_not_take_the_place_of_one_that_was_parked_for_it() {
    FakePayloadQueue queue =
        FakePayloadQueue.ofRequests("otlp/a", 1, new Behaviour(false, true, false), ledger);
    Route route = route(queue);
    Predicate<IngestRequest> loop = request -> workers.intake().offer(request, Runnable::run);
    assertThat(offer(route, FakeDecoder.body(1, 10), loop)).isTrue();
    assertThat(offer(route, FakeDecoder.body(2, 10), loop)).isTrue();
    assertThat(gauge("headgate_parked_requests")).isEqualTo(1);
    queue.deliverOldest();

    assertThat(offer(route, FakeDecoder.body(3, 10), loop)).isTrue();

    assertThat(gauge("headgate_intake_requests")).isEqualTo(1);
    workers.start();
    await().atMost(PATIENCE).until(() -> results.size() == 2);
    assertThat(queue.deliverOldest()).isTrue();
    await().atMost(PATIENCE).until(() -> results.size() == 3);
    assertThat(results).containsOnly(new Accepted(0, ""));
  }

  @Test
  void a_stop_waits_for_an_event_loop_that_works() throws InterruptedException {
    FakePayloadQueue queue = FakePayloadQueue.ofRequests("otlp/a", 20, Behaviour.PLAIN, ledger);
    CountDownLatch begun = new CountDownLatch(1);
    Pipeline.Stage waits =
        new Pipeline.Stage(
            "waits",
            (payload, context) -> {
              begun.countDown();
              awaitOpen();
              return payload;
            },
            new ProcessorMetrics(registry).bind("waits", Signal.LOGS));
    Route route = route(queue, waits);
    workers.start();
    Thread loop =
        Thread.ofPlatform()
            .start(() ->
                offer(
                    route,
                    FakeDecoder.body(1, 10),
                    request -> workers.intake().offer(request, Runnable::run)));
    begun.await();
    assertThat(gauge("headgate_event_loops_working")).isEqualTo(1);

    assertThat(workers.stop(clock.nanoTime())).isFalse();
    open.countDown();

    assertThat(workers.stop(soon())).isTrue();
    loop.join();
    assertThat(results).containsExactly(new Accepted(0, ""));
    assertThat(gauge("headgate_event_loops_working")).isZero();
  }

  private void awaitOpen() {
    try {
      open.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
