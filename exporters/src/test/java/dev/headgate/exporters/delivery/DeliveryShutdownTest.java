package dev.headgate.exporters.delivery;

import static dev.headgate.exporters.delivery.ScriptedTransport.delivered;
import static dev.headgate.exporters.delivery.ScriptedTransport.permanent;
import static dev.headgate.exporters.delivery.ScriptedTransport.retryable;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.BatchingConfig;
import dev.headgate.config.QueueConfig.Sizer;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.payload.Tenant;
import dev.headgate.pipeline.queue.PayloadQueue;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// The end of a delivery: everything gets its chance, everything is booked.
class DeliveryShutdownTest {
  private static final long TEN_SECONDS = 10_000_000_000L;
  private final DeliveryRig rig = new DeliveryRig();

  private CompletableFuture<Void> drain() {
    CompletableFuture<Void> done =
        rig.delivery().drain(rig.time.nanoTime() + TEN_SECONDS).toCompletableFuture();
    rig.time.runDue();
    return done;
  }

  @Test
  void an_idle_delivery_is_drained_at_once() {
    assertThat(drain()).isCompleted();
  }

  @Test
  void takes_in_nothing_more() {
    drain();

    assertThat(rig.delivery().tryReserve(Signal.LOGS, 1, 1)).isNull();
  }

  @Test
  void a_batch_below_its_size_leaves_at_once() {
    rig.batching = new BatchingConfig(Duration.ofHours(1), 1000, 0, Sizer.ITEMS);
    rig.sendLogs(1);
    assertThat(rig.requests()).isEmpty();

    assertThat(drain()).isCompleted();

    assertThat(rig.requests()).containsExactly(List.of(1L));
    rig.assertQuietAndBalanced();
  }

  @Test
  void a_backoff_is_cut_short() {
    rig.transport.answer(retryable(Duration.ofSeconds(50)), retryable(), delivered());
    rig.sendLogs(1);
    rig.sendLogs(2);

    assertThat(drain()).isCompleted();

    assertThat(rig.requests()).hasSize(4);
    assertThat(rig.line(DeliveryRig.LOGS).delivered()).isEqualTo(2);
    rig.advanceSeconds(100);
    assertThat(rig.requests()).hasSize(4);
    rig.assertQuietAndBalanced();
  }

  @Test
  void what_fails_is_tried_again_until_the_deadline_and_booked_there() {
    rig.transport.answerAll(request -> retryable());
    for (int i = 0; i < 10; i++) {
      rig.sendLogs(i);
    }

    CompletableFuture<Void> done = drain();
    assertThat(done).isNotDone();
    rig.advanceSeconds(100);

    assertThat(done).isCompleted();
    assertThat(rig.dropped("shutdown")).isEqualTo(10);
    rig.assertQuietAndBalanced();
  }

  @Test
  void a_backend_that_comes_back_before_the_deadline_gets_everything() {
    rig.transport.answer(retryable(), retryable(), retryable(), retryable(), delivered());
    rig.sendLogs(1);

    CompletableFuture<Void> done = drain();
    rig.advanceSeconds(2);

    assertThat(done).isCompleted();
    assertThat(rig.line(DeliveryRig.LOGS).delivered()).isEqualTo(1);
    rig.assertQuietAndBalanced();
  }

  @Test
  void a_request_that_was_in_flight_is_tried_again_at_once() {
    rig.transport.holdAll();
    rig.sendLogs(1);
    CompletableFuture<Void> done = drain();
    rig.transport.takeOpen().answer(retryable());
    rig.time.runDue();
    assertThat(rig.transport.openRequests()).isEqualTo(1);
    assertThat(done).isNotDone();

    rig.transport.takeOpen().answer(delivered());
    rig.time.runDue();

    assertThat(done).isCompleted();
    assertThat(rig.line(DeliveryRig.LOGS).delivered()).isEqualTo(1);
  }

  @Test
  void at_the_deadline_the_rest_is_booked_and_later_outcomes_mean_nothing() {
    rig.consumers = 1;
    rig.transport.holdAll();
    rig.sendLogs(1);
    rig.sendLogs(2, 3);
    CompletableFuture<Void> done = drain();
    rig.advanceSeconds(9.999);
    assertThat(done).isNotDone();

    rig.advanceSeconds(0.001);

    assertThat(done).isCompleted();
    assertThat(rig.dropped("shutdown")).isEqualTo(3);
    rig.transport.takeOpen().answer(delivered());
    rig.time.runDue();
    assertThat(rig.requests()).hasSize(1);
    rig.assertQuietAndBalanced();
  }

  @Test
  void lanes_and_parts_are_booked_at_the_deadline() {
    rig.limits = new BatchLimits(Long.MAX_VALUE, 1, BatchLimits.LENGTH, true);
    rig.transport.holdAll();
    rig.commitMetrics("a", 1, 2, 3, 4, 5);
    rig.commitMetrics("a", 6, 7);
    rig.time.runDue();
    CompletableFuture<Void> done = drain();

    rig.advanceSeconds(10);

    assertThat(done).isCompleted();
    assertThat(rig.dropped("shutdown")).isEqualTo(7);
    rig.transport.takeOpen().answer(delivered());
    rig.advanceSeconds(100);
    assertThat(rig.requests()).hasSize(1);
    rig.assertQuietAndBalanced();
  }

  @Test
  void waits_for_a_place_that_is_reserved_and_delivers_what_is_committed_to_it() {
    PayloadQueue.Place place = place();
    CompletableFuture<Void> done = drain();
    assertThat(done).isNotDone();

    commit(place);
    rig.time.runDue();

    assertThat(done).isCompleted();
    assertThat(rig.line(DeliveryRig.LOGS).delivered()).isEqualTo(1);
    rig.assertQuietAndBalanced();
  }

  @Test
  void many_parts_of_one_payload_are_booked_at_the_deadline() {
    rig.limits = new BatchLimits(Long.MAX_VALUE, 1, BatchLimits.LENGTH, false);
    rig.transport.answerAll(request -> ScriptedTransport.retryable());
    rig.sendLogs(LongStream.range(0, 200).toArray());
    assertThat(rig.budget.usedBytes()).isGreaterThan(100 << 10);

    rig.delivery().drain(rig.time.nanoTime() + 1_000_000_000L);
    rig.advanceSeconds(2);

    assertThat(rig.dropped("shutdown")).isEqualTo(200);
    rig.assertQuietAndBalanced();
  }

  @Test
  void what_is_committed_after_the_deadline_is_booked() {
    PayloadQueue.Place place = place();
    drain();
    rig.advanceSeconds(10);

    commit(place);
    rig.time.runDue();

    assertThat(rig.dropped("shutdown")).isEqualTo(1);
    rig.assertQuietAndBalanced();
  }

  private PayloadQueue.Place place() {
    return Objects.requireNonNull(rig.delivery().tryReserve(Signal.LOGS, 100, 1));
  }

  private void commit(PayloadQueue.Place place) {
    Payload payload = TestPayloads.logs(Tenant.NONE, 1);
    rig.ledger.pipeline(DeliveryRig.LOGS).received(1);
    place.commit(
        DeliveryRig.LOGS,
        payload,
        Objects.requireNonNull(rig.budget.tryReserve(payload.sizeBytes())));
  }

  @Test
  void a_second_call_may_bring_the_deadline_forward() {
    rig.transport.holdAll();
    rig.sendLogs(1);
    CompletableFuture<Void> first = drain();

    CompletableFuture<Void> second =
        rig.delivery().drain(rig.time.nanoTime()).toCompletableFuture();
    rig.time.runDue();

    assertThat(first).isCompleted();
    assertThat(second).isCompleted();
    assertThat(rig.dropped("shutdown")).isEqualTo(1);
    rig.transport.takeOpen().answer(delivered());
    rig.advanceSeconds(100);
    rig.assertQuietAndBalanced();
  }

  @Test
  void a_poisoned_batch_is_still_taken_apart() {
    rig.batching = new BatchingConfig(Duration.ofHours(1), 1000, 0, Sizer.ITEMS);
    rig.transport.answerAll(
        request -> TestPayloads.ids(request).contains(2L) ? permanent() : delivered());
    rig.commitLogs(1);
    rig.commitLogs(2);
    rig.commitLogs(3);

    assertThat(drain()).isCompleted();

    assertThat(rig.line(DeliveryRig.LOGS).delivered()).isEqualTo(2);
    assertThat(rig.dropped("permanent_error")).isEqualTo(1);
    rig.assertQuietAndBalanced();
  }
}
