package dev.headgate.exporters.delivery;

import static dev.headgate.exporters.delivery.ScriptedTransport.delivered;
import static dev.headgate.exporters.delivery.ScriptedTransport.retryable;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.pipeline.payload.Tenant;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// When a request that failed is sent again, and what goes on meanwhile.
class DeliveryRetryTest {
  private final DeliveryRig rig = new DeliveryRig();

  private List<Long> attemptSeconds() {
    List<Long> seconds = new ArrayList<>();
    rig.transport.answerAll(request -> {
      seconds.add(rig.time.nanoTime() / 1_000_000_000);
      return retryable();
    });
    return seconds;
  }

  @Test
  void waits_grow_up_to_the_longest_and_end_with_one_attempt_at_the_very_end() {
    List<Long> attempts = attemptSeconds();

    rig.sendLogs(1);
    rig.advanceSeconds(1000);

    assertThat(attempts).containsExactly(0L, 1L, 3L, 7L, 15L, 23L, 31L, 39L, 47L, 55L, 60L);
    assertThat(rig.dropped("retry_exhausted")).isEqualTo(1);
    assertThat(
            rig.sum(
                "otelcol_exporter_send_failed_log_records",
                Labels.of("error_type", "UNAVAILABLE", "error_permanent", "false")))
        .isEqualTo(1);
    rig.assertQuietAndBalanced();
  }

  @Test
  void a_zero_max_elapsed_time_never_gives_up() {
    rig.retry = DeliveryRig.retry(true, Duration.ZERO);
    attemptSeconds();
    rig.sendLogs(1);

    rig.advanceSeconds(100_000);
    assertThat(rig.line(DeliveryRig.LOGS).inFlight()).isEqualTo(1);

    rig.transport.answer();
    rig.advanceSeconds(8);
    rig.assertQuietAndBalanced();
  }

  @Test
  void attempts_are_numbered() {
    rig.transport.answer(retryable(), retryable());

    rig.sendLogs(1);
    rig.advanceSeconds(3);

    assertThat(rig.transport.requests().stream().map(ExportRequest::attempt))
        .containsExactly(1, 2, 3);
  }

  @Test
  void the_backend_can_only_lengthen_the_wait() {
    rig.transport.answer(retryable(Duration.ofSeconds(20)), retryable(Duration.ofMillis(1)));

    rig.sendLogs(1);
    rig.advanceSeconds(19.9);
    assertThat(rig.requests()).hasSize(1);
    rig.advanceSeconds(0.1);
    assertThat(rig.requests()).hasSize(2);
    rig.advanceSeconds(1.9);
    assertThat(rig.requests()).hasSize(2);
    rig.advanceSeconds(0.1);
    assertThat(rig.requests()).hasSize(3);
  }

  @Test
  void an_absurd_wait_is_cut_to_what_is_left_of_the_time() {
    rig.transport.answer(retryable(Duration.ofSeconds(Long.MAX_VALUE)));

    rig.sendLogs(1);
    rig.advanceSeconds(60);

    assertThat(rig.requests()).hasSize(2);
    rig.assertQuietAndBalanced();
  }

  @Test
  void without_retry_a_failure_is_final() {
    rig.retry = DeliveryRig.retry(false, Duration.ofSeconds(60));
    rig.transport.answer(retryable());

    rig.sendLogs(1);
    rig.advanceSeconds(100);

    assertThat(rig.requests()).hasSize(1);
    assertThat(rig.dropped("retry_disabled")).isEqualTo(1);
    rig.assertQuietAndBalanced();
  }

  @Test
  void a_retried_batch_is_never_joined_with_new_data() {
    rig.transport.answer(retryable());
    rig.sendLogs(1);
    rig.sendLogs(2);
    rig.advanceSeconds(1);

    assertThat(rig.requests()).containsExactly(List.of(1L), List.of(2L), List.of(1L));
    rig.assertQuietAndBalanced();
  }

  @Test
  void a_batch_in_backoff_keeps_its_place_in_the_queue_but_no_sender() {
    rig.consumers = 1;
    rig.queueSize = 2;
    rig.transport.answer(retryable());
    rig.sendLogs(1);
    rig.sendLogs(2);
    assertThat(rig.requests()).containsExactly(List.of(1L), List.of(2L));

    rig.commitLogs(3);
    assertThat(rig.tryCommit(DeliveryRig.LOGS, TestPayloads.logs(Tenant.NONE, 4))).isFalse();
  }

  @Test
  void a_dead_backend_does_not_start_the_clock_of_the_whole_queue() {
    attemptSeconds();
    for (int i = 0; i < 20; i++) {
      rig.sendLogs(i);
    }
    rig.advanceSeconds(50);

    Set<List<Long>> tried = new HashSet<>(rig.requests());
    assertThat(tried).hasSizeLessThanOrEqualTo(4 + rig.consumers - 1);

    rig.transport.answer();
    rig.advanceSeconds(10);
    assertThat(rig.line(DeliveryRig.LOGS).delivered()).isEqualTo(20);
    rig.assertQuietAndBalanced();
  }

  @Test
  void a_tenant_that_is_refused_does_not_hold_up_another() {
    Tenant refused = new Tenant("refused");
    rig.transport.answerAll(
        request -> request.tenant().equals(refused) ? retryable() : delivered());
    for (int i = 0; i < 10; i++) {
      rig.tryCommit(DeliveryRig.LOGS, TestPayloads.logs(refused, i));
      rig.time.runDue();
    }
    rig.sendLogs(100);
    rig.sendLogs(101);

    assertThat(rig.line(DeliveryRig.LOGS).delivered()).isEqualTo(2);
  }

  @Test
  void a_slow_backend_gets_no_more_requests_at_once_than_allowed() {
    rig.consumers = 3;
    rig.transport.holdAll();
    for (int i = 0; i < 10; i++) {
      rig.sendLogs(i);
    }
    while (rig.transport.openRequests() > 0) {
      rig.transport.takeOpen().answer(delivered());
      rig.time.runDue();
    }

    assertThat(rig.transport.mostOpenRequests()).isEqualTo(3);
    rig.assertQuietAndBalanced();
  }

  /// As the Collector's testbed: the backend refuses 70 % of the calls.
  @Test
  void every_item_arrives_exactly_once_at_a_backend_that_refuses_most_calls() {
    long seed = 70;
    System.out.println("seed: " + seed);
    Random random = new Random(seed);
    rig.seed = seed;
    rig.consumers = 4;
    rig.retry = DeliveryRig.retry(true, Duration.ZERO);
    List<Long> arrived = new ArrayList<>();
    rig.transport.answerAll(request -> {
      if (random.nextInt(10) < 7) {
        return retryable();
      }
      arrived.addAll(TestPayloads.ids(request));
      return delivered();
    });
    List<Long> sent = new ArrayList<>();
    for (long id = 0; id < 2000; ) {
      long[] ids = new long[1 + random.nextInt(9)];
      for (int i = 0; i < ids.length; i++) {
        sent.add(id);
        ids[i] = id++;
      }
      rig.commitLogs(ids);
      if (random.nextInt(3) == 0) {
        rig.advanceSeconds(random.nextDouble());
      }
    }
    rig.advanceSeconds(10_000);

    assertThat(arrived).containsExactlyInAnyOrderElementsOf(sent);
    rig.assertQuietAndBalanced();
  }

  @Test
  void a_transport_that_says_nothing_does_not_hold_a_sender_for_ever() {
    rig.consumers = 1;
    rig.transport.holdAll();
    rig.sendLogs(1);
    rig.commitLogs(2);
    rig.advanceSeconds(14.9);
    assertThat(rig.transport.requests()).hasSize(1);

    rig.advanceSeconds(0.2);
    ScriptedTransport.Open lost = rig.transport.takeOpen();
    rig.transport.answer();
    rig.transport.takeOpen().answer(delivered());
    rig.advanceSeconds(20);
    lost.answer(delivered());
    rig.advanceSeconds(20);

    assertThat(rig.line(DeliveryRig.LOGS).delivered()).isEqualTo(2);
    assertThat(rig.sum("headgate_exporter_retries")).isEqualTo(1);
    rig.assertQuietAndBalanced();
  }

  @Test
  void without_a_time_limit_any_answer_is_waited_for() {
    rig.timeout = Duration.ZERO;
    rig.transport.holdAll();
    rig.sendLogs(1);
    rig.advanceSeconds(100_000);
    assertThat(rig.transport.requests()).hasSize(1);

    rig.transport.takeOpen().answer(delivered());
    rig.time.runDue();
    rig.assertQuietAndBalanced();
  }
}
