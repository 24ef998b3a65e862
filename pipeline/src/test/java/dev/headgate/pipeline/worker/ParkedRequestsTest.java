package dev.headgate.pipeline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.QueueConfig.Sizer;
import dev.headgate.pipeline.ledger.LedgerLine;
import dev.headgate.pipeline.log.RateLimitedLog;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.queue.FakePayloadQueue;
import dev.headgate.pipeline.queue.FakePayloadQueue.Behaviour;
import dev.headgate.pipeline.worker.IngestResult.Accepted;
import dev.headgate.pipeline.worker.IngestResult.Overloaded;
import dev.headgate.pipeline.worker.IngestResult.RefusalReason;
import dev.headgate.pipeline.worker.WorkerFixture.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ParkedRequestsTest {
  private static final Behaviour BLOCKS = new Behaviour(false, true, false);
  private static final Overloaded QUEUE_FULL =
      new Overloaded(Duration.ofSeconds(1), RefusalReason.QUEUE_FULL);

  private final WorkerFixture gateway = new WorkerFixture();
  private final FakePayloadQueue queue = gateway.queue("otlp/a", 1, BLOCKS);

  @BeforeEach
  void fill() {
    gateway.pipeline("", List.of(queue));
    gateway.send(1, 10);
  }

  @AfterEach
  void everything_is_accounted_for() {
    assertThat(gateway.ledger.lines()).allMatch(LedgerLine::balances);
  }

  @Test
  void waits_for_room_without_occupying_the_worker() {
    Answer answer = gateway.send(2, 20);
    assertThat(answer.result()).isNull();
    assertThat(gateway.parked.size()).isEqualTo(1);
    assertThat(gateway.worker.doWork()).isZero();

    queue.deliverOldest();
    gateway.work();

    assertThat(answer.result()).isEqualTo(new Accepted(0, ""));
    assertThat(queue.waiting().getFirst().payload().items()).isEqualTo(2);
    assertThat(gateway.parked.size()).isZero();
    queue.deliverOldest();
    assertThat(gateway.budget.usedBytes()).isZero();
  }

  @Test
  void is_refused_at_its_deadline() {
    Answer answer = gateway.send(2, 20);
    gateway.clock.advance(WorkerFixture.PATIENCE.minusNanos(1));
    gateway.work();
    assertThat(answer.result()).isNull();
    assertThat(gateway.parked.nanosToDeadline(gateway.clock.nanoTime())).isEqualTo(1);

    gateway.clock.advance(Duration.ofNanos(1));
    gateway.work();

    assertThat(answer.result()).isEqualTo(QUEUE_FULL);
    assertThat(gateway.refused("queue_full")).isEqualTo(1);
    assertThat(gateway.counter("otelcol_receiver_refused_log_records", "otlp")).isEqualTo(2);
    assertThat(gateway.budget.usedBytes()).isEqualTo(10);
    assertThat(gateway.parked.nanosToDeadline(0)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void comes_in_order_and_one_by_one() {
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      answers.add(gateway.send(10 + i, 20));
    }
    for (int i = 0; i < 3; i++) {
      queue.deliverOldest();
      gateway.work();
      assertThat(queue.waiting().getFirst().payload().items()).isEqualTo(10 + i);
      assertThat(answers.get(i).result()).isEqualTo(new Accepted(0, ""));
    }
    assertThat(gateway.parked.size()).isZero();
  }

  @Test
  void beyond_its_capacity_requests_are_refused_at_once() {
    for (int i = 0; i < gateway.parked.capacity(); i++) {
      assertThat(gateway.send(1, 10).result()).isNull();
    }

    assertThat(gateway.send(1, 10).result()).isEqualTo(QUEUE_FULL);
  }

  @Test
  void a_dead_backend_costs_one_callback_however_many_give_up() {
    for (int i = 0; i < 50; i++) {
      Answer answer = gateway.send(1, 10);
      gateway.clock.advance(WorkerFixture.PATIENCE);
      gateway.work();
      assertThat(answer.result()).isEqualTo(QUEUE_FULL);
    }

    assertThat(queue.callbacks()).isEqualTo(1);
  }

  @Test
  void a_request_that_is_ready_too_late_is_not_taken() {
    Answer answer = gateway.send(2, 20);
    queue.deliverOldest();
    gateway.clock.advance(WorkerFixture.PATIENCE);

    gateway.work();

    assertThat(answer.result()).isEqualTo(QUEUE_FULL);
    assertThat(queue.waiting()).isEmpty();
    assertThat(gateway.budget.usedBytes()).isZero();
  }

  /// The queue has room, but not as much as the request needs: it must wait for the next leaving
  /// and not try without end.
  @Test
  void does_not_spin_when_there_is_room_but_not_enough() {
    WorkerFixture other = new WorkerFixture();
    FakePayloadQueue bytes =
        new FakePayloadQueue("otlp/a", BLOCKS, Sizer.BYTES, 100, 100, other.ledger);
    other.pipeline("", List.of(bytes));
    other.send(1, 30);
    other.send(1, 30);
    Answer large = other.send(1, 90);

    bytes.deliverOldest();
    other.work();
    assertThat(large.result()).isNull();
    bytes.deliverOldest();
    other.work();

    assertThat(large.result()).isEqualTo(new Accepted(0, ""));
  }

  @Test
  void room_that_came_between_refusal_and_parking_is_not_missed() {
    queue.deliverOldest();
    Answer answer = new Answer();
    IngestRequest request = gateway.request(new byte[] {1, 0, 0}, answer);
    PendingRequest pending = pending(request);

    assertThat(gateway.parked.park(gateway.parked.awaiting(pending, queue, 0), 0)).isTrue();

    assertThat(gateway.parked.hasReady()).isTrue();
    gateway.work();
    assertThat(answer.result()).isEqualTo(new Accepted(0, ""));
  }

  private static PendingRequest pending(IngestRequest request) {
    var decoder = new WorkerFixture.FakeDecoder();
    var checked = ((RequestDecoder.Decoded.Checked) decoder.decode(request)).request();
    Payload payload =
        new Payload(request.signal(), request.tenant(), checked.bytes(), checked.items());
    RateLimitedLog log =
        new RateLimitedLog(LoggerFactory.getLogger("test"), () -> 0, Duration.ofSeconds(1));
    return new PendingRequest(
        new Reply(request, log), checked, payload, request.deadlineNanos(), null);
  }

  @Test
  void closing_hands_out_everything_and_parks_nothing_more() {
    Answer waiting = gateway.send(1, 10);
    List<PendingRequest> all = gateway.parked.close();
    assertThat(all).hasSize(1);
    all.forEach(request -> request.reply().refuse(QUEUE_FULL, 1));
    assertThat(waiting.result()).isNotNull();

    assertThat(gateway.send(1, 10).result())
        .isEqualTo(new Overloaded(Duration.ofSeconds(1), RefusalReason.SHUTTING_DOWN));
    queue.deliverOldest();
    gateway.work();
    assertThat(gateway.budget.usedBytes()).isZero();
  }
}
