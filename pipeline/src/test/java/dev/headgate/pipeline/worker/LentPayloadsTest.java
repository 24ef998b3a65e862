package dev.headgate.pipeline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.pipeline.ledger.DropReason;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.process.Processor;
import dev.headgate.pipeline.queue.FakePayloadQueue;
import dev.headgate.pipeline.queue.FakePayloadQueue.Behaviour;
import dev.headgate.pipeline.wire.WireEditor;
import dev.headgate.pipeline.worker.WorkerFixture.Answer;
import dev.headgate.pipeline.worker.WorkerFixture.FakeDecoder;
import java.util.List;
import org.junit.jupiter.api.Test;

/// When the arrays of requests go back to their pool: not before the last who reads them has let
/// go, and then at once. With assertions on, a pool overwrites what comes back.
class LentPayloadsTest {
  private static final Processor SAME = (payload, context) -> payload;
  private static final int LENGTH = 600;

  private final WorkerFixture gateway = new WorkerFixture();
  private final FakePayloadQueue a = gateway.queue("otlp/a", 10, Behaviour.PLAIN);
  private final FakePayloadQueue b = gateway.queue("otlp/b", 10, Behaviour.PLAIN);

  /// Removes the last byte, through the worker's editor.
  private static final Processor SHORTENS =
      (payload, context) -> {
        WireEditor editor = context.editor();
        editor.reset(payload.bytes());
        editor.delete(payload.sizeBytes() - 1, payload.sizeBytes());
        return payload.with(editor.finish(), payload.items());
      };

  private Bytes send(int kind) {
    byte[] content = FakeDecoder.body(3, LENGTH);
    content[2] = (byte) kind;
    Bytes body = gateway.arrays.copy(content, LENGTH);
    Answer answer = new Answer();
    assertThat(gateway.intake.offer(gateway.request(body, answer))).isTrue();
    gateway.worker.doWork();
    assertThat(answer.result()).isNotNull();
    return body;
  }

  /// Whether the pool has the array; takes what fits as well, until it comes.
  private boolean isBack(byte[] array) {
    for (long before = Long.MAX_VALUE, idle = gateway.arrays.idleBytes();
        idle < before;
        before = idle, idle = gateway.arrays.idleBytes()) {
      if (gateway.arrays.take(array.length) == array) {
        return true;
      }
    }
    return false;
  }

  private static byte[] only(FakePayloadQueue queue) {
    assertThat(queue.waiting()).hasSize(1);
    return queue.waiting().getFirst().payload().bytes().array();
  }

  @Test
  void a_body_that_no_chain_changed_comes_back_from_the_last_queue() {
    gateway.pipeline("", List.of(a, b), SAME);

    Bytes body = send(0);

    assertThat(only(a)).isSameAs(body.array()).isSameAs(only(b));
    a.deliverOldest();
    assertThat(gateway.arrays.idleBytes()).isZero();
    assertThat(body.array()[0]).as("still to be read").isEqualTo((byte) 3);
    b.deliverOldest();
    assertThat(isBack(body.array())).isTrue();
  }

  @Test
  void what_a_chain_replaced_is_back_when_the_request_is_answered() {
    gateway.pipeline("", List.of(a), SHORTENS, SHORTENS, SHORTENS);

    Bytes body = send(0);

    byte[] queued = only(a);
    assertThat(queued).isNotSameAs(body.array());
    assertThat(queued[0]).isEqualTo((byte) 3);
    assertThat(a.waiting().getFirst().payload().sizeBytes()).isEqualTo(LENGTH - 3);
    // The body and the arrays between; two of the three outputs took turns or came from the pool.
    assertThat(gateway.arrays.idleBytes()).isGreaterThanOrEqualTo(2L * LENGTH);
    assertThat(isBack(body.array())).isTrue();
    a.deliverOldest();
    assertThat(isBack(queued)).isTrue();
  }

  @Test
  void pipelines_that_change_it_and_one_that_does_not_each_keep_their_own() {
    gateway.pipeline("1", List.of(a), SHORTENS);
    gateway.pipeline("2", List.of(b), SAME);

    Bytes body = send(0);

    assertThat(only(b)).isSameAs(body.array());
    a.deliverOldest();
    assertThat(body.array()[0]).isEqualTo((byte) 3);
    b.deliverOldest();
    assertThat(isBack(body.array())).isTrue();
  }

  @Test
  void a_refused_body_is_back_with_its_answer() {
    gateway.pipeline("", List.of(a), SAME);

    for (int kind :
        new int[] {
          FakeDecoder.MALFORMED, FakeDecoder.TOO_LARGE, FakeDecoder.NO_ROOM, FakeDecoder.BUG
        }) {
      Bytes body = send(kind);
      assertThat(isBack(body.array())).as("kind %d", kind).isTrue();
    }
    assertThat(a.waiting()).isEmpty();
  }

  @Test
  void an_inflated_body_is_back_before_what_was_in_it() {
    gateway.pipeline("", List.of(a), SAME);

    Bytes body = send(FakeDecoder.INFLATES);

    assertThat(only(a)).isNotSameAs(body.array());
    assertThat(isBack(body.array())).isTrue();
  }

  @Test
  void a_payload_that_a_processor_broke_costs_no_other_its_bytes() {
    gateway.pipeline(
        "1",
        List.of(a),
        SHORTENS,
        (payload, context) -> {
          throw new IllegalStateException("bug");
        });
    gateway.pipeline("2", List.of(b), SAME);

    Bytes body = send(0);

    assertThat(only(b)).isSameAs(body.array());
    assertThat(body.array()[0]).isEqualTo((byte) 3);
    assertThat(a.waiting()).isEmpty();
    assertThat(gateway.arrays.idleBytes()).as("what it broke").isGreaterThanOrEqualTo(LENGTH);
  }

  @Test
  void what_a_processor_made_whose_drops_do_not_add_up_is_back_once() {
    gateway.pipeline(
        "",
        List.of(a),
        SHORTENS,
        (payload, context) -> {
          Payload made = SHORTENS.process(payload, context);
          return made.with(made.bytes(), made.items() - 1);
        });

    Bytes body = send(0);

    assertThat(a.waiting()).isEmpty();
    assertThat(isBack(body.array())).isTrue();
    assertThat(gateway.arrays.idleBytes()).as("both outputs").isGreaterThanOrEqualTo(2L * LENGTH);
  }

  @Test
  void what_is_left_of_a_payload_without_items_is_back() {
    gateway.pipeline(
        "",
        List.of(a),
        (payload, context) -> {
          context.drop(DropReason.FILTERED, payload.items());
          return payload.with(SHORTENS.process(payload, context).bytes(), 0);
        });

    Bytes body = send(0);

    assertThat(a.waiting()).isEmpty();
    assertThat(isBack(body.array())).isTrue();
    assertThat(gateway.arrays.idleBytes()).as("the output").isGreaterThanOrEqualTo(LENGTH);
  }

  @Test
  void what_finds_no_place_is_back() {
    FakePayloadQueue full = gateway.queue("otlp/full", 0, Behaviour.PLAIN);
    FakePayloadQueue fuller = gateway.queue("otlp/fuller", 0, Behaviour.PLAIN);
    gateway.pipeline("", List.of(full, fuller), SHORTENS);

    Bytes body = send(0);

    assertThat(isBack(body.array())).isTrue();
    assertThat(gateway.arrays.idleBytes()).as("the output").isGreaterThanOrEqualTo(LENGTH);
  }
}
