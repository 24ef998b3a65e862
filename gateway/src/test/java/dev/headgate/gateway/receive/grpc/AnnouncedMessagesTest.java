package dev.headgate.gateway.receive.grpc;

import static dev.headgate.gateway.receive.grpc.Http2Pair.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.pipeline.payload.Reservation;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Messages of a client that was refused lately.
class AnnouncedMessagesTest {
  private static final int LARGE_BYTES = 800_000;
  private static final int SMALL_BYTES = 10_000;

  private final Http2Pair pair = new Http2Pair();

  @BeforeEach
  void begin() {
    pair.refuse();
  }

  @AfterEach
  void end() {
    assertThat(pair.transit.usedBytes()).isZero();
    pair.close();
  }

  private Reservation fillTransit() {
    return pair.transit.forceReserve(pair.transit.capacityBytes() / 2);
  }

  @Test
  void a_message_is_reserved_before_the_rest_of_it_comes() {
    pair.call(3);
    pair.send(3, message(LARGE_BYTES, 5_000));
    pair.exchange();

    assertThat(pair.heard).containsExactly("3 begun", "3 reserved");
    assertThat(pair.budget.usedBytes()).isEqualTo(5 + LARGE_BYTES);
    assertThat(pair.transit.usedBytes()).isEqualTo(5 + LARGE_BYTES);
    assertThat(pair.isOneLargeMessage()).isTrue();
    assertThat(pair.mayStillSend(3)).isGreaterThanOrEqualTo(LARGE_BYTES - 5_000);
    pair.end(3);
    assertThat(pair.budget.usedBytes()).isZero();
    assertThat(pair.transit.usedBytes()).isZero();
    assertThat(pair.isOneLargeMessage()).isFalse();
  }

  @Test
  void a_message_is_not_counted_again_when_it_comes() {
    pair.call(3);
    pair.send(3, message(LARGE_BYTES), 0, true);
    pair.exchange();

    assertThat(pair.heard).containsExactly("3 begun", "3 reserved");
    assertThat(pair.budget.usedBytes()).isEqualTo(5 + LARGE_BYTES);
    assertThat(pair.transit.usedBytes()).isEqualTo(5 + LARGE_BYTES);
    pair.end(3);
  }

  @Test
  void more_than_was_announced_is_counted_as_it_comes() {
    pair.call(3);
    pair.send(3, message(LARGE_BYTES, LARGE_BYTES + 100_000), 0, true);
    pair.exchange();

    assertThat(pair.budget.usedBytes()).isGreaterThanOrEqualTo(5 + LARGE_BYTES + 100_000);
    assertThat(pair.transit.usedBytes()).isEqualTo(5 + LARGE_BYTES + 100_000);
    pair.end(3);
    assertThat(pair.budget.usedBytes()).isZero();
  }

  @Test
  void a_message_that_has_no_place_on_its_way_is_refused_before_the_rest_of_it_comes() {
    Reservation others = fillTransit();
    pair.call(3);
    pair.send(3, message(LARGE_BYTES), 0, true);
    pair.exchange();

    assertThat(pair.heard).containsExactly("3 begun", "3 refused");
    assertThat(pair.budget.usedBytes()).isZero();
    assertThat(pair.mayStillSend(3)).isZero();
    others.release();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void what_comes_of_a_refused_message_goes_nowhere_and_opens_no_window(boolean last) {
    Reservation others = fillTransit();
    pair.call(3);
    pair.send(3, message(LARGE_BYTES, 4_000));
    pair.exchange();
    pair.send(3, Unpooled.buffer(12_000).writeZero(12_000), 0, last);
    pair.exchange();

    assertThat(pair.heard).containsExactly("3 begun", "3 refused");
    assertThat(pair.gotBytes()).isZero();
    assertThat(pair.mayStillSend(3)).isEqualTo(ClientWindow.NARROW_BYTES - 5 - 4_000 - 12_000);
    pair.end(3);
    others.release();
  }

  @Test
  void a_message_that_has_no_room_in_the_budget_is_refused_before_the_rest_of_it_comes() {
    long spareBytes = pair.budget.capacityBytes() / 16;
    Reservation others =
        Objects.requireNonNull(
            pair.budget.tryReserve(pair.budget.capacityBytes() - spareBytes - LARGE_BYTES));
    pair.call(3);
    pair.send(3, message(LARGE_BYTES), 0, true);
    pair.exchange();

    assertThat(pair.heard).containsExactly("3 begun", "3 refused");
    assertThat(pair.transit.usedBytes()).isZero();
    assertThat(pair.mayStillSend(3)).isZero();
    others.release();
    assertThat(pair.budget.usedBytes()).isZero();
  }

  @Test
  void a_message_that_fits_into_the_window_is_not_reserved_before() {
    Reservation others = fillTransit();
    pair.call(3);
    pair.send(3, message(SMALL_BYTES));
    pair.exchange();

    assertThat(pair.heard).containsExactly("3 begun");
    assertThat(pair.transit.usedBytes() - others.bytes()).isEqualTo(5 + SMALL_BYTES);
    pair.end(3);
    others.release();
  }

  @Test
  void a_message_that_came_with_its_head_costs_no_frame() {
    pair.call(3);
    pair.send(3, message(SMALL_BYTES / 2), 0, true);
    boolean _ = pair.clientSays();
    pair.gatewayEnd().runPendingTasks();
    assertThat(pair.gatewayEnd().<Object>readOutbound()).isNull();
    pair.end(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void a_length_may_come_in_pieces_with_padding_and_nothing_between_them(int firstBytes) {
    ByteBuf all = message(LARGE_BYTES, 5_000);
    pair.call(3);
    pair.send(3, all.readRetainedSlice(firstBytes), 20, false);
    pair.exchange();
    pair.send(3, Unpooled.EMPTY_BUFFER, 10, false);
    pair.exchange();
    assertThat(pair.heard).containsExactly("3 begun");
    pair.send(3, all, 0, false);
    pair.exchange();

    assertThat(pair.heard).containsExactly("3 begun", "3 reserved");
    assertThat(pair.transit.usedBytes()).isEqualTo(5 + LARGE_BYTES);
    pair.end(3);
  }

  @Test
  void a_message_whose_call_waits_is_reserved_when_it_is_wanted() {
    pair.wanting = false;
    pair.call(3);
    pair.send(3, message(LARGE_BYTES), 0, true);
    pair.exchange();
    assertThat(pair.heard).isEmpty();
    assertThat(pair.mayStillSend(3)).isZero();

    pair.want(3);

    assertThat(pair.heard).containsExactly("3 begun", "3 reserved");
    pair.end(3);
    assertThat(pair.budget.usedBytes()).isZero();
  }

  @Test
  void a_message_whose_call_waits_is_refused_when_it_is_wanted_and_has_no_room() {
    Reservation others = fillTransit();
    pair.wanting = false;
    pair.call(3);
    pair.send(3, message(LARGE_BYTES), 0, true);
    pair.exchange();

    pair.want(3);

    assertThat(pair.heard).containsExactly("3 begun", "3 refused");
    assertThat(pair.budget.usedBytes()).isZero();
    assertThat(pair.mayStillSend(3)).isZero();
    others.release();
  }

  @Test
  void a_message_that_is_too_large_is_passed_on_to_be_refused_for_that() {
    Reservation others = fillTransit();
    pair.call(3);
    pair.send(3, message(Http2Pair.LARGEST_BYTES + 1, 5_000));
    pair.exchange();

    assertThat(pair.heard).containsExactly("3 begun");
    assertThat(pair.gotBytes()).isEqualTo(5 + 5_000);
    pair.end(3);
    others.release();
  }

  @Test
  void of_a_message_above_the_window_a_window_is_reserved() {
    pair.call(3);
    pair.send(3, message(3 * ClientWindow.WIDE_BYTES, 5_000));
    pair.exchange();

    assertThat(pair.heard).containsExactly("3 begun", "3 reserved");
    assertThat(pair.budget.usedBytes()).isEqualTo(ClientWindow.WIDE_BYTES);
    assertThat(pair.transit.usedBytes()).isEqualTo(ClientWindow.WIDE_BYTES);
    pair.end(3);
  }

  @Test
  void no_message_takes_all_there_is_on_its_way_before_it_comes() {
    pair.transit.resizeTo(LARGE_BYTES);
    pair.call(3);
    pair.send(3, message(LARGE_BYTES, 5_000));
    pair.exchange();

    assertThat(pair.heard).containsExactly("3 begun", "3 reserved");
    assertThat(pair.budget.usedBytes()).isEqualTo(5 + LARGE_BYTES);
    assertThat(pair.transit.usedBytes()).isEqualTo(LARGE_BYTES / 16);
    pair.end(3);
  }

  @Test
  void messages_of_who_was_not_refused_are_counted_as_they_come() {
    try (Http2Pair calm = new Http2Pair()) {
      calm.call(3);
      calm.send(3, message(LARGE_BYTES, 5_000));
      calm.exchange();

      assertThat(calm.heard).containsExactly("3 begun");
      assertThat(calm.transit.usedBytes()).isEqualTo(5 + 5_000);
      calm.end(3);
    }
  }

  @Test
  void a_call_that_is_over_reserves_nothing() {
    pair.call(3);
    pair.exchange();
    pair.end(3);
    pair.send(3, message(LARGE_BYTES, 5_000));
    pair.exchange();

    assertThat(pair.heard).containsExactly("3 begun");
    assertThat(pair.budget.usedBytes()).isZero();
    assertThat(pair.transit.usedBytes()).isZero();
  }

  @Test
  void what_is_reserved_is_given_back_when_the_connection_ends() {
    pair.call(3);
    pair.send(3, message(LARGE_BYTES, 5_000));
    pair.call(5);
    pair.exchange();
    pair.breakOff();
    assertThat(pair.transit.usedBytes()).isZero();

    pair.end(3);
    pair.end(5);

    assertThat(pair.budget.usedBytes()).isZero();
    assertThat(pair.transit.usedBytes()).isZero();
  }
}
