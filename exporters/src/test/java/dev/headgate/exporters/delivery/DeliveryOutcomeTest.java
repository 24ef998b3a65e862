package dev.headgate.exporters.delivery;

import static dev.headgate.exporters.delivery.ScriptedTransport.delivered;
import static dev.headgate.exporters.delivery.ScriptedTransport.permanent;
import static dev.headgate.exporters.delivery.ScriptedTransport.retryable;
import static dev.headgate.exporters.delivery.ScriptedTransport.tooLarge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.payload.Tenant;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// What each outcome of an attempt leads to.
class DeliveryOutcomeTest {
  private final DeliveryRig rig = new DeliveryRig();

  /// Makes one joined batch of the payloads {1, 2}, {3} and {4}: they wait while another is sent.
  private void joinedBatch() {
    rig.consumers = 1;
    rig.transport.holdAll();
    rig.sendLogs(0);
    rig.commitLogs(1, 2);
    rig.commitLogs(3);
    rig.commitLogs(4);
    rig.transport.takeOpen().answer(delivered());
  }

  @Test
  void delivered_items_are_booked_and_everything_is_given_back() {
    rig.sendLogs(1, 2, 3);

    assertThat(rig.line(DeliveryRig.LOGS).delivered()).isEqualTo(3);
    assertThat(rig.sum("otelcol_exporter_sent_log_records")).isEqualTo(3);
    rig.assertQuietAndBalanced();
  }

  @Test
  void a_request_says_whose_it_is_and_what_is_in_it() {
    Tenant tenant = new Tenant("team-a");
    rig.tryCommit(DeliveryRig.LOGS, TestPayloads.logs(tenant, 7, 8));
    rig.time.runDue();

    ExportRequest request = rig.transport.requests().getFirst();
    assertThat(request.tenant()).isEqualTo(tenant);
    assertThat(request.attempt()).isEqualTo(1);
    assertThat(request.timeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(TestPayloads.ids(request)).containsExactly(7L, 8L);
  }

  @Test
  void a_partial_success_books_what_was_rejected_and_sends_nothing_again() {
    rig.transport.answer(new ExportOutcome.Partial(2, "two are bad"));

    rig.sendLogs(1, 2, 3);
    rig.advanceSeconds(1000);

    assertThat(rig.transport.requests()).hasSize(1);
    assertThat(rig.line(DeliveryRig.LOGS).delivered()).isEqualTo(1);
    assertThat(rig.dropped("partial_rejected")).isEqualTo(2);
    rig.assertQuietAndBalanced();
  }

  @Test
  void a_partial_success_cannot_reject_more_or_less_than_there_is() {
    rig.transport.answer(
        new ExportOutcome.Partial(Long.MAX_VALUE, ""), new ExportOutcome.Partial(-5, ""));

    rig.sendLogs(1, 2, 3);
    rig.sendLogs(4);

    assertThat(rig.dropped("partial_rejected")).isEqualTo(3);
    assertThat(rig.line(DeliveryRig.LOGS).delivered()).isEqualTo(1);
    rig.assertQuietAndBalanced();
  }

  @Test
  void a_permanent_error_drops_a_single_payload_at_once() {
    rig.transport.answer(permanent());

    rig.sendLogs(1, 2);
    rig.advanceSeconds(1000);

    assertThat(rig.transport.requests()).hasSize(1);
    assertThat(rig.dropped("permanent_error")).isEqualTo(2);
    assertThat(
            rig.sum(
                "otelcol_exporter_send_failed_log_records",
                Labels.of("error_type", "INVALID_ARGUMENT", "error_permanent", "true")))
        .isEqualTo(2);
    rig.assertQuietAndBalanced();
  }

  @Test
  void poison_in_a_joined_batch_costs_only_its_own_payload() {
    joinedBatch();
    rig.transport.answerAll(
        request -> TestPayloads.ids(request).contains(3L) ? permanent() : delivered());
    rig.time.runDue();

    assertThat(rig.requestsAfter(1))
        .containsExactly(List.of(1L, 2L, 3L, 4L), List.of(1L, 2L), List.of(3L), List.of(4L));
    assertThat(rig.line(DeliveryRig.LOGS).delivered()).isEqualTo(4);
    assertThat(rig.dropped("permanent_error")).isEqualTo(1);
    rig.assertQuietAndBalanced();
  }

  @Test
  void a_part_sent_on_its_own_is_retried_but_not_taken_apart_again() {
    joinedBatch();
    rig.transport.answer(permanent(), retryable(), permanent(), delivered(), permanent());
    rig.time.runDue();
    rig.advanceSeconds(2);

    assertThat(rig.requestsAfter(1))
        .containsExactly(
            List.of(1L, 2L, 3L, 4L), List.of(1L, 2L), List.of(3L), List.of(4L), List.of(1L, 2L));
    assertThat(rig.dropped("permanent_error")).isEqualTo(3);
    rig.assertQuietAndBalanced();
  }

  @Test
  void a_joined_batch_that_is_too_large_is_sent_in_halves() {
    joinedBatch();
    rig.transport.answerAll(request -> request.items() > 2 ? tooLarge() : delivered());
    rig.time.runDue();

    assertThat(rig.requestsAfter(1))
        .containsExactly(List.of(1L, 2L, 3L, 4L), List.of(1L, 2L), List.of(3L, 4L));
    rig.assertQuietAndBalanced();
  }

  @Test
  void a_payload_that_is_too_large_is_split_down_to_what_the_backend_takes() {
    rig.transport.answerAll(request -> request.items() > 2 ? tooLarge() : delivered());

    rig.sendLogs(1, 2, 3, 4, 5, 6, 7);

    assertThat(rig.requests().stream().filter(ids -> ids.size() <= 2).flatMap(List::stream))
        .containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L, 7L);
    assertThat(rig.line(DeliveryRig.LOGS).delivered()).isEqualTo(7);
    rig.assertQuietAndBalanced();
  }

  @Test
  void a_single_item_that_is_too_large_is_dropped_and_the_rest_arrives() {
    rig.transport.answerAll(
        request -> TestPayloads.ids(request).contains(3L) ? tooLarge() : delivered());

    rig.sendLogs(1, 2, 3, 4);

    assertThat(rig.dropped("too_large")).isEqualTo(1);
    assertThat(rig.line(DeliveryRig.LOGS).delivered()).isEqualTo(3);
    rig.assertQuietAndBalanced();
  }

  @Test
  void a_backend_that_finds_everything_too_large_does_not_get_a_request_for_every_item() {
    rig.transport.answerAll(request -> tooLarge());

    rig.sendLogs(LongStream.range(0, 3000).toArray());

    assertThat(rig.dropped("too_large")).isEqualTo(3000);
    assertThat(rig.transport.requests()).hasSizeLessThanOrEqualTo(1 + 2 * Cuts.MAX_CUTS);
    rig.assertQuietAndBalanced();
  }

  @Test
  void a_part_says_that_it_is_one() {
    rig.transport.answer(tooLarge());

    rig.sendLogs(1, 2);

    assertThat(rig.transport.requests())
        .extracting(ExportRequest::cut)
        .containsExactly(false, true, true);
  }

  @Test
  void a_request_that_cannot_be_split_is_dropped_as_too_large() {
    rig.transport.answerAll(request -> tooLarge());
    byte[] cutOff = {0x0a, 99, 0x12};

    assertThat(rig.tryCommit(DeliveryRig.LOGS, new Payload(Signal.LOGS, Tenant.NONE, cutOff, 2)))
        .isTrue();
    rig.time.runDue();

    assertThat(rig.dropped("too_large")).isEqualTo(2);
    rig.assertQuietAndBalanced();
  }

  @Test
  void a_payload_that_was_miscounted_is_not_split_and_does_not_unbalance_the_ledger() {
    rig.transport.answerAll(request -> tooLarge());
    Payload three = TestPayloads.logs(Tenant.NONE, 1, 2, 3);

    for (int said : new int[] {2, 4}) {
      assertThat(rig.tryCommit(DeliveryRig.LOGS, three.with(three.bytes(), said))).isTrue();
      rig.time.runDue();
    }

    assertThat(rig.transport.requests()).hasSize(2);
    assertThat(rig.dropped("too_large")).isEqualTo(6);
    rig.assertQuietAndBalanced();
  }

  @Test
  void a_huge_resource_over_many_items_is_not_sent_with_each_of_them() {
    rig.transport.answerAll(request -> tooLarge());
    long[] ids = new long[64];

    assertThat(
            rig.tryCommit(
                DeliveryRig.LOGS, TestPayloads.logsOfLargeResource(Tenant.NONE, 1_000_000, ids)))
        .isTrue();
    rig.time.runDue();

    assertThat(rig.dropped("too_large")).isEqualTo(64);
    // 127 requests, each with the resource, would be 127 MB.
    assertThat(rig.transport.requests()).hasSizeBetween(20, 30);
    rig.assertQuietAndBalanced();
  }

  @Test
  void a_transport_that_throws_is_retried() {
    boolean[] failed = {false};
    rig.transport.answerAll(request -> {
      if (!failed[0]) {
        failed[0] = true;
        throw new IllegalStateException("broken pipe");
      }
      return delivered();
    });

    rig.sendLogs(1);
    rig.advanceSeconds(1);

    assertThat(rig.requests()).containsExactly(List.of(1L), List.of(1L));
    rig.assertQuietAndBalanced(1); // nobody knows what the transport still reads
  }

  @Test
  void a_second_outcome_of_an_attempt_means_nothing() {
    rig.transport.holdAll();
    rig.sendLogs(1);
    ScriptedTransport.Open open = rig.transport.takeOpen();

    open.answer(delivered());
    open.answer(permanent());
    rig.time.runDue();
    open.answer(delivered());
    rig.time.runDue();

    assertThat(rig.line(DeliveryRig.LOGS).delivered()).isEqualTo(1);
    assertThat(rig.dropped("permanent_error")).isZero();
    rig.assertQuietAndBalanced();
  }

  @Test
  void an_outcome_of_an_earlier_attempt_does_not_end_a_later_one() {
    rig.transport.holdAll();
    rig.sendLogs(1);
    ScriptedTransport.Open first = rig.transport.takeOpen();
    first.answer(retryable());
    rig.advanceSeconds(1);
    assertThat(rig.transport.openRequests()).isEqualTo(1);

    first.answer(permanent());
    rig.time.runDue();
    assertThat(rig.line(DeliveryRig.LOGS).inFlight()).isEqualTo(1);

    rig.transport.takeOpen().answer(delivered());
    rig.time.runDue();
    assertThat(rig.line(DeliveryRig.LOGS).delivered()).isEqualTo(1);
    rig.assertQuietAndBalanced();
  }

  @Test
  void every_outcome_is_counted() {
    rig.transport.answer(
        delivered(), new ExportOutcome.Partial(0, "hm"), retryable(), permanent(), tooLarge());
    for (int i = 0; i < 5; i++) {
      rig.sendLogs(i);
    }
    rig.advanceSeconds(1);

    for (String outcome : List.of("partial", "retryable", "permanent", "too_large")) {
      assertThat(rig.sum("headgate_exporter_requests", Labels.of("outcome", outcome)))
          .as(outcome)
          .isEqualTo(1);
    }
    assertThat(rig.sum("headgate_exporter_requests", Labels.of("outcome", "delivered")))
        .isEqualTo(2);
    assertThat(rig.sum("headgate_exporter_retries")).isEqualTo(1);
    rig.assertQuietAndBalanced();
  }
}
