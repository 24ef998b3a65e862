package dev.headgate.pipeline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.pipeline.ledger.DropReason;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.process.Processor;
import dev.headgate.pipeline.queue.FakePayloadQueue;
import dev.headgate.pipeline.queue.FakePayloadQueue.Behaviour;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TapTest {
  private static final byte MARK = 42;

  /// Makes other bytes, as a redaction does.
  private static final Processor REPLACES =
      (payload, _) -> {
        byte[] other = payload.bytes().toArray();
        other[other.length - 1] = MARK;
        return payload.with(Bytes.of(other), payload.items());
      };

  private static final Processor DROPS_ALL =
      (payload, context) -> {
        context.drop(DropReason.SAMPLED, payload.items());
        return payload.with(Bytes.of(new byte[0]), 0);
      };

  private final WorkerFixture gateway = new WorkerFixture();
  private final List<Payload> seen = new ArrayList<>();
  private final Tap.Viewer viewer = (_, payload) -> seen.add(payload);

  @BeforeEach
  void look() {
    assertThat(gateway.tap.tryOpen(viewer)).isTrue();
  }

  @Test
  void shows_the_very_payload_that_the_queues_get_and_nothing_from_before_the_chain() {
    FakePayloadQueue a = gateway.queue("otlp/a", 10, Behaviour.PLAIN);
    FakePayloadQueue b = gateway.queue("otlp/b", 10, Behaviour.PLAIN);
    gateway.pipeline("", List.of(a, b), REPLACES);
    gateway.send(5, 100);
    assertThat(seen).hasSize(1);
    assertThat(seen.getFirst())
        .isSameAs(a.waiting().getFirst().payload())
        .isSameAs(b.waiting().getFirst().payload());
    assertThat(seen.getFirst().bytes().toArray()).endsWith(MARK);
  }

  @Test
  void shows_nothing_that_no_queue_gets() {
    FakePayloadQueue a = gateway.queue("otlp/a", 1, Behaviour.PLAIN);
    FakePayloadQueue b = gateway.queue("otlp/b", 1, Behaviour.PLAIN);
    gateway.pipeline("full", List.of(a, b), REPLACES);
    gateway.send(1, 50);
    assertThat(seen).hasSize(1);
    gateway.send(1, 50);
    assertThat(gateway.counter("headgate_ledger_dropped_items", "queue_full")).isEqualTo(2);
    assertThat(seen).hasSize(1);
  }

  @Test
  void shows_nothing_that_the_chain_drops_or_that_is_refused() {
    FakePayloadQueue a = gateway.queue("otlp/a", 1, Behaviour.PLAIN);
    gateway.pipeline("", List.of(a), DROPS_ALL);
    gateway.send(3, 50);
    assertThat(seen).isEmpty();
  }

  @Test
  void one_looks_at_a_time() {
    Tap.Viewer other = (_, _) -> {};
    assertThat(gateway.tap.tryOpen(other)).isFalse();
    gateway.tap.close(other);
    assertThat(gateway.tap.isOpen()).isTrue();
    gateway.tap.close(viewer);
    assertThat(gateway.tap.isOpen()).isFalse();
    assertThat(gateway.tap.tryOpen(other)).isTrue();
  }
}
