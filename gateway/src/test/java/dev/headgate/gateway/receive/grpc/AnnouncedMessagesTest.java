package dev.headgate.gateway.receive.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.gateway.admit.Admission;
import dev.headgate.pipeline.codec.ContentCoding;
import dev.headgate.pipeline.memory.ArrayPool;
import dev.headgate.pipeline.payload.ByteBudget;
import dev.headgate.pipeline.payload.Reservation;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a client that was refused sends of its next messages, in virtual time.
class AnnouncedMessagesTest {
  private static final int MESSAGE_BYTES = 50_000;
  private static final int PREFIX_BYTES = 5;
  private static final int REST_OF_WINDOW_BYTES =
      ClientWindow.WIDE_BYTES - PREFIX_BYTES - MESSAGE_BYTES;

  private final ByteBudget budget = new ByteBudget(10 << 20);
  private final Admission admission =
      new Admission(
          budget, ArrayPool.NONE, request -> false, () -> 0, () -> 0, Duration.ofSeconds(1));
  private final Http2Pair pair = new Http2Pair();
  private final List<String> heard = new ArrayList<>();

  @BeforeEach
  void begin() {
    pair.refuse();
  }

  @AfterEach
  void end() {
    pair.close();
  }

  private WireCharge taken(int stream) {
    WireCharge charge =
        (WireCharge) WireCharge.factory(admission).newServerStreamTracer("m", new Metadata());
    charge.begin(
        null, ContentCoding.IDENTITY, () -> heard.add("begun"), () -> heard.add("refused"));
    pair.announced().taken(stream, charge);
    pair.exchange();
    return charge;
  }

  /// A gRPC message of so many bytes (gRPC over HTTP/2, "Length-Prefixed-Message").
  private static ByteBuf message(int bytes) {
    return Unpooled.buffer().writeByte(0).writeInt(bytes).writeZero(bytes);
  }

  @Test
  void the_rest_is_sent_when_all_of_it_is_reserved() {
    pair.call(3);
    pair.send(3, message(MESSAGE_BYTES), false);
    pair.exchange();
    assertThat(pair.mayStillSend(3)).isZero();

    WireCharge charge = taken(3);

    assertThat(budget.usedBytes()).isEqualTo(PREFIX_BYTES + MESSAGE_BYTES);
    assertThat(pair.mayStillSend(3)).isEqualTo(REST_OF_WINDOW_BYTES);
    charge.streamClosed(Status.OK);
    assertThat(budget.usedBytes()).isZero();
  }

  @Test
  void a_call_may_be_taken_before_its_message_begins() {
    pair.call(3);
    pair.exchange();
    WireCharge charge = taken(3);
    assertThat(budget.usedBytes()).isEqualTo(WireCharge.FIRST_BYTES);
    assertThat(pair.mayStillSend(3)).isEqualTo(ClientWindow.NARROW_BYTES);

    pair.send(3, message(MESSAGE_BYTES), false);
    pair.exchange();

    assertThat(pair.mayStillSend(3)).isEqualTo(REST_OF_WINDOW_BYTES);
    charge.streamClosed(Status.OK);
  }

  @Test
  void what_finds_no_room_is_not_sent() {
    Reservation others = Objects.requireNonNull(budget.tryReserve((9 << 20) + (300 << 10)));
    pair.call(3);
    pair.send(3, message(20 * MESSAGE_BYTES), false);
    pair.exchange();

    WireCharge charge = taken(3);

    assertThat(heard).containsExactly("begun", "refused");
    assertThat(pair.mayStillSend(3)).isZero();
    others.release();
    assertThat(budget.usedBytes()).isZero();
    charge.streamClosed(Status.UNAVAILABLE);
  }

  @Test
  void of_a_very_large_one_only_what_may_come_at_once_is_reserved() {
    pair.call(3);
    pair.send(3, message(3 << 20), false);
    pair.exchange();

    WireCharge charge = taken(3);

    assertThat(budget.usedBytes()).isEqualTo(ClientWindow.WIDE_BYTES);
    assertThat(pair.mayStillSend(3)).as("the connection's window is smaller").isPositive();
    charge.streamClosed(Status.CANCELLED);
  }

  @Test
  void one_that_begins_with_less_than_its_length_is_reserved_as_it_comes() {
    pair.call(3);
    pair.send(3, message(MESSAGE_BYTES).readSlice(PREFIX_BYTES - 1), false);
    pair.exchange();

    WireCharge charge = taken(3);

    assertThat(budget.usedBytes()).isEqualTo(WireCharge.FIRST_BYTES);
    assertThat(pair.mayStillSend(3)).isEqualTo(ClientWindow.WIDE_BYTES - (PREFIX_BYTES - 1));
    charge.streamClosed(Status.OK);
  }

  @Test
  void one_that_was_on_its_way_before_the_client_knew_is_reserved_as_it_comes() {
    pair.pass(10);
    pair.pass(10);
    pair.call(3);
    pair.send(3, message(MESSAGE_BYTES).readSlice(10_000), false);
    pair.exchange();
    pair.refuse();

    WireCharge charge = taken(3);
    pair.send(3, message(MESSAGE_BYTES).skipBytes(10_000), false);
    pair.exchange();

    assertThat(budget.usedBytes()).isEqualTo(WireCharge.FIRST_BYTES);
    assertThat(pair.mayStillSend(3)).isEqualTo(REST_OF_WINDOW_BYTES);
    charge.streamClosed(Status.OK);
  }

  @Test
  void one_that_is_complete_reserves_nothing_ahead() {
    pair.call(3);
    pair.send(3, message(1_000), true);
    pair.exchange();

    WireCharge charge = taken(3);

    assertThat(budget.usedBytes()).isEqualTo(WireCharge.FIRST_BYTES);
    charge.streamClosed(Status.OK);
  }
}
