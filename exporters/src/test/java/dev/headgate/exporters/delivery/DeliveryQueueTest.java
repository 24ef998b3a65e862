package dev.headgate.exporters.delivery;

import static dev.headgate.exporters.delivery.ScriptedTransport.delivered;
import static dev.headgate.exporters.delivery.ScriptedTransport.retryable;
import static dev.headgate.exporters.delivery.ScriptedTransport.tooLarge;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headgate.config.QueueConfig;
import dev.headgate.config.QueueConfig.Sizer;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.payload.Reservation;
import dev.headgate.pipeline.payload.Tenant;
import dev.headgate.pipeline.queue.PayloadQueue;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Filter;
import java.util.logging.Logger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// What goes into the queue and what does not.
class DeliveryQueueTest {
  private final DeliveryRig rig = new DeliveryRig();

  private boolean tryLogs(long... ids) {
    return rig.tryCommit(DeliveryRig.LOGS, TestPayloads.logs(Tenant.NONE, ids));
  }

  @Test
  void a_full_queue_refuses_and_counts_what_is_being_sent_and_what_does_not_come_again() {
    rig.queueSize = 3;
    rig.transport.holdAll();
    rig.sendLogs(1);
    rig.sendLogs(2);
    rig.sendLogs(3);

    assertThat(tryLogs(4, 5)).isFalse();
    assertThat(rig.sum("otelcol_exporter_enqueue_failed_log_records")).isZero();
    rig.delivery().refused(Signal.LOGS, 2);
    assertThat(rig.sum("otelcol_exporter_enqueue_failed_log_records")).isEqualTo(2);

    rig.transport.takeOpen().answer(delivered());
    rig.time.runDue();
    assertThat(tryLogs(6)).isTrue();
  }

  @Test
  void once_it_has_refused_what_does_not_fit_is_not_worth_a_look() {
    rig.queueSize = 1;
    rig.transport.holdAll();
    rig.sendLogs(1);
    assertThat(rig.delivery().mayTake(100)).isTrue();
    assertThat(tryLogs(2)).isFalse();
    assertThat(rig.delivery().mayTake(100)).as("it may come again").isTrue();

    rig.delivery().refused(Signal.LOGS, 1);
    assertThat(rig.delivery().mayTake(100)).isFalse();
    rig.transport.takeOpen().answer(delivered());
    rig.time.runDue();
    assertThat(rig.delivery().mayTake(100)).isTrue();
  }

  @Test
  void says_how_much_of_a_full_queue_is_taken() {
    rig.queueSize = 3;
    rig.sizer = Sizer.ITEMS;
    rig.transport.holdAll();
    rig.sendLogs(1, 2);

    List<String> lines = new ArrayList<>();
    Logger logger = Logger.getLogger(Delivery.class.getName());
    Filter before = logger.getFilter();
    logger.setFilter(line -> !lines.add(line.getMessage()));
    try {
      assertThat(tryLogs(3, 4)).isFalse();
      rig.delivery().refused(Signal.LOGS, 2);
    } finally {
      logger.setFilter(before);
    }

    assertThat(lines)
        .singleElement()
        .asString()
        .containsPattern(
            ": a request of 2 items found no room in the queue: 2 of 3 items and [1-9][0-9]* of"
                + " [1-9][0-9]* bytes of memory are taken \\(0 more since the last warning\\)$");
  }

  @Test
  void a_disabled_queue_holds_what_is_in_flight() {
    rig.queueEnabled = false;
    rig.transport.holdAll();
    rig.sendLogs(1);
    rig.sendLogs(2);

    assertThat(tryLogs(3)).isFalse();
    assertThat(rig.sum("otelcol_exporter_queue_capacity", Labels.of("data_type", "logs")))
        .isEqualTo(2);
  }

  @Test
  void size_is_shown_per_kind_of_data() {
    rig.sizer = Sizer.ITEMS;
    rig.transport.holdAll();
    rig.sendLogs(1, 2);
    rig.sendLogs(3);
    rig.commitMetrics("a", 1, 2, 3, 4);
    rig.time.runDue();

    assertThat(rig.sum("otelcol_exporter_queue_size", Labels.of("data_type", "logs"))).isEqualTo(3);
    assertThat(rig.sum("otelcol_exporter_queue_size", Labels.of("data_type", "metrics")))
        .isEqualTo(4);
    assertThat(rig.sum("otelcol_exporter_in_flight_requests", Labels.of("data_type", "logs")))
        .isEqualTo(2);
    assertThat(rig.sum("headgate_exporter_queue_bytes")).isEqualTo(rig.budget.usedBytes());
  }

  @Test
  void shows_the_age_of_the_oldest() {
    rig.transport.answer(retryable());
    rig.sendLogs(1);
    rig.advanceSeconds(0.5);
    rig.sendLogs(2);

    assertThat(rig.sum("headgate_exporter_queue_oldest_age_seconds")).isEqualTo(0.5);
  }

  @Test
  void drop_oldest_drops_what_waits_and_not_what_is_being_sent() {
    rig.queueSize = 4;
    rig.overflow = QueueConfig.Overflow.DROP_OLDEST;
    rig.transport.holdAll();
    for (int i = 1; i <= 6; i++) {
      rig.sendLogs(i);
    }
    rig.transport.answer();
    rig.transport.takeOpen().answer(delivered());
    rig.transport.takeOpen().answer(delivered());
    rig.time.runDue();

    assertThat(rig.requests()).containsExactly(List.of(1L), List.of(2L), List.of(5L, 6L));
    assertThat(rig.dropped("dropped_oldest")).isEqualTo(2);
    assertThat(rig.sum("otelcol_exporter_enqueue_failed_log_records")).isEqualTo(2);
    rig.assertQuietAndBalanced();
  }

  @Test
  void drop_oldest_refuses_when_everything_is_being_sent() {
    rig.queueSize = 2;
    rig.overflow = QueueConfig.Overflow.DROP_OLDEST;
    rig.transport.holdAll();
    rig.sendLogs(1);
    rig.sendLogs(2);

    assertThat(tryLogs(3)).isFalse();
    assertThat(rig.dropped("dropped_oldest")).isZero();
  }

  @Test
  void drop_oldest_keeps_the_newest_during_an_outage() {
    rig.queueSize = 3;
    rig.overflow = QueueConfig.Overflow.DROP_OLDEST;
    rig.transport.answerAll(request -> retryable());
    for (int i = 1; i <= 9; i++) {
      rig.sendLogs(i);
    }
    int during = rig.transport.requests().size();
    rig.transport.answer();
    rig.advanceSeconds(100);

    assertThat(rig.dropped("dropped_oldest")).isEqualTo(6);
    assertThat(rig.requestsAfter(during).stream().flatMap(List::stream))
        .containsExactlyInAnyOrder(7L, 8L, 9L);
    rig.assertQuietAndBalanced();
  }

  @Test
  void drop_oldest_lets_a_lane_go_on() {
    rig.queueSize = 2;
    rig.overflow = QueueConfig.Overflow.DROP_OLDEST;
    rig.limits = new BatchLimits(Long.MAX_VALUE, 0, BatchLimits.LENGTH, true);
    rig.transport.answer(retryable());
    rig.commitMetrics("a", 1);
    rig.time.runDue();
    rig.commitMetrics("a", 2);
    rig.commitMetrics("a", 3);
    rig.time.runDue();

    assertThat(rig.requests()).containsExactly(List.of(1L), List.of(2L, 3L));
    rig.assertQuietAndBalanced();
  }

  @Test
  void a_callback_that_throws_stops_nobody() {
    AtomicInteger calls = new AtomicInteger();
    rig.delivery()
        .onRoom(() -> {
          throw new IllegalStateException("on purpose");
        });
    rig.delivery().onRoom(calls::getAndIncrement);

    rig.sendLogs(1);

    assertThat(calls).hasValue(1);
    rig.assertQuietAndBalanced();
  }

  @Test
  void a_place_is_used_once() {
    PayloadQueue.Place place =
        Objects.requireNonNull(rig.delivery().tryReserve(Signal.LOGS, 10, 1));
    place.cancel();

    assertThatThrownBy(place::cancel).isInstanceOf(IllegalStateException.class);
    rig.assertQuietAndBalanced();
  }

  @Test
  void a_split_payload_keeps_its_place_until_its_last_part_is_gone() {
    rig.queueSize = 1;
    rig.consumers = 1;
    rig.limits = new BatchLimits(Long.MAX_VALUE, 1, BatchLimits.LENGTH, false);
    rig.transport.holdAll();
    rig.sendLogs(1, 2);
    rig.transport.takeOpen().answer(delivered());
    rig.time.runDue();
    assertThat(tryLogs(3)).isFalse();

    rig.transport.takeOpen().answer(delivered());
    rig.time.runDue();
    assertThat(tryLogs(3)).isTrue();
  }

  @Test
  void a_split_payload_is_charged_as_it_came_until_its_last_part_is_gone() {
    rig.consumers = 1;
    rig.transport.holdAll();
    Payload payload = TestPayloads.logsOfLargeResource(Tenant.NONE, 1000, 1, 2, 3, 4);
    int whole = DeliveryRig.heldBytes(payload);
    assertThat(rig.tryCommit(DeliveryRig.LOGS, payload)).isTrue();
    rig.time.runDue();
    assertThat(rig.budget.usedBytes()).isEqualTo(whole);

    rig.transport.takeOpen().answer(tooLarge());
    rig.time.runDue();
    rig.transport.takeOpen().answer(tooLarge());
    rig.time.runDue();
    rig.transport.takeOpen().answer(delivered());
    rig.time.runDue();
    rig.transport.takeOpen().answer(delivered());
    rig.time.runDue();
    assertThat(rig.budget.usedBytes()).isEqualTo(whole);
    assertThat(rig.sum("headgate_exporter_queue_bytes")).isEqualTo(whole);
    assertThat(rig.arrays.idleBytes()).isZero();

    rig.transport.takeOpen().answer(delivered());
    rig.time.runDue();
    assertThat(rig.requestsAfter(1))
        .containsExactly(List.of(1L, 2L), List.of(1L), List.of(2L), List.of(3L, 4L));
    assertThat(rig.arrays.idleBytes()).isEqualTo(whole);
    rig.assertQuietAndBalanced();
  }

  @Test
  void the_many_parts_of_one_payload_are_charged_until_the_last_is_gone() {
    rig.limits = new BatchLimits(Long.MAX_VALUE, 1, BatchLimits.LENGTH, false);
    boolean[] back = {false};
    rig.transport.answerAll(request -> back[0] ? delivered() : retryable());
    Payload payload = TestPayloads.logs(Tenant.NONE, LongStream.range(0, 200).toArray());
    int whole = DeliveryRig.heldBytes(payload);

    assertThat(rig.tryCommit(DeliveryRig.LOGS, payload)).isTrue();
    rig.time.runDue();

    assertThat(rig.transport.requests()).hasSize(200);
    long charged = whole + (200 - 64) * 1024L;
    assertThat(rig.budget.usedBytes()).isEqualTo(charged);
    assertThat(rig.sum("headgate_exporter_queue_bytes")).isEqualTo(charged);
    back[0] = true;
    rig.advanceSeconds(10);
    assertThat(rig.line(DeliveryRig.LOGS).delivered()).isEqualTo(200);
    rig.assertQuietAndBalanced();
  }

  @Test
  void the_cap_is_on_memory_and_the_size_on_what_is_in_it() {
    Payload payload = TestPayloads.logsOfLargeResource(Tenant.NONE, 1000, 1);
    int held = DeliveryRig.heldBytes(payload);
    assertThat(held).isGreaterThan(payload.sizeBytes());
    rig.sizer = Sizer.BYTES;
    rig.queueSize = 10L * payload.sizeBytes();
    rig.maxBytes = held + payload.sizeBytes() - 1;
    rig.transport.holdAll();

    assertThat(rig.tryCommit(DeliveryRig.LOGS, payload)).isTrue();

    assertThat(rig.sum("headgate_exporter_queue_bytes")).isEqualTo(held);
    assertThat(rig.sum("otelcol_exporter_queue_size")).isEqualTo(payload.sizeBytes());
    assertThat(rig.tryCommit(DeliveryRig.LOGS, payload)).as("one byte is missing").isFalse();
    rig.time.runDue();
    rig.transport.takeOpen().answer(delivered());
    rig.time.runDue();
    rig.assertQuietAndBalanced();
  }

  @Test
  void another_queue_goes_on_with_what_was_cut_here() {
    DeliveryRig other = new DeliveryRig();
    other.transport.holdAll();
    rig.limits = new BatchLimits(Long.MAX_VALUE, 1, BatchLimits.LENGTH, false);
    Payload payload = TestPayloads.logs(Tenant.NONE, 1, 2);
    Bytes lent = rig.arrays.copy(payload.bytes().array(), payload.sizeBytes());
    Reservation shared = rig.budget.forceReserve(lent.heldBytes());
    shared.carry(lent);
    for (DeliveryRig queue : List.of(rig, other)) {
      PayloadQueue.Place place =
          Objects.requireNonNull(queue.delivery().tryReserve(Signal.LOGS, lent.length(), 2));
      queue.ledger.pipeline(DeliveryRig.LOGS).received(2);
      place.commit(DeliveryRig.LOGS, payload.with(lent, 2), shared.retain());
    }
    shared.release();
    other.time.runDue();

    rig.time.runDue();

    assertThat(rig.requests()).containsExactly(List.of(1L), List.of(2L));
    assertThat(rig.budget.usedBytes()).isEqualTo(lent.heldBytes());
    other.transport.takeOpen().answer(delivered());
    other.time.runDue();
    rig.assertQuietAndBalanced();
    other.assertQuietAndBalanced();
  }

  @Test
  void a_part_of_a_payload_divided_among_lanes_is_cut_beside_the_others() {
    rig.consumers = 4;
    rig.limits = new BatchLimits(Long.MAX_VALUE, 0, BatchLimits.LENGTH, true);
    rig.transport.holdAll();
    rig.commitMetrics(List.of("a", "a", "b", "b"), 1, 2, 3, 4);
    rig.time.runDue();
    assertThat(rig.transport.openRequests()).isEqualTo(2);
    long lanes = rig.budget.usedBytes();

    rig.transport.takeOpen().answer(tooLarge());
    rig.time.runDue();

    assertThat(rig.budget.usedBytes()).as("no copy").isEqualTo(lanes);
    rig.transport.answer();
    while (rig.transport.openRequests() > 0) {
      rig.transport.takeOpen().answer(delivered());
      rig.time.runDue();
    }
    rig.assertQuietAndBalanced();
  }
}
