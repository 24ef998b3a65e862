package dev.headgate.pipeline.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headgate.config.QueueConfig.Sizer;
import dev.headgate.pipeline.ledger.DropReason;
import dev.headgate.pipeline.ledger.LedgerLine;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.process.Processor;
import dev.headgate.pipeline.queue.FakePayloadQueue;
import dev.headgate.pipeline.queue.FakePayloadQueue.Behaviour;
import dev.headgate.pipeline.worker.IngestResult.Accepted;
import dev.headgate.pipeline.worker.IngestResult.Overloaded;
import dev.headgate.pipeline.worker.IngestResult.RefusalReason;
import dev.headgate.pipeline.worker.WorkerFixture.Answer;
import dev.headgate.pipeline.worker.WorkerFixture.FakeDecoder;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkerTest {
  private static final Processor SAME = (payload, context) -> payload;
  private static final Behaviour REQUIRED = new Behaviour(true, false, false);

  private final WorkerFixture gateway = new WorkerFixture();

  @AfterEach
  void everything_is_accounted_for() {
    assertThat(gateway.ledger.lines()).allMatch(LedgerLine::balances);
  }

  private static Processor drops(DropReason reason, int items) {
    return (payload, context) -> {
      context.drop(reason, items);
      return payload.with(Bytes.of(new byte[payload.sizeBytes() / 2]), payload.items() - items);
    };
  }

  private static Overloaded overloaded(RefusalReason reason) {
    return new Overloaded(Duration.ofSeconds(1), reason);
  }

  @Test
  void takes_a_request_into_its_queue_before_it_answers() {
    FakePayloadQueue queue = gateway.queue("otlp/a", 10, Behaviour.PLAIN);
    gateway.pipeline("", List.of(queue), SAME);

    Answer answer = gateway.send(5, 100);

    assertThat(answer.result()).isEqualTo(new Accepted(0, ""));
    assertThat(queue.waiting()).hasSize(1);
    assertThat(queue.waiting().getFirst().payload().items()).isEqualTo(5);
    assertThat(gateway.budget.usedBytes()).isEqualTo(100);
    assertThat(gateway.line("", "otlp/a").inFlight()).isEqualTo(5);
    assertThat(gateway.counter("otelcol_receiver_accepted_log_records", "otlp")).isEqualTo(5);
    queue.deliverOldest();
    assertThat(gateway.budget.usedBytes()).isZero();
  }

  @Test
  void says_how_many_items_were_rejected() {
    FakePayloadQueue queue = gateway.queue("otlp/a", 10, Behaviour.PLAIN);
    gateway.pipeline("", List.of(queue));
    Answer answer = new Answer();
    gateway.intake.offer(gateway.request(new byte[] {5, 2, 0}, answer));

    gateway.work();

    assertThat(answer.result()).isEqualTo(new Accepted(2, "no id"));
    assertThat(gateway.line("", "otlp/a").received()).isEqualTo(5);
    assertThat(gateway.counter("otelcol_receiver_refused_log_records", "otlp")).isEqualTo(2);
  }

  @Test
  void a_request_without_items_succeeds_without_touching_the_pipelines() {
    FakePayloadQueue queue = gateway.queue("otlp/a", 0, Behaviour.PLAIN);
    gateway.pipeline("", List.of(queue));

    Answer answer = gateway.send(0, 10);

    assertThat(answer.result()).isEqualTo(new Accepted(0, ""));
    assertThat(gateway.budget.usedBytes()).isZero();
  }

  @Test
  void answers_what_is_not_a_request() {
    gateway.pipeline("", List.of(gateway.queue("otlp/a", 10, Behaviour.PLAIN)));

    assertThat(sendKind(FakeDecoder.MALFORMED))
        .isEqualTo(new IngestResult.Malformed("bad tag at byte 2"));
    assertThat(sendKind(FakeDecoder.TOO_LARGE))
        .isEqualTo(new IngestResult.TooLarge("over 5000 bytes"));
    assertThat(sendKind(FakeDecoder.NO_ROOM)).isEqualTo(overloaded(RefusalReason.MEMORY));
    assertThat(sendKind(FakeDecoder.BUG)).isEqualTo(new IngestResult.Failed("internal error"));
    assertThat(gateway.refused("malformed")).isEqualTo(1);
    assertThat(gateway.refused("too_large")).isEqualTo(1);
    assertThat(gateway.refused("memory")).isEqualTo(1);
    assertThat(gateway.refused("internal")).isEqualTo(1);
    assertThat(gateway.budget.usedBytes()).isZero();
  }

  private IngestResult sendKind(byte kind) {
    Answer answer = new Answer();
    gateway.intake.offer(gateway.request(FakeDecoder.body(kind), answer));
    gateway.work();
    return answer.result();
  }

  @Test
  void an_error_is_answered_and_thrown_on() {
    gateway.pipeline("", List.of(gateway.queue("otlp/a", 10, Behaviour.PLAIN)));
    Answer answer = new Answer();
    gateway.intake.offer(gateway.request(FakeDecoder.body(FakeDecoder.ERROR), answer));

    assertThatThrownBy(gateway::work).isInstanceOf(StackOverflowError.class);

    assertThat(answer.result()).isEqualTo(new IngestResult.Failed("internal error"));
    assertThat(gateway.budget.usedBytes()).isZero();
  }

  @Test
  void a_signal_without_pipelines_is_refused() {
    Answer answer = gateway.send(1, 10);

    assertThat(answer.result()).isEqualTo(new IngestResult.NoPipeline("no pipeline takes logs"));
    assertThat(gateway.budget.usedBytes()).isZero();
  }

  @Test
  void a_request_that_waited_too_long_costs_only_its_answer() {
    FakePayloadQueue queue = gateway.queue("otlp/a", 10, Behaviour.PLAIN);
    gateway.pipeline("", List.of(queue));
    Answer answer = gateway.offer(1, 10);
    gateway.clock.advance(WorkerFixture.PATIENCE);

    gateway.work();

    assertThat(answer.result()).isEqualTo(overloaded(RefusalReason.TIMEOUT));
    assertThat(queue.waiting()).isEmpty();
  }

  @Test
  void the_charge_becomes_that_of_the_checked_array_and_repairs_are_counted() {
    gateway.pipeline("", List.of(gateway.queue("otlp/a", 10, Behaviour.PLAIN)));

    assertThat(sendKind(FakeDecoder.INFLATES)).isEqualTo(new Accepted(0, ""));

    assertThat(gateway.budget.usedBytes()).isEqualTo(1_000);
    assertThat(gateway.counter("headgate_receiver_repairs", "canonicalized")).isEqualTo(1);
    assertThat(gateway.counter("headgate_receiver_repairs", "empty_key")).isEqualTo(2);
    assertThat(gateway.counter("headgate_receiver_repairs", "zero_time")).isEqualTo(3);
  }

  @Test
  void a_responder_that_fails_hurts_nobody_else() {
    gateway.pipeline("", List.of(gateway.queue("otlp/a", 10, Behaviour.PLAIN)));
    IngestRequest good = gateway.request(FakeDecoder.body(1, 10), new Answer());
    IngestRequest bad =
        new IngestRequest(
            good.lease(),
            good.signal(),
            good.encoding(),
            good.coding(),
            good.tenant(),
            good.body(),
            good.maxBodyBytes(),
            good.reservation(),
            good.deadlineNanos(),
            result -> {
              throw new IllegalStateException("closed");
            });
    gateway.intake.offer(bad);

    Answer next = gateway.send(2, 10);

    assertThat(next.result()).isEqualTo(new Accepted(0, ""));
    assertThat(gateway.line("", "otlp/a").inFlight()).isEqualTo(3);
  }

  @Test
  void books_what_the_chain_drops_and_counts_each_stage() {
    FakePayloadQueue queue = gateway.queue("otlp/a", 10, Behaviour.PLAIN);
    gateway.pipeline(
        "", List.of(queue), drops(DropReason.SAMPLED, 3), SAME, drops(DropReason.FILTERED, 2));

    gateway.send(10, 100);

    assertThat(gateway.line("", "otlp/a").droppedBefore()).isEqualTo(5);
    assertThat(gateway.line("", "otlp/a").inFlight()).isEqualTo(5);
    assertThat(gateway.counter("headgate_ledger_dropped_items", "sampled")).isEqualTo(3);
    assertThat(gateway.counter("headgate_ledger_dropped_items", "filtered")).isEqualTo(2);
    assertThat(gateway.counter("otelcol_processor_incoming_items", "p0")).isEqualTo(10);
    assertThat(gateway.counter("otelcol_processor_outgoing_items", "p0")).isEqualTo(7);
    assertThat(gateway.counter("otelcol_processor_outgoing_items", "p1")).isEqualTo(7);
    assertThat(gateway.counter("otelcol_processor_outgoing_items", "p2")).isEqualTo(5);
    assertThat(gateway.budget.usedBytes()).isEqualTo(25);
  }

  @Test
  void a_chain_that_leaves_nothing_gives_its_places_back() {
    FakePayloadQueue queue = gateway.queue("otlp/a", 1, Behaviour.PLAIN);
    Processor never =
        (payload, context) -> {
          throw new AssertionError("called for an empty payload");
        };
    gateway.pipeline("", List.of(queue), drops(DropReason.FILTERED, 4), never);

    assertThat(gateway.send(4, 100).result()).isEqualTo(new Accepted(0, ""));
    assertThat(gateway.send(4, 100).result()).isEqualTo(new Accepted(0, ""));

    assertThat(queue.waiting()).isEmpty();
    assertThat(gateway.line("", "otlp/a").droppedBefore()).isEqualTo(8);
    assertThat(gateway.budget.usedBytes()).isZero();
  }

  @Test
  void a_failing_processor_costs_its_own_pipeline_the_payload() {
    FakePayloadQueue failing = gateway.queue("otlp/a", 10, Behaviour.PLAIN);
    FakePayloadQueue fine = gateway.queue("otlp/b", 10, Behaviour.PLAIN);
    Processor bug =
        (payload, context) -> {
          context.drop(DropReason.SAMPLED, 1);
          throw new IllegalStateException("secret");
        };
    gateway.pipeline("bad", List.of(failing), drops(DropReason.FILTERED, 1), bug);
    gateway.pipeline("good", List.of(fine), SAME);

    assertThat(gateway.send(5, 100).result()).isEqualTo(new Accepted(0, ""));

    assertThat(failing.waiting()).isEmpty();
    assertThat(fine.waiting()).hasSize(1);
    assertThat(gateway.counter("headgate_ledger_dropped_items", "processor_error")).isEqualTo(4);
    assertThat(gateway.counter("headgate_ledger_dropped_items", "filtered")).isEqualTo(1);
    assertThat(gateway.counter("headgate_ledger_dropped_items", "sampled")).isZero();
  }

  @Test
  void a_processor_whose_drops_do_not_add_up_is_not_trusted() {
    FakePayloadQueue queue = gateway.queue("otlp/a", 10, Behaviour.PLAIN);
    gateway.pipeline(
        "",
        List.of(queue),
        (payload, context) -> payload.with(Bytes.of(new byte[1]), payload.items() - 1));

    gateway.send(5, 100);

    assertThat(queue.waiting()).isEmpty();
    assertThat(gateway.counter("headgate_ledger_dropped_items", "processor_error")).isEqualTo(5);
  }

  @Test
  void an_error_in_a_chain_leaves_nothing_half_taken() {
    FakePayloadQueue first = gateway.queue("otlp/a", 1, Behaviour.PLAIN);
    FakePayloadQueue second = gateway.queue("otlp/b", 1, Behaviour.PLAIN);
    gateway.pipeline("1", List.of(first), SAME);
    gateway.pipeline(
        "2",
        List.of(second),
        (payload, context) -> {
          throw new StackOverflowError();
        });
    Answer answer = gateway.offer(5, 100);

    assertThatThrownBy(gateway::work).isInstanceOf(StackOverflowError.class);

    assertThat(answer.result()).isEqualTo(new IngestResult.Failed("internal error"));
    assertThat(first.waiting()).isEmpty();
    assertThat(gateway.line("1", "otlp/a").received()).isZero();
    assertThat(gateway.budget.usedBytes()).isZero();
    assertThat(gateway.offer(1, 10)).isNotNull();
    assertThatThrownBy(gateway::work).isInstanceOf(StackOverflowError.class);
  }

  @Test
  void the_only_exporter_of_a_pipeline_refuses_when_full_before_any_chain_has_run() {
    FakePayloadQueue full = gateway.queue("otlp/a", 1, Behaviour.PLAIN);
    FakePayloadQueue other = gateway.queue("otlp/b", 10, Behaviour.PLAIN);
    Processor once =
        (payload, context) -> {
          assertThat(full.waiting()).isEmpty();
          return payload;
        };
    gateway.pipeline("other", List.of(other), once);
    gateway.pipeline("full", List.of(full));
    gateway.send(1, 10);

    Answer answer = gateway.send(7, 10);

    assertThat(answer.result()).isEqualTo(overloaded(RefusalReason.QUEUE_FULL));
    assertThat(other.waiting()).hasSize(1);
    assertThat(gateway.line("other", "otlp/b").received()).isEqualTo(1);
    assertThat(gateway.counter("otelcol_receiver_refused_log_records", "otlp")).isEqualTo(7);
    assertThat(gateway.refused("queue_full")).isEqualTo(1);
    assertThat(gateway.budget.usedBytes()).isEqualTo(10);
  }

  @Test
  void a_large_request_that_a_full_queue_refuses_is_not_even_decoded() {
    WorkerFixture roomy = new WorkerFixture(1_000_000);
    FakePayloadQueue nearlyFull =
        new FakePayloadQueue("otlp/a", Behaviour.PLAIN, Sizer.REQUESTS, 10, 160_000, roomy.ledger);
    roomy.pipeline("", List.of(nearlyFull));
    assertThat(roomy.send(1, 100_000).result()).isEqualTo(new Accepted(0, ""));

    assertThat(roomy.send(7, 70_000).result()).isEqualTo(overloaded(RefusalReason.QUEUE_FULL));
    assertThat(roomy.counter("otelcol_receiver_refused_log_records", "otlp")).isZero();
    assertThat(roomy.send(7, 65_000).result()).isEqualTo(overloaded(RefusalReason.QUEUE_FULL));
    assertThat(roomy.counter("otelcol_receiver_refused_log_records", "otlp")).isEqualTo(7);
    assertThat(roomy.refused("queue_full")).isEqualTo(2);
    assertThat(roomy.send(7, 200_000).result()).isInstanceOf(IngestResult.TooLarge.class);
    assertThat(roomy.budget.usedBytes()).isEqualTo(100_000);
  }

  @Test
  void one_of_several_exporters_without_room_just_misses_the_payload() {
    FakePayloadQueue full = gateway.queue("otlp/a", 1, Behaviour.PLAIN);
    FakePayloadQueue other = gateway.queue("otlp/b", 10, Behaviour.PLAIN);
    gateway.pipeline("", List.of(full, other), drops(DropReason.SAMPLED, 1));
    gateway.send(3, 10);

    Answer answer = gateway.send(7, 10);

    assertThat(answer.result()).isEqualTo(new Accepted(0, ""));
    assertThat(gateway.line("", "otlp/a").dropped()).isEqualTo(6);
    assertThat(gateway.line("", "otlp/b").inFlight()).isEqualTo(8);
    assertThat(gateway.counter("headgate_ledger_dropped_items", "queue_full")).isEqualTo(6);
  }

  @Test
  void a_required_one_of_several_exporters_refuses() {
    FakePayloadQueue full = gateway.queue("otlp/a", 1, REQUIRED);
    FakePayloadQueue other = gateway.queue("otlp/b", 10, Behaviour.PLAIN);
    gateway.pipeline("", List.of(full, other));
    gateway.send(3, 10);

    Answer answer = gateway.send(7, 10);

    assertThat(answer.result()).isEqualTo(overloaded(RefusalReason.QUEUE_FULL));
    assertThat(other.waiting()).hasSize(1);
  }

  @Test
  void what_could_never_fit_is_too_large() {
    FakePayloadQueue small =
        new FakePayloadQueue("otlp/a", Behaviour.PLAIN, Sizer.BYTES, 100, 100, gateway.ledger);
    gateway.pipeline("", List.of(small));

    assertThat(gateway.send(1, 101).result())
        .isEqualTo(new IngestResult.TooLarge("request larger than the queue of exporter otlp/a"));
    assertThat(gateway.send(1, 100).result()).isEqualTo(new Accepted(0, ""));
  }

  @Test
  void several_queues_share_one_array_and_one_charge() {
    FakePayloadQueue a = gateway.queue("otlp/a", 10, Behaviour.PLAIN);
    FakePayloadQueue b = gateway.queue("otlp/b", 10, Behaviour.PLAIN);
    gateway.pipeline("1", List.of(a, b), SAME);
    gateway.pipeline("2", List.of(a));

    gateway.send(1, 100);

    assertThat(gateway.budget.usedBytes()).isEqualTo(100);
    assertThat(a.waiting().getFirst().payload().bytes())
        .isSameAs(b.waiting().getFirst().payload().bytes());
    a.deliverOldest();
    a.deliverOldest();
    assertThat(gateway.budget.usedBytes()).isEqualTo(100);
    b.deliverOldest();
    assertThat(gateway.budget.usedBytes()).isZero();
  }

  @Test
  void new_arrays_are_charged_and_the_original_is_not_kept_for_nothing() {
    FakePayloadQueue a = gateway.queue("otlp/a", 10, Behaviour.PLAIN);
    FakePayloadQueue b = gateway.queue("otlp/b", 10, Behaviour.PLAIN);
    gateway.pipeline("1", List.of(a), drops(DropReason.SAMPLED, 1));
    gateway.pipeline(
        "2",
        List.of(b),
        (payload, context) -> payload.with(Bytes.of(new byte[300]), payload.items()));

    gateway.send(2, 100);

    assertThat(gateway.budget.usedBytes()).isEqualTo(50 + 300);
    a.deliverOldest();
    assertThat(gateway.budget.usedBytes()).isEqualTo(300);
    b.deliverOldest();
    assertThat(gateway.budget.usedBytes()).isZero();
  }

  @Test
  void without_memory_for_the_output_a_request_is_refused_before_its_chain_runs() {
    FakePayloadQueue queue = gateway.queue("otlp/a", 10, Behaviour.PLAIN);
    gateway.pipeline(
        "",
        List.of(queue),
        (payload, context) -> {
          throw new AssertionError("ran");
        });
    Answer answer = gateway.offer(1, 100);
    var rest = gateway.budget.tryReserve(9_850);

    gateway.work();

    assertThat(answer.result()).isEqualTo(overloaded(RefusalReason.MEMORY));
    assertThat(gateway.budget.usedBytes()).isEqualTo(9_850);
    rest.release();
  }

  @Test
  void a_payload_of_most_of_the_budget_is_taken_when_nothing_else_is_there() {
    FakePayloadQueue queue = gateway.queue("otlp/a", 10, Behaviour.PLAIN);
    gateway.pipeline("", List.of(queue), drops(DropReason.SAMPLED, 1));

    assertThat(gateway.send(2, 8_000).result()).isEqualTo(new Accepted(0, ""));

    assertThat(gateway.budget.usedBytes()).isEqualTo(4_000);
  }
}
