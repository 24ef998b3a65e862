package dev.headgate.exporters.delivery;

import static dev.headgate.exporters.delivery.ScriptedTransport.delivered;
import static dev.headgate.exporters.delivery.ScriptedTransport.permanent;
import static dev.headgate.exporters.delivery.ScriptedTransport.retryable;
import static dev.headgate.exporters.delivery.ScriptedTransport.tooLarge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.payload.Reservation;
import dev.headgate.pipeline.payload.Tenant;
import dev.headgate.pipeline.queue.PayloadQueue;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Metrics of one resource arrive in the order they came.
class DeliveryOrderTest {
  private final DeliveryRig rig = new DeliveryRig();

  @BeforeEach
  void lanes() {
    rig.consumers = 4;
    rig.limits = new BatchLimits(Long.MAX_VALUE, 0, BatchLimits.LENGTH, true);
  }

  @Test
  void a_lane_has_one_request_in_flight() {
    rig.transport.holdAll();
    for (int i = 0; i < 5; i++) {
      rig.commitMetrics("a", i);
      rig.time.runDue();
    }
    assertThat(rig.transport.openRequests()).isEqualTo(1);

    rig.transport.takeOpen().answer(delivered());
    rig.time.runDue();

    assertThat(rig.requests()).containsExactly(List.of(0L), List.of(1L, 2L, 3L, 4L));
  }

  @Test
  void lanes_do_not_wait_for_each_other() {
    rig.transport.holdAll();
    Set<Integer> lanes = new HashSet<>();
    for (int host = 0; host < 20; host++) {
      String name = "host-" + host;
      lanes.add(
          MetricLane.split(TestPayloads.metrics(Tenant.NONE, name, 1).bytes(), 1, rig.consumers)
              .getFirst()
              .lane());
      rig.commitMetrics(name, host);
      rig.time.runDue();
    }

    assertThat(lanes).hasSize(4);
    assertThat(rig.transport.openRequests()).isEqualTo(4);
  }

  @Test
  void a_retried_request_stays_at_the_head_of_its_lane() {
    rig.transport.answer(retryable(), retryable());
    rig.commitMetrics("a", 1);
    rig.time.runDue();
    rig.commitMetrics("a", 2);
    rig.time.runDue();
    rig.advanceSeconds(3);

    assertThat(rig.requests()).containsExactly(List.of(1L), List.of(1L), List.of(1L), List.of(2L));
    rig.assertQuietAndBalanced();
  }

  @Test
  void parts_follow_one_another() {
    rig.transport.answer(tooLarge(), retryable(), delivered(), tooLarge());
    rig.commitMetrics("a", 1, 2, 3, 4);
    rig.commitMetrics("a", 5);
    rig.time.runDue();
    rig.advanceSeconds(1);

    assertThat(rig.requests())
        .containsExactly(
            List.of(1L, 2L, 3L, 4L, 5L),
            List.of(1L, 2L, 3L, 4L),
            List.of(1L, 2L, 3L, 4L),
            List.of(5L));
    assertThat(rig.dropped("too_large")).isEqualTo(1);
    rig.assertQuietAndBalanced();
  }

  @Test
  void more_parts_than_are_cut_at_once_stay_in_order() {
    rig.limits = new BatchLimits(Long.MAX_VALUE, 1, BatchLimits.LENGTH, true);
    long[] ids = LongStream.range(0, 200).toArray();
    rig.commitMetrics("a", ids);
    rig.commitMetrics("a", 200);
    rig.time.runDue();

    assertThat(rig.requests())
        .containsExactlyElementsOf(LongStream.range(0, 201).mapToObj(List::of).toList());
    assertThat(rig.transport.mostOpenRequests()).isLessThan(2);
    rig.assertQuietAndBalanced();
  }

  @Test
  void a_resource_keeps_its_order_whatever_it_shares_requests_with() {
    List<Long> arrived = new ArrayList<>();
    boolean[] down = {true};
    rig.transport.answerAll(request -> {
      List<Long> ids = TestPayloads.ids(request);
      if (down[0] && ids.contains(1L)) {
        return retryable();
      }
      ids.stream().filter(id -> id < 100).forEach(arrived::add);
      return delivered();
    });
    // Resource b comes second in the first request and alone in the next: the same lane both times.
    rig.commitMetrics(List.of("a", "b"), 100, 1);
    rig.time.runDue();
    rig.commitMetrics("b", 2);
    rig.commitMetrics(List.of("c", "b"), 101, 3);
    rig.time.runDue();
    down[0] = false;
    rig.advanceSeconds(10);

    assertThat(arrived).containsExactly(1L, 2L, 3L);
    rig.assertQuietAndBalanced();
  }

  @Test
  void a_resource_without_points_is_no_request() {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes((TestPayloads.metrics(Tenant.NONE, "a", 1).bytes()).toArray());
    for (int host = 0; host < 20; host++) {
      request.writeBytes((TestPayloads.metrics(Tenant.NONE, "host-" + host).bytes()).toArray());
    }
    rig.tryCommit(
        DeliveryRig.METRICS, new Payload(Signal.METRICS, Tenant.NONE, request.toByteArray(), 1));
    rig.time.runDue();

    assertThat(rig.requests()).containsExactly(List.of(1L));
    rig.assertQuietAndBalanced();
  }

  @Test
  void copies_for_several_lanes_are_charged_beside_what_they_were_made_of() {
    rig.transport.holdAll();
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    for (int host = 0; host < 20; host++) {
      request.writeBytes(
          (TestPayloads.metrics(Tenant.NONE, "host-" + host, host).bytes()).toArray());
    }
    Payload payload = new Payload(Signal.METRICS, Tenant.NONE, request.toByteArray(), 20);
    int bytes = payload.sizeBytes();
    Reservation original = rig.budget.forceReserve(bytes);
    PayloadQueue.Place place = rig.delivery().tryReserve(Signal.METRICS, bytes, 20);
    rig.ledger.pipeline(DeliveryRig.METRICS).received(20);
    place.commit(DeliveryRig.METRICS, payload, original.retain());

    assertThat(rig.budget.usedBytes()).isEqualTo(2L * bytes);
    original.release();
    assertThat(rig.budget.usedBytes()).isEqualTo(bytes);
    rig.time.runDue();
    for (int lane = 0; lane < 4; lane++) {
      rig.transport.takeOpen().answer(delivered());
    }
    rig.time.runDue();
    rig.assertQuietAndBalanced();
  }

  @Test
  void what_is_not_copied_is_not_charged_again() {
    rig.transport.holdAll();
    rig.commitMetrics("a", 1, 2, 3);

    assertThat(rig.budget.usedBytes())
        .isEqualTo(DeliveryRig.heldBytes(TestPayloads.metrics(Tenant.NONE, "a", 1, 2, 3)));
  }

  @Test
  void logs_are_not_ordered() {
    rig.transport.holdAll();
    for (int i = 0; i < 5; i++) {
      rig.sendLogs(i);
    }

    assertThat(rig.transport.openRequests()).isEqualTo(4);
  }

  @Test
  void every_host_arrives_in_order_whatever_the_backend_answers() {
    long seed = 4711;
    System.out.println("seed: " + seed);
    Random random = new Random(seed);
    rig.retry = DeliveryRig.retry(true, Duration.ZERO);
    rig.transport.holdAll();
    Map<Long, List<Long>> arrived = new HashMap<>();
    long[] next = new long[6];
    for (int step = 0; step < 3000; step++) {
      if (step < 1500) {
        int host = random.nextInt(next.length);
        long[] ids = new long[1 + random.nextInt(4)];
        for (int i = 0; i < ids.length; i++) {
          ids[i] = host * 1_000_000L + next[host]++;
        }
        rig.commitMetrics("host-" + host, ids);
      }
      rig.advanceSeconds(random.nextDouble());
      if (rig.transport.openRequests() > 0) {
        ScriptedTransport.Open open = rig.transport.takeOpen();
        ExportOutcome outcome = anyOutcome(random);
        if (outcome instanceof ExportOutcome.Delivered) {
          for (long id : TestPayloads.ids(open.request())) {
            arrived.computeIfAbsent(id / 1_000_000, host -> new ArrayList<>()).add(id);
          }
        }
        open.answer(outcome);
      }
    }
    rig.transport.answer();
    while (rig.transport.openRequests() > 0) {
      rig.transport.takeOpen().answer(delivered());
    }
    rig.advanceSeconds(1000);

    assertThat(arrived).hasSize(next.length);
    assertThat(arrived.values()).allSatisfy(ids -> assertThat(ids).isSorted());
    assertThat(arrived.values()).allSatisfy(ids -> assertThat(ids).doesNotHaveDuplicates());
    rig.assertQuietAndBalanced();
  }

  private static ExportOutcome anyOutcome(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> retryable();
      case 1 -> random.nextBoolean() ? permanent() : ScriptedTransport.poisoned();
      case 2 -> tooLarge();
      default -> delivered();
    };
  }
}
