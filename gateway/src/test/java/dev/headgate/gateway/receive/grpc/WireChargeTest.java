package dev.headgate.gateway.receive.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.gateway.admit.Admission;
import dev.headgate.pipeline.codec.ContentCoding;
import dev.headgate.pipeline.memory.ArrayPool;
import dev.headgate.pipeline.payload.ByteBudget;
import dev.headgate.pipeline.payload.Reservation;
import dev.headgate.pipeline.queue.IdleWorkers;
import dev.headgate.pipeline.queue.IntakeQueue;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What a message is charged with between the wire and the worker.
class WireChargeTest {
  private static final int MESSAGE_BYTES = 100_000;
  private static final int ARRAY_BYTES = 120_000;

  private final ByteBudget transit = new ByteBudget(1 << 20);

  private WireCharge begun(ByteBudget budget) {
    Admission admission =
        new Admission(
            budget,
            ArrayPool.NONE,
            new IntakeQueue<>(1, new IdleWorkers(1)),
            () -> 0,
            Duration.ofSeconds(1));
    WireCharge charge =
        (WireCharge)
            WireCharge.factory(admission, transit).newServerStreamTracer("m", new Metadata());
    assertThat(charge.begin(ContentCoding.IDENTITY, () -> {})).isTrue();
    charge.inboundWireSize(MESSAGE_BYTES);
    assertThat(transit.usedBytes()).isEqualTo(MESSAGE_BYTES);
    return charge;
  }

  @Test
  void the_whole_array_is_charged_from_its_arrival() {
    ByteBudget budget = new ByteBudget(1 << 20);
    WireCharge charge = begun(budget);

    assertThat(charge.arrived(ARRAY_BYTES)).isTrue();

    assertThat(budget.usedBytes()).isGreaterThanOrEqualTo(ARRAY_BYTES);
    assertThat(transit.usedBytes()).isZero();
    Reservation taken = Objects.requireNonNull(charge.take());
    assertThat(budget.usedBytes()).isEqualTo(ARRAY_BYTES);
    taken.release();
    assertThat(budget.usedBytes()).isZero();
  }

  @Test
  void an_array_that_does_not_fit_ends_the_charge() {
    ByteBudget budget = new ByteBudget(ARRAY_BYTES - 1);
    WireCharge charge = begun(budget);

    assertThat(charge.arrived(ARRAY_BYTES)).isFalse();

    assertThat(charge.take()).isNull();
    charge.streamClosed(Status.CANCELLED);
    assertThat(budget.usedBytes()).isZero();
    assertThat(transit.usedBytes()).isZero();
  }
}
