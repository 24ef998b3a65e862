package dev.headgate.exporters.delivery;

import static dev.headgate.exporters.delivery.ScriptedTransport.delivered;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.BatchConfig;
import dev.headgate.config.BatchingConfig;
import dev.headgate.config.QueueConfig;
import dev.headgate.config.QueueConfig.Sizer;
import dev.headgate.pipeline.otlp.OtlpCounter;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.payload.Tenant;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is joined into one request, and when it leaves.
class DeliveryBatchingTest {
  private final DeliveryRig rig = new DeliveryRig();

  private static BatchingConfig batching(long minSize, long maxSize) {
    return new BatchingConfig(Duration.ofMillis(200), minSize, maxSize, Sizer.ITEMS);
  }

  private void send(Tenant tenant, long id) {
    assertThat(rig.tryCommit(DeliveryRig.LOGS, TestPayloads.logs(tenant, id))).isTrue();
    rig.time.runDue();
  }

  @Test
  void without_batching_a_payload_leaves_at_once() {
    rig.sendLogs(1);

    assertThat(rig.requests()).containsExactly(List.of(1L));
  }

  @Test
  void without_batching_what_waits_for_a_sender_is_joined_in_order() {
    rig.consumers = 1;
    rig.transport.holdAll();
    rig.sendLogs(1);
    rig.sendLogs(2);
    rig.sendLogs(3, 4);
    rig.sendLogs(5);

    rig.transport.takeOpen().answer(delivered());
    rig.time.runDue();

    assertThat(rig.requests()).containsExactly(List.of(1L), List.of(2L, 3L, 4L, 5L));
  }

  @Test
  void sent_by_size() {
    rig.batching = batching(4, 0);
    rig.sendLogs(1, 2);
    assertThat(rig.requests()).isEmpty();

    rig.sendLogs(3, 4, 5);

    assertThat(rig.requests()).containsExactly(List.of(1L, 2L, 3L, 4L, 5L));
  }

  @Test
  void sent_by_bytes() {
    Payload payload = TestPayloads.logs(Tenant.NONE, 1, 2);
    rig.batching =
        new BatchingConfig(Duration.ofSeconds(1), 2L * payload.sizeBytes(), 0, Sizer.BYTES);
    rig.tryCommit(DeliveryRig.LOGS, payload);
    rig.time.runDue();
    assertThat(rig.requests()).isEmpty();

    rig.tryCommit(DeliveryRig.LOGS, payload);
    rig.time.runDue();

    assertThat(rig.requests()).containsExactly(List.of(1L, 2L, 1L, 2L));
  }

  @Test
  void sent_by_timeout_of_the_oldest() {
    rig.batching = batching(100, 0);
    rig.sendLogs(1);
    rig.advanceSeconds(0.15);
    rig.sendLogs(2);
    rig.advanceSeconds(0.0499);
    assertThat(rig.requests()).isEmpty();

    rig.advanceSeconds(0.0001);
    assertThat(rig.requests()).containsExactly(List.of(1L, 2L));

    rig.sendLogs(3);
    rig.advanceSeconds(0.1999);
    assertThat(rig.requests()).hasSize(1);
    rig.advanceSeconds(0.0001);
    assertThat(rig.requestsAfter(1)).containsExactly(List.of(3L));
    rig.assertQuietAndBalanced();
  }

  @Test
  void sent_early_when_half_of_the_queue_is_taken() {
    rig.batching = batching(100, 0);
    rig.queueSize = 6;
    rig.sendLogs(1);
    rig.sendLogs(2);
    assertThat(rig.requests()).isEmpty();

    rig.sendLogs(3);

    assertThat(rig.requests()).containsExactly(List.of(1L, 2L, 3L));
    rig.assertQuietAndBalanced();
  }

  @Test
  void what_is_in_backoff_does_not_end_the_batching_of_other_tenants() {
    rig.batching = batching(100, 0);
    rig.queueSize = 10;
    rig.transport.answer(new ExportOutcome.Retryable(null, "unavailable", ""), delivered());
    for (long i = 0; i < 5; i++) {
      send(new Tenant("a"), i);
    }
    assertThat(rig.requests()).hasSize(1);

    rig.sendLogs(11);
    rig.sendLogs(12);
    assertThat(rig.requests()).hasSize(1);
    rig.sendLogs(13);

    assertThat(rig.requestsAfter(1)).containsExactly(List.of(11L, 12L, 13L));
    rig.advanceSeconds(1);
    rig.assertQuietAndBalanced();
  }

  @Test
  void many_tenants_that_wait_fill_a_queue_together() {
    rig.batching = batching(100, 0);
    rig.queueSize = 6;
    for (int i = 0; i < 3; i++) {
      assertThat(rig.requests()).isEmpty();
      send(new Tenant("t" + i), i);
    }

    assertThat(rig.requests()).containsExactly(List.of(2L));
    rig.advanceSeconds(0.2);
    rig.assertQuietAndBalanced();
  }

  @Test
  void a_payload_divided_among_lanes_takes_one_place_while_it_waits() {
    rig.batching = batching(100, 0);
    rig.limits = new BatchLimits(Long.MAX_VALUE, 0, BatchLimits.LENGTH, true);
    rig.consumers = 4;
    rig.queueSize = 6;

    rig.commitMetrics(List.of("a", "b", "c", "d"), 1, 2, 3, 4);
    rig.commitMetrics(List.of("a", "b", "c", "d"), 5, 6, 7, 8);
    rig.time.runDue();
    assertThat(rig.requests()).isEmpty();

    rig.advanceSeconds(0.2);
    assertThat(rig.requests().stream().flatMap(List::stream)).hasSize(8);
    rig.assertQuietAndBalanced();
  }

  @Test
  void a_backend_that_takes_its_time_gets_large_requests_from_a_filling_queue() {
    rig.batching = batching(100, 0);
    rig.queueSize = 6;
    rig.consumers = 1;
    rig.transport.holdAll();
    rig.sendLogs(1);
    rig.sendLogs(2);
    rig.sendLogs(3);
    rig.sendLogs(4);
    rig.sendLogs(5);
    rig.sendLogs(6);

    rig.transport.takeOpen().answer(delivered());
    rig.time.runDue();

    assertThat(rig.requests()).containsExactly(List.of(1L, 2L, 3L), List.of(4L, 5L, 6L));
  }

  @Test
  void a_zero_timeout_waits_for_nobody() {
    rig.batching = new BatchingConfig(Duration.ZERO, 100, 0, Sizer.ITEMS);

    rig.sendLogs(1);

    assertThat(rig.requests()).containsExactly(List.of(1L));
  }

  @Test
  void sent_by_size_with_max_size() {
    rig.batching = batching(4, 4);
    rig.commitLogs(1, 2, 3);
    rig.commitLogs(4, 5);
    rig.commitLogs(6);
    rig.time.runDue();

    assertThat(rig.requests()).containsExactly(List.of(1L, 2L, 3L));
    rig.advanceSeconds(0.2);
    assertThat(rig.requestsAfter(1)).containsExactly(List.of(4L, 5L, 6L));
  }

  @Test
  void a_payload_above_max_size_is_split_into_full_requests_and_joined_with_nothing() {
    rig.consumers = 1;
    rig.batching = batching(1, 3);
    rig.commitLogs(1, 2, 3, 4, 5, 6, 7, 8);
    rig.commitLogs(9);
    rig.time.runDue();

    assertThat(rig.requests())
        .containsExactly(List.of(1L, 2L, 3L), List.of(4L, 5L, 6L), List.of(7L, 8L), List.of(9L));
    rig.assertQuietAndBalanced();
  }

  @Test
  void no_request_is_above_the_limits_of_the_backend() {
    int one = TestPayloads.logs(Tenant.NONE, 1).sizeBytes();
    rig.limits = new BatchLimits(3L * one, 2, BatchLimits.LENGTH, false);
    rig.consumers = 1;
    for (int i = 0; i < 7; i++) {
      rig.commitLogs(i);
    }
    rig.commitLogs(7, 8, 9);
    rig.time.runDue();

    assertThat(rig.transport.requests())
        .allMatch(request -> request.items() <= 2 && request.sizeBytes() <= 3 * one);
    assertThat(rig.requests().stream().flatMap(List::stream)).hasSize(10);
    rig.assertQuietAndBalanced();
  }

  @Test
  void size_is_measured_as_the_backend_counts_it() {
    rig.consumers = 1;
    rig.limits =
        new BatchLimits(
            100, 0, (signal, content) -> 40L * OtlpCounter.count(signal, content.whole()), false);
    rig.commitLogs(1);
    rig.commitLogs(2);
    rig.commitLogs(3);
    rig.commitLogs(4, 5, 6, 7, 8);
    rig.time.runDue();

    assertThat(rig.requests())
        .containsExactly(
            List.of(1L, 2L), List.of(3L), List.of(4L, 5L), List.of(6L), List.of(7L, 8L));
  }

  @Test
  void a_single_item_above_the_limits_is_left_to_the_backend() {
    rig.limits = new BatchLimits(1, 0, BatchLimits.LENGTH, false);

    rig.sendLogs(1);

    assertThat(rig.line(DeliveryRig.LOGS).delivered()).isEqualTo(1);
  }

  @Test
  void only_payloads_of_one_pipeline_and_tenant_are_joined() {
    rig.consumers = 1;
    rig.transport.holdAll();
    rig.sendLogs(0);
    Tenant a = new Tenant("a");
    Tenant b = new Tenant("b");
    rig.tryCommit(DeliveryRig.LOGS, TestPayloads.logs(a, 1));
    rig.tryCommit(DeliveryRig.LOGS, TestPayloads.logs(b, 2));
    rig.tryCommit(DeliveryRig.OTHER_LOGS, TestPayloads.logs(a, 3));
    rig.tryCommit(DeliveryRig.LOGS, TestPayloads.logs(a, 4));
    rig.commitMetrics("h", 5);
    rig.transport.answer();
    rig.transport.takeOpen().answer(delivered());
    rig.time.runDue();

    assertThat(rig.requestsAfter(1))
        .containsExactly(List.of(1L, 4L), List.of(2L), List.of(3L), List.of(5L));
    assertThat(rig.transport.requests().stream().skip(1).map(ExportRequest::tenant))
        .containsExactly(a, b, a, Tenant.NONE);
    rig.assertQuietAndBalanced();
  }

  @Test
  void each_pipeline_has_its_own_batching() {
    rig.batching = batching(100, 0);
    rig.tryCommit(DeliveryRig.OTHER_LOGS, TestPayloads.logs(Tenant.NONE, 1));
    rig.sendLogs(2);

    assertThat(rig.requests()).containsExactly(List.of(1L));
    rig.advanceSeconds(0.2);
    assertThat(rig.requestsAfter(1)).containsExactly(List.of(2L));
  }

  @Test
  void a_payload_without_items_is_not_sent() {
    rig.sendLogs();

    assertThat(rig.requests()).isEmpty();
    rig.assertQuietAndBalanced();
  }

  @Test
  void the_exporters_own_batching_wins_over_the_batch_processor() {
    BatchConfig processor = new BatchConfig(Duration.ofSeconds(3), 7, 9);
    BatchingConfig own = batching(1, 2);

    assertThat(DeliverySettings.Feed.of(DeliveryRig.LOGS, queue(own), processor).batching())
        .isEqualTo(own);
    assertThat(DeliverySettings.Feed.of(DeliveryRig.LOGS, queue(null), processor).batching())
        .isEqualTo(new BatchingConfig(Duration.ofSeconds(3), 7, 9, Sizer.ITEMS));
    assertThat(DeliverySettings.Feed.of(DeliveryRig.LOGS, queue(null), null).batching()).isNull();
  }

  private static QueueConfig queue(BatchingConfig own) {
    return new QueueConfig(true, 1, 1, Sizer.REQUESTS, 1, QueueConfig.Overflow.REFUSE, false, own);
  }
}
