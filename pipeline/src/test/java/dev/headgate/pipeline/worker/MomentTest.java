package dev.headgate.pipeline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.pipeline.queue.FakePayloadQueue;
import dev.headgate.pipeline.queue.FakePayloadQueue.Behaviour;
import dev.headgate.pipeline.worker.IngestResult.Accepted;
import dev.headgate.pipeline.worker.IngestResult.Overloaded;
import dev.headgate.pipeline.worker.IngestResult.RefusalReason;
import dev.headgate.pipeline.worker.WorkerFixture.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Requests that wait a moment for a full queue that does not block.
class MomentTest {
  private static final Duration MOMENT = Duration.ofMillis(500);
  private static final Behaviour REFUSES = new Behaviour(false, false, false);
  private static final Accepted ACCEPTED = new Accepted(0, "");
  private static final Overloaded QUEUE_FULL =
      new Overloaded(Duration.ofSeconds(1), RefusalReason.QUEUE_FULL);

  private final WorkerFixture gateway = new WorkerFixture(10_000, MOMENT);
  private final FakePayloadQueue queue = gateway.queue("otlp/a", 1, REFUSES);

  @BeforeEach
  void fill() {
    gateway.pipeline("", List.of(queue));
    gateway.send(1, 10);
  }

  @Test
  void is_taken_when_room_comes_and_nobody_hears_of_a_refusal() {
    Answer answer = gateway.send(2, 20);
    assertThat(answer.result()).isNull();
    assertThat(gateway.parked.size()).isEqualTo(1);

    gateway.clock.advance(MOMENT.minusNanos(1));
    queue.deliverOldest();
    gateway.work();

    assertThat(answer.result()).isEqualTo(ACCEPTED);
    assertThat(queue.refusedItems()).isZero();
    assertThat(gateway.refused("queue_full")).isZero();
  }

  @Test
  void is_refused_and_counted_when_the_moment_is_over() {
    Answer answer = gateway.send(2, 20);
    gateway.clock.advance(MOMENT);
    gateway.work();

    assertThat(answer.result()).isEqualTo(QUEUE_FULL);
    assertThat(queue.refusedItems()).isEqualTo(2);
    assertThat(gateway.budget.usedBytes()).isEqualTo(10);
  }

  @Test
  void has_no_new_moment_when_it_comes_too_late_for_the_room_that_came() {
    Answer first = gateway.send(2, 20);
    Answer second = gateway.send(3, 30);
    gateway.clock.advance(Duration.ofMillis(300));
    queue.deliverOldest();
    gateway.work();
    assertThat(first.result()).isEqualTo(ACCEPTED);
    assertThat(second.result()).isNull();

    gateway.clock.advance(Duration.ofMillis(200));
    gateway.work();

    assertThat(second.result()).isEqualTo(QUEUE_FULL);
  }

  @Test
  void who_is_in_line_stays_in_line_when_others_take_what_came() {
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      answers.add(gateway.send(2, 20));
      gateway.clock.advance(Duration.ofMillis(20));
    }
    gateway.clock.advance(Duration.ofMillis(100));
    for (Answer answer : answers) {
      assertThat(answer.result()).isNull();
      queue.deliverOldest();
      gateway.work();
      assertThat(answer.result()).isEqualTo(ACCEPTED);
    }
    assertThat(queue.refusedItems()).isZero();
  }

  @Test
  void room_that_comes_while_one_is_put_back_is_not_overlooked() {
    Answer first = gateway.send(2, 20);
    Answer second = gateway.send(3, 30);
    queue.deliverOldest();
    gateway.worker.doWork();
    assertThat(first.result()).isEqualTo(ACCEPTED);

    queue.deliverOldest(); // nobody has asked to be called yet
    gateway.work();

    assertThat(second.result()).isEqualTo(ACCEPTED);
  }

  @Test
  void the_oldest_is_first_whoever_else_was_put_in_line_meanwhile() {
    Answer first = gateway.send(2, 20);
    Answer second = gateway.send(3, 30);
    Answer third = gateway.offer(4, 40);
    queue.deliverOldest();
    gateway.work();
    assertThat(first.result()).isEqualTo(ACCEPTED);
    assertThat(second.result()).isNull();

    queue.deliverOldest();
    gateway.work();

    assertThat(second.result()).isEqualTo(ACCEPTED);
    assertThat(third.result()).isNull();
  }

  @Test
  void one_that_needs_two_places_of_a_queue_does_not_try_without_end() {
    WorkerFixture other = new WorkerFixture(10_000, MOMENT);
    FakePayloadQueue twice = other.queue("otlp/b", 2, REFUSES);
    other.pipeline("a", List.of(twice));
    other.pipeline("b", List.of(twice));
    other.send(1, 10);
    twice.deliverOldest();

    Answer answer = other.send(1, 10);
    other.work();
    assertThat(answer.result()).isNull();
    twice.deliverOldest();
    other.work();

    assertThat(answer.result()).isEqualTo(ACCEPTED);
  }

  @Test
  void a_queue_that_blocks_is_waited_for_after_one_that_does_not() {
    FakePayloadQueue blocks = gateway.queue("otlp/b", 1, new Behaviour(false, true, false));
    gateway.pipeline("b", List.of(blocks));
    queue.deliverOldest();
    gateway.send(1, 10);
    Answer answer = gateway.send(1, 10);

    queue.deliverOldest();
    gateway.work();
    gateway.clock.advance(MOMENT.multipliedBy(3));
    gateway.work();
    assertThat(answer.result()).isNull();
    blocks.deliverOldest();
    gateway.work();

    assertThat(answer.result()).isEqualTo(ACCEPTED);
  }

  @Test
  void nobody_joins_a_line_whose_first_has_waited_for_a_fifth_of_it() {
    Answer first = gateway.send(2, 20);
    gateway.clock.advance(MOMENT.dividedBy(5));
    Answer inTime = gateway.send(2, 20);
    gateway.clock.advance(Duration.ofNanos(1));
    Answer late = gateway.send(4, 40);

    assertThat(first.result()).isNull();
    assertThat(inTime.result()).isNull();
    assertThat(late.result()).isEqualTo(QUEUE_FULL);
    assertThat(queue.refusedItems()).isEqualTo(4);
  }

  @Test
  void nobody_waits_where_somebody_has_waited_in_vain_until_something_leaves() {
    gateway.send(2, 20);
    gateway.clock.advance(MOMENT);
    gateway.work();

    assertThat(gateway.send(3, 30).result()).isEqualTo(QUEUE_FULL);
    assertThat(gateway.parked.size()).isZero();

    queue.deliverOldest();
    gateway.send(3, 30);
    Answer again = gateway.send(4, 40);
    assertThat(again.result()).isNull();
    queue.deliverOldest();
    gateway.work();
    assertThat(again.result()).isEqualTo(ACCEPTED);
  }

  @Test
  void a_queue_that_moved_a_little_while_ago_is_waited_for_although_somebody_waited_in_vain() {
    Answer first = gateway.send(2, 20);
    Answer second = gateway.send(3, 30);
    gateway.clock.advance(MOMENT.minusMillis(10));
    queue.deliverOldest();
    gateway.work();
    assertThat(first.result()).isEqualTo(ACCEPTED);
    gateway.clock.advance(Duration.ofMillis(10));
    gateway.work();
    assertThat(second.result()).isEqualTo(QUEUE_FULL);

    Answer third = gateway.send(4, 40);
    assertThat(third.result()).isNull();
    gateway.clock.advance(MOMENT);
    gateway.work();

    assertThat(third.result()).isEqualTo(QUEUE_FULL);
    assertThat(gateway.send(5, 50).result()).as("it has stood still since").isEqualTo(QUEUE_FULL);
  }

  /// The first gives up long before the moment is over; the queue has not moved in all the time.
  @Test
  void nobody_waits_for_a_queue_that_has_stood_still_for_a_moment() {
    Answer answer = gateway.offer(2, 20);
    gateway.clock.advance(WorkerFixture.PATIENCE.minusMillis(50));
    gateway.work();
    gateway.clock.advance(Duration.ofMillis(50));
    gateway.work();
    assertThat(answer.result()).isEqualTo(QUEUE_FULL);

    gateway.clock.advance(MOMENT.minusMillis(51));
    Answer inTime = gateway.send(3, 30);
    gateway.clock.advance(Duration.ofMillis(1));
    Answer late = gateway.send(4, 40);

    assertThat(inTime.result()).isNull();
    assertThat(late.result()).isEqualTo(QUEUE_FULL);
  }

  @Test
  void those_who_wait_take_a_quarter_of_the_budget_at_most() {
    Answer quarter = gateway.send(2, 2_500);
    Answer more = gateway.send(2, 100);

    assertThat(quarter.result()).isNull();
    assertThat(more.result()).isEqualTo(QUEUE_FULL);

    queue.deliverOldest();
    gateway.work();
    assertThat(quarter.result()).isEqualTo(ACCEPTED);
    Answer next = gateway.send(2, 100);
    assertThat(next.result()).as("what waited is not counted any more").isNull();
  }

  @Test
  void a_client_that_is_gone_sooner_is_refused_sooner() {
    Answer answer = gateway.offer(2, 20);
    gateway.clock.advance(WorkerFixture.PATIENCE.minusMillis(100));
    gateway.work();
    assertThat(answer.result()).isNull();

    gateway.clock.advance(Duration.ofMillis(100));
    gateway.work();

    assertThat(answer.result()).isEqualTo(QUEUE_FULL);
  }
}
