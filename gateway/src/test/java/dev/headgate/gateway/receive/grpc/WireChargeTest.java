package dev.headgate.gateway.receive.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.gateway.admit.Admission;
import dev.headgate.gateway.admit.Transit;
import dev.headgate.pipeline.codec.ContentCoding;
import dev.headgate.pipeline.memory.ArrayPool;
import dev.headgate.pipeline.payload.ByteBudget;
import dev.headgate.pipeline.payload.Reservation;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a message is charged with between the wire and the worker.
class WireChargeTest {
  private static final int MESSAGE_BYTES = 100_000;
  private static final int ARRAY_BYTES = 112_000;

  private final ByteBudget transit = new ByteBudget(1 << 20);
  private long nowNanos;
  private final List<String> heard = new ArrayList<>();

  private final GrpcConnection connection =
      TestConnections.open(new Transit(transit, 0, () -> nowNanos));
  private final EmbeddedChannel channel = new EmbeddedChannel(connection);

  @BeforeEach
  void stop_the_clock() {
    channel.freezeTime();
  }

  private WireCharge charge(ByteBudget budget) {
    Admission admission =
        new Admission(
            budget, ArrayPool.NONE, request -> false, () -> 0, () -> 0, Duration.ofSeconds(1));
    return (WireCharge) WireCharge.factory(admission).newServerStreamTracer("m", new Metadata());
  }

  private void begin(WireCharge charge) {
    charge.begin(connection, ContentCoding.IDENTITY, new Hears(() -> heard.add("begun")));
  }

  private final class Hears implements WireCharge.Hearer {
    private final Runnable whenBegun;

    Hears(Runnable whenBegun) {
      this.whenBegun = whenBegun;
    }

    @Override
    public void begun() {
      whenBegun.run();
    }

    @Override
    public void reserved() {
      heard.add("reserved");
    }

    @Override
    public void refused() {
      heard.add("refused");
    }
  }

  private WireCharge begun(ByteBudget budget) {
    WireCharge charge = charge(budget);
    begin(charge);
    assertThat(heard).containsExactly("begun");
    charge.inboundWireSize(MESSAGE_BYTES);
    assertThat(transit.usedBytes()).isEqualTo(MESSAGE_BYTES);
    return charge;
  }

  private boolean reads() {
    channel.runPendingTasks();
    return channel.config().isAutoRead();
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
  void what_an_array_is_too_long_is_charged_above_the_capacity() {
    ByteBudget budget = new ByteBudget(ARRAY_BYTES - 1);
    WireCharge charge = begun(budget);

    assertThat(charge.arrived(ARRAY_BYTES)).isTrue();

    assertThat(budget.usedBytes()).isEqualTo(ARRAY_BYTES);
    charge.streamClosed(Status.CANCELLED);
    assertThat(charge.take()).isNull();
    assertThat(budget.usedBytes()).isZero();
    assertThat(transit.usedBytes()).isZero();
  }

  @Test
  void nothing_more_is_read_while_there_is_no_room_for_more() {
    ByteBudget budget = new ByteBudget(10 * MESSAGE_BYTES);
    Reservation others = Objects.requireNonNull(budget.tryReserve(8 * MESSAGE_BYTES - 10));
    WireCharge charge = begun(budget);
    assertThat(reads()).isTrue();

    charge.inboundWireSize(MESSAGE_BYTES);
    assertThat(reads()).isFalse();
    assertThat(budget.usedBytes()).as("what is here is charged").isEqualTo(10 * MESSAGE_BYTES - 10);
    charge.inboundWireSize(1);
    others.release();

    assertThat(reads()).isTrue();
    assertThat(budget.usedBytes()).as("as much again").isEqualTo(4 * MESSAGE_BYTES + 1);
    assertThat(heard).containsExactly("begun");
    charge.streamClosed(Status.OK);
    assertThat(budget.usedBytes()).isZero();
  }

  @Test
  void a_message_that_finds_no_room_for_a_moment_ends_its_call() {
    ByteBudget budget = new ByteBudget(10 * MESSAGE_BYTES);
    Reservation others = Objects.requireNonNull(budget.tryReserve(8 * MESSAGE_BYTES));
    WireCharge charge = begun(budget);
    charge.inboundWireSize(MESSAGE_BYTES);

    channel.advanceTimeBy(Admission.MOMENT.toNanos(), TimeUnit.NANOSECONDS);

    assertThat(reads()).isTrue();
    assertThat(heard).containsExactly("begun", "refused");
    assertThat(charge.take()).isNull();
    others.release();
    assertThat(budget.usedBytes()).isZero();
    assertThat(transit.usedBytes()).isZero();
  }

  @Test
  void a_call_waits_for_its_first_bytes() {
    ByteBudget budget = new ByteBudget(MESSAGE_BYTES);
    Reservation others = Objects.requireNonNull(budget.tryReserve(MESSAGE_BYTES));
    WireCharge charge = charge(budget);
    begin(charge);
    assertThat(reads()).isFalse();
    assertThat(heard).isEmpty();

    others.release();

    assertThat(reads()).isTrue();
    assertThat(heard).containsExactly("begun");
    charge.streamClosed(Status.CANCELLED);
    assertThat(budget.usedBytes()).isZero();
  }

  @Test
  void a_connection_reads_on_when_all_its_calls_have_ended_or_found_room() {
    ByteBudget budget = new ByteBudget(MESSAGE_BYTES);
    Reservation others = Objects.requireNonNull(budget.tryReserve(MESSAGE_BYTES));
    WireCharge first = charge(budget);
    WireCharge second = charge(budget);
    begin(first);
    begin(second);
    first.streamClosed(Status.CANCELLED);
    assertThat(reads()).isFalse();
    second.streamClosed(Status.CANCELLED);

    assertThat(reads()).isTrue();
    others.release();
    assertThat(budget.usedBytes()).isZero();
    assertThat(heard).isEmpty();
  }

  @Test
  void a_message_that_was_there_before_its_call_began_waits_and_goes_on() {
    ByteBudget budget = new ByteBudget(10 * MESSAGE_BYTES);
    Reservation others = Objects.requireNonNull(budget.tryReserve(9 * MESSAGE_BYTES));
    WireCharge charge = charge(budget);
    charge.begin(
        connection,
        ContentCoding.IDENTITY,
        new Hears(() -> charge.inboundWireSize(MESSAGE_BYTES / 2)));
    assertThat(reads()).isFalse();

    others.release();

    assertThat(reads()).isTrue();
    assertThat(heard).isEmpty();
    charge.streamClosed(Status.OK);
    assertThat(budget.usedBytes()).isZero();
  }

  @Test
  void what_was_read_and_has_no_place_at_all_ends_its_call_at_once() {
    ByteBudget budget = new ByteBudget(10 * MESSAGE_BYTES);
    WireCharge charge = begun(budget);
    Reservation others = budget.forceReserve(9 * MESSAGE_BYTES);

    charge.inboundWireSize(MESSAGE_BYTES);

    assertThat(reads()).isTrue();
    assertThat(heard).containsExactly("begun", "refused");
    others.release();
    assertThat(budget.usedBytes()).isZero();
  }

  @Test
  void a_message_may_wait_for_room_again_and_again() {
    ByteBudget budget = new ByteBudget(100 * MESSAGE_BYTES);
    WireCharge charge = begun(budget);
    // As much again is granted each time: 200,000 to have one message more, then 200,000 more.
    for (int more : new int[] {MESSAGE_BYTES, 4 * MESSAGE_BYTES}) {
      Reservation others = budget.forceReserve(100 * MESSAGE_BYTES / 16 * 15 - budget.usedBytes());
      charge.inboundWireSize(more);
      assertThat(reads()).isFalse();
      others.release();
      assertThat(reads()).isTrue();
    }
    assertThat(heard).containsExactly("begun");
    charge.streamClosed(Status.OK);
    assertThat(budget.usedBytes()).isZero();
  }
}
