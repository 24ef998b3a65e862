package dev.headgate.exporters.delivery;

import static dev.headgate.exporters.delivery.ScriptedTransport.delivered;
import static dev.headgate.exporters.delivery.ScriptedTransport.retryable;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.BatchingConfig;
import dev.headgate.config.QueueConfig.Sizer;
import dev.headgate.config.Signal;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A delivery goes on by other settings, or ends because its destination is gone.
class DeliveryReloadTest {
  private static final long TEN_SECONDS = 10_000_000_000L;
  private final DeliveryRig rig = new DeliveryRig();
  private final ScriptedTransport next = new ScriptedTransport().answer();

  private CompletableFuture<@Nullable Void> use(Transport transport) {
    var released = rig.delivery().use(rig.settings(), transport).toCompletableFuture();
    rig.time.runDue();
    return released;
  }

  private CompletableFuture<@Nullable Void> retire() {
    var done = rig.delivery().retire(rig.time.nanoTime() + TEN_SECONDS).toCompletableFuture();
    rig.time.runDue();
    return done;
  }

  private List<List<Long>> nextRequests() {
    return next.requests().stream().map(TestPayloads::ids).toList();
  }

  @Test
  void what_is_in_flight_ends_on_the_old_transport_first() {
    rig.transport.holdAll();
    rig.sendLogs(1);
    CompletableFuture<@Nullable Void> released = use(next);
    rig.sendLogs(2);
    assertThat(released).isNotDone();
    assertThat(next.requests()).isEmpty();

    rig.transport.takeOpen().answer(delivered());
    rig.time.runDue();

    assertThat(released).isDone();
    assertThat(rig.requests()).containsExactly(List.of(1L));
    assertThat(nextRequests()).containsExactly(List.of(2L));
    rig.assertQuietAndBalanced();
  }

  @Test
  void what_failed_before_is_sent_again_on_the_new_transport() {
    rig.transport.answer(retryable());
    rig.sendLogs(1);
    assertThat(use(next)).isDone();
    rig.advanceSeconds(1);

    assertThat(rig.requests()).containsExactly(List.of(1L));
    assertThat(nextRequests()).containsExactly(List.of(1L));
    rig.assertQuietAndBalanced();
  }

  @Test
  void a_request_without_end_holds_up_the_new_transport_for_a_while_only() {
    rig.timeout = Duration.ZERO;
    rig.transport.holdAll();
    rig.sendLogs(1);
    CompletableFuture<@Nullable Void> released = use(next);
    rig.sendLogs(2);
    rig.advanceSeconds(30);

    assertThat(released).isDone();
    assertThat(nextRequests()).containsExactly(List.of(2L));
    rig.transport.takeOpen().answer(retryable());
    rig.time.runDue();
    rig.advanceSeconds(1);
    assertThat(nextRequests()).containsExactly(List.of(2L), List.of(1L));
    rig.assertQuietAndBalanced();
  }

  @Test
  void transports_that_follow_each_other_quickly_are_each_let_go_once() {
    rig.transport.holdAll();
    rig.sendLogs(1);
    ScriptedTransport last = new ScriptedTransport().answer();
    CompletableFuture<@Nullable Void> first = use(next);
    CompletableFuture<@Nullable Void> second = use(last);
    rig.sendLogs(2);
    rig.transport.takeOpen().answer(delivered());
    rig.time.runDue();

    assertThat(first).isDone();
    assertThat(second).isDone();
    assertThat(next.requests()).isEmpty();
    assertThat(last.requests()).hasSize(1);
  }

  @Test
  void the_queue_gets_its_new_size_and_keeps_what_is_in_it() {
    rig.transport.holdAll();
    rig.queueSize = 2;
    rig.sendLogs(1);
    rig.sendLogs(2);
    assertThat(rig.delivery().tryReserve(Signal.LOGS, 1, 1)).isNull();
    boolean[] called = {false};
    rig.delivery().onRoom(() -> called[0] = true);

    rig.queueSize = 3;
    assertThat(use(rig.transport)).isDone();

    assertThat(called[0]).isTrue();
    rig.sendLogs(3);
    assertThat(rig.delivery().tryReserve(Signal.LOGS, 1, 1)).isNull();
    assertThat(rig.sum("otelcol_exporter_queue_capacity", Labels.of("data_type", "logs")))
        .isEqualTo(3);
    rig.queueSize = 1;
    use(rig.transport);
    for (int i = 0; i < 3; i++) {
      rig.transport.takeOpen().answer(delivered());
      rig.time.runDue();
    }
    rig.assertQuietAndBalanced();
  }

  @Test
  void a_queue_that_is_measured_otherwise_cannot_go_on() {
    rig.delivery();
    assertThat(rig.delivery().couldUse(rig.settings())).isTrue();
    rig.sizer = Sizer.ITEMS;
    assertThat(rig.delivery().couldUse(rig.settings())).isFalse();
  }

  @Test
  void payloads_are_batched_by_the_settings_they_came_under() {
    rig.batching = new BatchingConfig(Duration.ofSeconds(60), 1000, 0, Sizer.ITEMS);
    rig.sendLogs(1);
    rig.batching = null;
    use(rig.transport);
    rig.sendLogs(2);

    assertThat(rig.requests()).containsExactly(List.of(2L));
    rig.advanceSeconds(60);
    assertThat(rig.requestsAfter(1)).containsExactly(List.of(1L));
    rig.assertQuietAndBalanced();
  }

  @Test
  void metrics_wait_for_those_that_came_before_the_change() {
    rig.limits = new BatchLimits(Long.MAX_VALUE, 0, BatchLimits.LENGTH, true);
    rig.consumers = 1;
    rig.transport.holdAll();
    rig.commitMetrics("a", 1);
    rig.time.runDue();
    rig.commitMetrics("b", 2);
    rig.consumers = 8;
    use(rig.transport);
    rig.commitMetrics("a", 3);
    rig.commitMetrics("b", 4);
    rig.time.runDue();
    assertThat(rig.requests()).containsExactly(List.of(1L));

    rig.transport.takeOpen().answer(delivered());
    rig.time.runDue();
    assertThat(rig.requestsAfter(1)).containsExactly(List.of(2L));
    rig.transport.takeOpen().answer(delivered());
    rig.time.runDue();

    assertThat(rig.requestsAfter(2)).containsExactlyInAnyOrder(List.of(3L), List.of(4L));
  }

  @Test
  void metrics_do_not_wait_for_the_timer_of_what_is_sent_already() {
    rig.limits = new BatchLimits(Long.MAX_VALUE, 0, BatchLimits.LENGTH, true);
    rig.batching = new BatchingConfig(Duration.ofSeconds(40), 2, 0, Sizer.ITEMS);
    rig.commitMetrics("a", 1);
    rig.commitMetrics("a", 2);
    rig.time.runDue();
    assertThat(rig.requests()).containsExactly(List.of(1L, 2L));
    use(rig.transport);
    rig.commitMetrics("a", 3, 4);
    rig.time.runDue();

    assertThat(rig.requestsAfter(1)).containsExactly(List.of(3L, 4L));
    rig.advanceSeconds(40);
    rig.assertQuietAndBalanced();
  }

  @Test
  void a_stop_sends_the_metrics_of_every_generation_in_order() {
    rig.limits = new BatchLimits(Long.MAX_VALUE, 0, BatchLimits.LENGTH, true);
    rig.batching = new BatchingConfig(Duration.ofSeconds(40), 100, 0, Sizer.ITEMS);
    rig.commitMetrics("a", 1);
    rig.commitMetrics("b", 2);
    use(rig.transport);
    rig.commitMetrics("a", 3);
    use(rig.transport);
    rig.commitMetrics("a", 4);
    rig.commitMetrics("b", 5);
    CompletableFuture<@Nullable Void> done =
        rig.delivery().drain(rig.time.nanoTime() + TEN_SECONDS).toCompletableFuture();
    rig.time.runDue();

    assertThat(done).isDone();
    assertThat(rig.requests().subList(0, 2)).containsExactlyInAnyOrder(List.of(1L), List.of(2L));
    assertThat(rig.requests().get(2)).containsExactly(3L);
    assertThat(rig.requestsAfter(3)).containsExactlyInAnyOrder(List.of(4L), List.of(5L));
    rig.assertQuietAndBalanced();
  }

  @Test
  void held_metrics_wait_and_logs_do_not() {
    rig.limits = new BatchLimits(Long.MAX_VALUE, 0, BatchLimits.LENGTH, true);
    rig.delivery().holdOrdered();
    rig.commitMetrics("a", 1);
    rig.sendLogs(2);
    assertThat(rig.requests()).containsExactly(List.of(2L));

    rig.delivery().releaseOrdered();
    rig.time.runDue();

    assertThat(rig.requestsAfter(1)).containsExactly(List.of(1L));
    rig.assertQuietAndBalanced();
  }

  @Test
  void a_retired_delivery_takes_nothing_and_keeps_to_its_schedule() {
    rig.transport.answer(retryable(), retryable(), delivered());
    rig.sendLogs(1);
    CompletableFuture<@Nullable Void> done = retire();
    assertThat(rig.delivery().tryReserve(Signal.LOGS, 1, 1)).isNull();
    assertThat(rig.requests()).hasSize(2);
    rig.advanceSeconds(1);
    assertThat(rig.requests()).hasSize(2);
    rig.advanceSeconds(1);

    assertThat(rig.requests()).hasSize(3);
    assertThat(done).isDone();
    assertThat(rig.line(DeliveryRig.LOGS).delivered()).isEqualTo(1);
  }

  @Test
  void what_a_retired_delivery_could_not_send_is_booked_as_lost_to_the_reload() {
    rig.transport.holdAll();
    rig.sendLogs(1, 2);
    CompletableFuture<@Nullable Void> done = retire();
    rig.advanceSeconds(10);

    assertThat(done).isDone();
    assertThat(rig.dropped("reload")).isEqualTo(2);
    assertThat(rig.line(DeliveryRig.LOGS).balances()).isTrue();
    assertThat(rig.budget.usedBytes()).isZero();
    assertThat(rig.registry.scrape("otelcol_exporter_queue_size"::equals))
        .allMatch(gauge -> gauge.getDataPoints().isEmpty());
  }

  @Test
  void a_stop_hurries_a_retired_delivery() {
    rig.transport.answer(retryable(), retryable(), retryable(), delivered());
    rig.sendLogs(1);
    retire();
    CompletableFuture<@Nullable Void> done =
        rig.delivery().drain(rig.time.nanoTime() + TEN_SECONDS).toCompletableFuture();
    rig.time.runDue();
    rig.advanceSeconds(0.3);

    assertThat(done).isDone();
    assertThat(rig.line(DeliveryRig.LOGS).delivered()).isEqualTo(1);
  }
}
