package dev.headgate.pipeline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.QueueConfig.Sizer;
import dev.headgate.pipeline.codec.ContentCoding;
import dev.headgate.pipeline.payload.Reservation;
import dev.headgate.pipeline.queue.FakePayloadQueue;
import dev.headgate.pipeline.queue.FakePayloadQueue.Behaviour;
import dev.headgate.pipeline.worker.IngestResult.Accepted;
import dev.headgate.pipeline.worker.IngestResult.Overloaded;
import dev.headgate.pipeline.worker.IngestResult.RefusalReason;
import dev.headgate.pipeline.worker.WorkerFixture.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Compressed requests that wait as they came for room for what they become.
class UndecodedRequestsTest {
  private static final Duration MOMENT = Duration.ofMillis(500);
  private static final int BUDGET_BYTES = 4 << 20;
  // Becomes 100,000 bytes, for which 128 KiB are asked.
  private static final int FORESEEN_BYTES = 100_000;
  private static final int NEEDED_BYTES = 1 << 17;
  private static final int WIRE_BYTES = 1_000;
  private static final Accepted ACCEPTED = new Accepted(0, "");

  private final WorkerFixture gateway = new WorkerFixture(BUDGET_BYTES, MOMENT);
  private final FakePayloadQueue queue =
      new FakePayloadQueue("otlp/a", Behaviour.PLAIN, Sizer.REQUESTS, 100, 2 << 20, gateway.ledger);

  private Answer send() {
    return send(Duration.ofSeconds(10));
  }

  private Answer send(Duration patience) {
    Answer answer = new Answer();
    gateway.intake.offer(gateway.compressed(WIRE_BYTES, FORESEEN_BYTES, patience, answer));
    gateway.work();
    return answer;
  }

  private static Overloaded refusal(RefusalReason reason) {
    return new Overloaded(Duration.ofSeconds(1), reason);
  }

  /// Takes all of the budget but what one request of these needs, less a byte.
  private Reservation fillMemory() {
    gateway.pipeline("", List.of(queue));
    return Objects.requireNonNull(
        gateway.budget.tryReserve(BUDGET_BYTES - NEEDED_BYTES - WIRE_BYTES + 1));
  }

  @Test
  void waits_as_it_came_until_there_is_memory_and_nobody_hears_of_a_refusal() {
    Reservation others = fillMemory();
    Answer answer = send();
    assertThat(answer.result()).isNull();
    assertThat(gateway.undecoded.size()).isEqualTo(1);
    assertThat(gateway.budget.usedBytes()).isEqualTo(others.bytes() + WIRE_BYTES);

    gateway.clock.advance(MOMENT.minusNanos(1));
    others.shrinkTo(others.bytes() - 1);
    assertThat(gateway.undecoded.hasNews()).isTrue();
    gateway.work();

    assertThat(answer.result()).isEqualTo(ACCEPTED);
    assertThat(gateway.undecoded.size()).isZero();
    assertThat(gateway.refused("memory")).isZero();
  }

  @Test
  void is_refused_for_memory_when_the_moment_is_over() {
    Reservation others = fillMemory();
    Answer answer = send();

    gateway.clock.advance(MOMENT);
    gateway.work();

    assertThat(answer.result()).isEqualTo(refusal(RefusalReason.MEMORY));
    assertThat(gateway.refused("memory")).isEqualTo(1);
    assertThat(gateway.budget.usedBytes()).isEqualTo(others.bytes());
  }

  @Test
  void room_that_comes_at_the_last_moment_is_used() {
    Reservation others = fillMemory();
    Answer answer = send();

    gateway.clock.advance(MOMENT);
    others.release();
    gateway.work();

    assertThat(answer.result()).isEqualTo(ACCEPTED);
  }

  @Test
  void a_client_that_is_gone_sooner_is_refused_sooner() {
    fillMemory();
    Answer patient = send();
    Answer hasty = send(Duration.ofMillis(100));

    gateway.clock.advance(Duration.ofMillis(100));
    gateway.work();

    assertThat(hasty.result()).isEqualTo(refusal(RefusalReason.MEMORY));
    assertThat(patient.result()).isNull();
  }

  @Test
  void those_who_come_later_wait_behind_it_even_if_there_is_room_for_them() {
    Reservation others = fillMemory();
    Answer first = send();
    Answer second = new Answer();
    gateway.intake.offer(gateway.compressed(WIRE_BYTES, 1 << 16, Duration.ofSeconds(10), second));
    gateway.work();
    assertThat(second.result()).isNull();

    others.shrinkTo(others.bytes() - WIRE_BYTES - 1);
    gateway.worker.doWork();
    assertThat(first.result()).isEqualTo(ACCEPTED);
    assertThat(second.result()).isNull();
    gateway.work();
    assertThat(second.result()).isEqualTo(ACCEPTED);
  }

  @Test
  void what_is_small_does_not_wait_behind_it() {
    fillMemory();
    Answer large = send();

    Answer small = gateway.send(1, 100);

    assertThat(small.result()).isEqualTo(ACCEPTED);
    assertThat(large.result()).isNull();
  }

  @Test
  void what_can_never_fit_is_decoded_to_be_told_so() {
    fillMemory();
    Answer answer = new Answer();
    gateway.intake.offer(
        gateway.compressed(5 * WIRE_BYTES, BUDGET_BYTES, Duration.ofSeconds(10), answer));
    gateway.work();

    assertThat(answer.result()).as("the fixture's decoder takes it").isEqualTo(ACCEPTED);
  }

  @Test
  void waits_for_a_queue_behind_more_than_may_wait_decoded() {
    gateway.pipeline("", List.of(queue));
    gateway.send(1, 2 << 20);
    Answer decoded = gateway.send(1, BUDGET_BYTES / 4);
    Answer undecoded = send();
    assertThat(gateway.parked.size()).isEqualTo(1);
    assertThat(gateway.undecoded.size()).isEqualTo(1);

    queue.deliverOldest();
    gateway.work();

    assertThat(decoded.result()).isEqualTo(ACCEPTED);
    assertThat(undecoded.result()).isEqualTo(ACCEPTED);
    assertThat(queue.refusedItems()).isZero();
  }

  @Test
  void is_refused_for_the_queue_when_the_moment_is_over() {
    gateway.pipeline("", List.of(queue));
    gateway.send(1, 2 << 20);
    gateway.send(1, BUDGET_BYTES / 4);
    gateway.clock.advance(Duration.ofMillis(50));
    Answer answer = send();

    gateway.clock.advance(MOMENT);
    gateway.work();

    assertThat(answer.result()).isEqualTo(refusal(RefusalReason.QUEUE_FULL));
  }

  @Test
  void does_not_wait_for_a_queue_that_nothing_leaves() {
    gateway.pipeline("", List.of(queue));
    gateway.send(1, 2 << 20);
    gateway.send(1, 10);
    gateway.clock.advance(MOMENT);
    gateway.work();

    assertThat(send().result()).isEqualTo(refusal(RefusalReason.QUEUE_FULL));
  }

  @Test
  void those_who_wait_are_few_and_take_half_of_the_budget_at_most() {
    fillMemory();
    int taken = 0;
    while (send().result() == null) {
      taken++;
    }
    assertThat(taken).isEqualTo(128);

    WorkerFixture other = new WorkerFixture(BUDGET_BYTES, MOMENT);
    IngestRequest half =
        other.compressed(BUDGET_BYTES / 2, 1 << 20, Duration.ofSeconds(10), new Answer());
    IngestRequest more = other.compressed(1, 1 << 20, Duration.ofSeconds(10), new Answer());
    assertThat(other.undecoded.hold(half, 0, true, other.clock.nanoTime())).isTrue();
    assertThat(other.undecoded.hold(more, 0, true, other.clock.nanoTime())).isFalse();
  }

  @Test
  void who_comes_when_the_line_is_full_does_not_take_what_the_first_waits_for() {
    Reservation others = fillMemory();
    while (send().result() == null) {}
    others.shrinkTo(others.bytes() - WIRE_BYTES);
    Answer small = new Answer();
    gateway.intake.offer(gateway.compressed(WIRE_BYTES, 1 << 16, Duration.ofSeconds(10), small));
    assertThat(gateway.undecoded.firstNeedsBytes()).isPositive();

    IngestRequest fresh = Objects.requireNonNull(gateway.intake.poll());
    Foresight foresight = new Foresight(gateway.budget, gateway.parked, gateway.clock);

    assertThat(foresight.clear(fresh, false, gateway.clock.nanoTime()))
        .isEqualTo(Foresight.Outlook.NO_MEMORY);
  }

  @Test
  void who_waits_for_a_queue_is_passed_by_and_one_that_nothing_leaves_is_given_up() {
    FakePayloadQueue dead =
        new FakePayloadQueue(
            "otlp/dead", Behaviour.PLAIN, Sizer.REQUESTS, 100, 1 << 20, gateway.ledger);
    gateway.pipeline("", List.of(dead));
    gateway.send(1, 1 << 20);
    gateway.send(1, BUDGET_BYTES / 4);
    Answer first = send();
    assertThat(first.result()).isNull();
    assertThat(gateway.undecoded.firstNeedsBytes()).as("memory is not what it waits for").isZero();

    gateway.clock.advance(MOMENT.dividedBy(5).plusNanos(1));
    gateway.work();

    assertThat(first.result()).isEqualTo(refusal(RefusalReason.QUEUE_FULL));
  }

  @Test
  void hands_out_everything_at_the_end_and_holds_nothing_more() {
    fillMemory();
    IngestRequest request =
        gateway.compressed(WIRE_BYTES, FORESEEN_BYTES, Duration.ofSeconds(10), new Answer());
    assertThat(gateway.undecoded.hold(request, 1, true, gateway.clock.nanoTime())).isTrue();

    assertThat(gateway.undecoded.close()).containsExactly(request);

    assertThat(gateway.undecoded.hold(request, 1, true, gateway.clock.nanoTime())).isFalse();
    assertThat(gateway.undecoded.nanosToLook()).isEqualTo(Long.MAX_VALUE);
    assertThat(gateway.undecoded.firstNeedsBytes()).isZero();
  }

  @Test
  void an_empty_zstd_body_is_answered_while_others_wait() {
    fillMemory();
    send();
    Answer answer = new Answer();
    gateway.intake.offer(gateway.empty(ContentCoding.ZSTD, answer));

    gateway.work();

    assertThat(answer.result()).isNotNull();
  }

  @Test
  void workers_look_again_soon_and_when_bytes_went_back() {
    Reservation others = fillMemory();
    send();

    assertThat(gateway.undecoded.hasNews()).isFalse();
    assertThat(gateway.undecoded.nanosToLook()).isEqualTo(UndecodedRequests.LOOK.toNanos());
    others.release();
    assertThat(gateway.undecoded.hasNews()).isTrue();
  }

  @Test
  void an_uncompressed_request_waits_for_what_the_chain_makes_of_it() {
    gateway.pipeline("", List.of(queue), (payload, _) -> payload);
    Reservation others =
        Objects.requireNonNull(gateway.budget.tryReserve(BUDGET_BYTES - 2 * FORESEEN_BYTES + 1));
    Answer answer = gateway.send(1, FORESEEN_BYTES);
    assertThat(answer.result()).isNull();
    assertThat(gateway.undecoded.firstNeedsBytes()).isEqualTo(FORESEEN_BYTES);

    others.shrinkTo(others.bytes() - 1);
    gateway.work();

    assertThat(answer.result()).isEqualTo(ACCEPTED);
  }

  @Test
  void what_it_needs_is_left_to_it_until_nobody_waits_and_then_others_are_called() {
    Reservation others = fillMemory();
    List<Long> needs = new ArrayList<>();
    send();
    gateway.budget.onRoom(() -> needs.add(gateway.undecoded.firstNeedsBytes()));
    assertThat(gateway.undecoded.firstNeedsBytes()).isEqualTo(NEEDED_BYTES);

    others.release();
    gateway.work();

    assertThat(needs).startsWith((long) NEEDED_BYTES).endsWith(0L);
    assertThat(gateway.undecoded.firstNeedsBytes()).isZero();
  }
}
