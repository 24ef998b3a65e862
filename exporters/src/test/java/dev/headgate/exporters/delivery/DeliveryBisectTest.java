package dev.headgate.exporters.delivery;

import static dev.headgate.exporters.delivery.ScriptedTransport.delivered;
import static dev.headgate.exporters.delivery.ScriptedTransport.poisoned;
import static dev.headgate.exporters.delivery.ScriptedTransport.retryable;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is saved of a payload that an all-or-nothing backend refuses, and what that costs.
class DeliveryBisectTest {
  private final DeliveryRig rig = new DeliveryRig();
  private final Set<Long> taken = new TreeSet<>();

  /// A backend that takes a request whole or not at all.
  private void refuse(Set<Long> poison) {
    rig.transport.answerAll(request -> {
      List<Long> ids = TestPayloads.ids(request);
      if (ids.stream().anyMatch(poison::contains)) {
        return poisoned();
      }
      for (Long id : ids) {
        assertThat(taken.add(id)).as("%d taken twice", id).isTrue();
      }
      return delivered();
    });
  }

  private static long[] ids(int count) {
    return LongStream.range(0, count).toArray();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 499, 500, 998, 999})
  void one_poison_item_is_found_wherever_it_stands(long poison) {
    refuse(Set.of(poison));

    rig.sendLogs(ids(1000));

    assertThat(taken).hasSize(999).doesNotContain(poison);
    assertThat(rig.dropped("poison")).isEqualTo(1);
    assertThat(rig.transport.requests()).hasSizeLessThanOrEqualTo(1 + 2 * 10);
    assertThat(rig.sum("headgate_exporter_bisect_requests"))
        .isEqualTo(rig.transport.requests().size() - 1.0);
    rig.assertQuietAndBalanced();
  }

  @Test
  void a_few_poison_items_are_all_found() {
    refuse(Set.of(3L, 4L, 900L));

    rig.sendLogs(ids(1000));

    assertThat(taken).hasSize(997);
    assertThat(rig.dropped("poison")).isEqualTo(3);
    rig.assertQuietAndBalanced();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 100, 8192})
  void a_payload_that_is_poison_throughout_costs_few_requests(int items) {
    rig.transport.answerAll(request -> poisoned());

    rig.sendLogs(ids(items));

    int levels = Integer.SIZE - Integer.numberOfLeadingZeros(items - 1);
    assertThat(rig.transport.requests()).hasSizeLessThanOrEqualTo(1 + 2 * (levels + 2));
    assertThat(rig.dropped("poison") + rig.dropped("permanent_error")).isEqualTo(items);
    rig.assertQuietAndBalanced();
  }

  @Test
  void much_poison_costs_no_more_than_the_cap() {
    Set<Long> poison = new TreeSet<>();
    for (long id = 0; id < 8192; id += 50) {
      poison.add(id);
    }
    refuse(poison);

    rig.sendLogs(ids(8192));

    assertThat(rig.transport.requests()).hasSizeLessThanOrEqualTo(1 + Hunt.MAX_REQUESTS);
    assertThat(rig.line(DeliveryRig.LOGS).delivered()).isEqualTo(taken.size());
    rig.assertQuietAndBalanced();
  }

  @Test
  void a_client_of_poison_cannot_multiply_the_load_for_long() {
    rig.transport.answerAll(request -> poisoned());

    for (int i = 0; i < 1000; i++) {
      rig.sendLogs(ids(100));
    }

    assertThat(rig.sum("headgate_exporter_bisect_requests"))
        .isLessThanOrEqualTo(HuntAllowance.BURST_REQUESTS);
    rig.advanceSeconds(60);
    refuse(Set.of(7L));
    rig.sendLogs(ids(100));
    assertThat(taken).hasSize(99);
    rig.assertQuietAndBalanced();
  }

  @Test
  void the_parts_of_a_joined_batch_go_alone_before_one_is_taken_apart() {
    rig.consumers = 1;
    rig.transport.holdAll();
    rig.sendLogs(100);
    rig.commitLogs(1, 2);
    rig.commitLogs(3, 4);
    rig.transport.takeOpen().answer(delivered());
    refuse(Set.of(3L));
    rig.time.runDue();

    assertThat(rig.requestsAfter(1))
        .containsExactly(
            List.of(1L, 2L, 3L, 4L), List.of(1L, 2L), List.of(3L, 4L), List.of(3L), List.of(4L));
    assertThat(taken).containsExactly(1L, 2L, 4L);
    rig.assertQuietAndBalanced();
  }

  @Test
  void nothing_is_taken_apart_where_that_cannot_help() {
    rig.consumers = 1;
    rig.transport.holdAll();
    rig.sendLogs(0);
    rig.commitLogs(1, 2);
    rig.commitLogs(3);
    rig.transport.takeOpen().answer(delivered());
    rig.transport.answerAll(
        request -> new ExportOutcome.Permanent("401", "who?", ExportOutcome.Remedy.NONE));
    rig.time.runDue();

    assertThat(rig.requestsAfter(1)).containsExactly(List.of(1L, 2L, 3L));
    assertThat(rig.dropped("permanent_error")).isEqualTo(3);
    rig.assertQuietAndBalanced();
  }

  @Test
  void a_part_is_retried_like_anything_else() {
    boolean[] failed = {false};
    rig.transport.answerAll(request -> {
      List<Long> ids = TestPayloads.ids(request);
      if (ids.contains(2L)) {
        return poisoned();
      }
      if (!failed[0]) {
        failed[0] = true;
        return retryable();
      }
      taken.addAll(ids);
      return delivered();
    });

    rig.sendLogs(1, 2, 3, 4);
    rig.advanceSeconds(10);

    assertThat(taken).containsExactly(1L, 3L, 4L);
    assertThat(rig.dropped("poison")).isEqualTo(1);
    rig.assertQuietAndBalanced();
  }

  @Test
  void metrics_keep_their_order_while_one_is_looked_for() {
    long seed = 99;
    System.out.println("seed: " + seed);
    Random random = new Random(seed);
    rig.limits = new BatchLimits(Long.MAX_VALUE, 0, BatchLimits.LENGTH, true);
    Set<Long> poison = Set.of(5L, 23L, 24L);
    List<Long> arrived = new java.util.ArrayList<>();
    rig.transport.answerAll(request -> {
      List<Long> ids = TestPayloads.ids(request);
      if (random.nextInt(3) == 0) {
        return retryable();
      }
      if (ids.stream().anyMatch(poison::contains)) {
        return poisoned();
      }
      arrived.addAll(ids);
      return delivered();
    });
    for (int from = 0; from < 60; from += 10) {
      rig.commitMetrics("a", LongStream.range(from, from + 10).toArray());
    }
    rig.time.runDue();
    rig.advanceSeconds(1000);

    assertThat(arrived).isSorted().doesNotHaveDuplicates();
    assertThat(rig.dropped("poison")).isEqualTo(3);
    assertThat(arrived).hasSize(57);
    rig.assertQuietAndBalanced();
  }

  @Test
  void what_was_not_sent_is_booked_by_reason() {
    rig.transport.answer(
        new ExportOutcome.Delivered(new ExportOutcome.Adjustments(1, 2, 3, 0, 0, 0)),
        new ExportOutcome.Partial(9, "nine?", new ExportOutcome.Adjustments(1, 0, 0, 0, 0, 0)),
        new ExportOutcome.Delivered(new ExportOutcome.Adjustments(50, 0, 0, 0, 0, 0)));

    rig.sendLogs(ids(10));
    rig.sendLogs(ids(5));
    rig.sendLogs(ids(5));

    assertThat(rig.dropped("unsupported")).isEqualTo(2);
    assertThat(rig.dropped("invalid")).isEqualTo(2);
    assertThat(rig.dropped("duplicate")).isEqualTo(3);
    assertThat(rig.dropped("partial_rejected")).isEqualTo(4);
    // A transport that leaves out more than there was is not believed.
    assertThat(rig.line(DeliveryRig.LOGS).delivered()).isEqualTo(4 + 5);
    rig.assertQuietAndBalanced();
  }

  @Test
  void an_error_message_without_rejected_items_is_counted() {
    rig.transport.answer(
        new ExportOutcome.Partial(0, "series limit"), new ExportOutcome.Partial(1, "one"));

    rig.sendLogs(1, 2);
    rig.sendLogs(3, 4);

    assertThat(rig.sum("headgate_exporter_soft_errors")).isEqualTo(1);
    assertThat(rig.line(DeliveryRig.LOGS).delivered()).isEqualTo(3);
    rig.assertQuietAndBalanced();
  }
}
