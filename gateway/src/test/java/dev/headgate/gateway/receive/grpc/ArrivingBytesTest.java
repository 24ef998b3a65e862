package dev.headgate.gateway.receive.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.gateway.admit.Admission;
import dev.headgate.gateway.admit.Transit;
import dev.headgate.pipeline.payload.ByteBudget;
import io.grpc.netty.shaded.io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Messages of several connections that want more direct memory together than there is.
class ArrivingBytesTest {
  private static final int CAPACITY_BYTES = 4 << 20;

  /// What is not left to the one that finishes, nor to what was read already.
  private static final int SHARED_BYTES = CAPACITY_BYTES / 8 * 5;

  private static final int READ_BYTES = 64 << 10;

  private long nowNanos;
  private final ByteBudget budget = new ByteBudget(CAPACITY_BYTES);
  private final Transit transit = new Transit(budget, 0, () -> nowNanos);
  private final List<Client> clients = new ArrayList<>();

  /// A connection, and the bytes of it that are counted.
  private final class Client {
    final GrpcConnection connection;
    final EmbeddedChannel channel;
    boolean refused;
    long bytes;

    Client() {
      this(transit);
    }

    Client(Transit transit) {
      connection = TestConnections.open(transit);
      channel = new EmbeddedChannel(connection);
      channel.freezeTime();
      clients.add(this);
    }

    boolean read(long more) {
      boolean counted = connection.arriving().add(more, () -> refused = true);
      bytes += counted ? more : 0;
      return counted;
    }

    void complete() {
      long all = bytes;
      bytes = 0;
      connection.arriving().remove(all);
    }

    boolean reads() {
      clients.forEach(client -> client.channel.runPendingTasks());
      return channel.config().isAutoRead();
    }

    /// Reads as long as it may, up to so many bytes; returns whether it got them.
    boolean readUpTo(long wanted) {
      while (bytes < wanted && reads()) {
        assertThat(read(Math.min(READ_BYTES, wanted - bytes))).isTrue();
      }
      return bytes >= wanted;
    }
  }

  private void pass(Duration time) {
    nowNanos += time.toNanos();
    clients.forEach(client -> client.channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS));
    clients.forEach(client -> client.channel.runScheduledPendingTasks());
  }

  @Test
  void messages_that_want_more_than_there_is_all_arrive() {
    for (int i = 0; i < 6; i++) {
      Client _ = new Client();
    }
    long eachBytes = CAPACITY_BYTES / 4; // half as much again as there is
    List<Client> waiting = new ArrayList<>(clients);
    for (int round = 0; round < 100; round++) {
      for (Client client : List.copyOf(waiting)) {
        if (client.reads()) {
          assertThat(client.read(READ_BYTES)).isTrue();
        }
        if (client.bytes >= eachBytes) {
          client.complete();
          waiting.remove(client);
        }
      }
    }
    assertThat(waiting).isEmpty();
    assertThat(clients).noneMatch(client -> client.refused);
    assertThat(budget.usedBytes()).isZero();
  }

  @Test
  void who_has_waited_longest_reads_on_where_others_may_not() {
    Client first = new Client();
    Client second = new Client();
    assertThat(first.read(SHARED_BYTES / 2)).isTrue();
    assertThat(second.read(SHARED_BYTES / 2)).isTrue();

    assertThat(first.read(READ_BYTES)).isTrue();
    assertThat(second.read(READ_BYTES)).isTrue();

    assertThat(first.reads()).isTrue();
    assertThat(second.reads()).isFalse();
    assertThat(first.readUpTo(SHARED_BYTES / 2 + 2 * READ_BYTES)).isTrue();
    first.complete();
    assertThat(second.reads()).isTrue();
    second.complete();
    assertThat(budget.usedBytes()).isZero();
  }

  @Test
  void a_turn_is_over_when_nothing_of_the_connection_is_on_its_way() {
    Client first = new Client();
    Client second = new Client();
    Client third = new Client();
    for (Client client : clients) {
      assertThat(client.read(SHARED_BYTES / 3)).isTrue();
    }
    clients.forEach(client -> client.read(10_000));
    assertThat(first.reads()).isTrue();
    first.complete(); // room for the others without a turn
    assertThat(second.reads()).isTrue();
    assertThat(third.reads()).isTrue();
    Client late = new Client();
    assertThat(late.readUpTo(SHARED_BYTES / 3)).isTrue();

    assertThat(late.read(READ_BYTES)).isTrue();

    assertThat(late.reads()).as("nobody else's turn").isTrue();
  }

  @Test
  void a_slow_client_does_not_keep_its_turn() {
    Client slow = new Client();
    Client other = new Client();
    Client last = new Client();
    for (Client client : clients) {
      assertThat(client.read(SHARED_BYTES / 3)).isTrue();
    }
    assertThat(slow.read(READ_BYTES)).isTrue();
    assertThat(slow.reads()).isTrue();
    assertThat(other.read(10_000)).isTrue();
    assertThat(other.reads()).isFalse();

    pass(Duration.ofMillis(300));
    assertThat(last.read(10_000)).isTrue(); // somebody comes and asks whose turn it is

    assertThat(other.reads()).isTrue();
    assertThat(last.reads()).isFalse();
  }

  @Test
  void who_waits_too_long_is_refused_and_read_from_again() {
    Client slow = new Client();
    Client other = new Client();
    assertThat(slow.read(SHARED_BYTES)).isTrue();
    assertThat(slow.read(READ_BYTES)).isTrue();
    assertThat(slow.reads()).isTrue();
    assertThat(slow.readUpTo(SHARED_BYTES + CAPACITY_BYTES / 4)).isTrue();
    assertThat(other.read(READ_BYTES)).isTrue();
    assertThat(other.reads()).isFalse();

    pass(Admission.MOMENT);

    assertThat(other.refused).isTrue();
    assertThat(other.reads()).isTrue();
    assertThat(slow.refused).isFalse();
    other.complete();
    slow.complete();
    assertThat(budget.usedBytes()).isZero();
  }

  @Test
  void what_has_no_place_at_all_is_refused_at_once() {
    Client full = new Client();
    Client other = new Client();
    assertThat(full.read(SHARED_BYTES)).isTrue();

    assertThat(other.read(CAPACITY_BYTES - SHARED_BYTES + 1)).isFalse();

    assertThat(budget.usedBytes()).isEqualTo(SHARED_BYTES);
    assertThat(other.reads()).isTrue();
  }

  @Test
  void heads_of_waiting_calls_leave_half_to_those_that_have_begun() {
    Client client = new Client();
    for (int i = 0; i < CAPACITY_BYTES / 2 / READ_BYTES; i++) {
      assertThat(client.connection.arriving().addAhead(READ_BYTES)).isTrue();
    }
    assertThat(client.connection.arriving().addAhead(READ_BYTES)).isFalse();
    assertThat(client.read(CAPACITY_BYTES / 4)).isTrue();
    assertThat(client.reads()).isTrue();
  }

  @Test
  void a_head_takes_what_the_connection_has_to_spare_first() {
    Transit shared = new Transit(budget, 32 << 10, () -> nowNanos);
    Client first = new Client(shared);
    Client second = new Client(shared);
    assertThat(first.readUpTo(SHARED_BYTES - (32 << 10))).isTrue();
    assertThat(first.read(1)).isTrue();
    assertThat(second.read(1)).isTrue();
    assertThat(second.reads()).isFalse();
    first.complete();
    assertThat(second.reads()).isTrue(); // more is granted than is read yet
    long usedBytes = budget.usedBytes();
    assertThat(usedBytes).isGreaterThan(READ_BYTES);

    assertThat(second.connection.arriving().addAhead(READ_BYTES / 2)).isTrue();

    assertThat(budget.usedBytes()).isEqualTo(usedBytes);
    second.connection.arriving().remove(READ_BYTES / 2 + 1);
    assertThat(budget.usedBytes()).isZero();
  }

  @Test
  void a_connection_whose_messages_are_all_gone_waits_no_longer() {
    Client first = new Client();
    Client second = new Client();
    assertThat(first.read(SHARED_BYTES)).isTrue();
    assertThat(first.read(1)).isTrue();
    assertThat(second.read(1)).isTrue();
    assertThat(second.reads()).isFalse();

    second.complete();

    assertThat(second.reads()).isTrue();
    pass(Admission.MOMENT);
    assertThat(second.refused).isFalse();
    first.complete();
    assertThat(budget.usedBytes()).isZero();
  }

  @Test
  void a_message_that_is_alone_may_take_everything() {
    Client client = new Client();

    assertThat(client.readUpTo(CAPACITY_BYTES)).isTrue();

    assertThat(client.reads()).isTrue();
    client.complete();
    assertThat(budget.usedBytes()).isZero();
  }

  @Test
  void who_finishes_leaves_a_place_to_what_was_read_already() {
    Client finisher = new Client();
    Client other = new Client();
    assertThat(other.readUpTo(READ_BYTES)).isTrue();
    assertThat(finisher.readUpTo(SHARED_BYTES - READ_BYTES)).isTrue();
    assertThat(finisher.readUpTo(SHARED_BYTES)).isTrue();

    assertThat(finisher.readUpTo(SHARED_BYTES + CAPACITY_BYTES / 4 - READ_BYTES)).isTrue();

    for (int i = 0; i < CAPACITY_BYTES / 8 / READ_BYTES; i++) {
      assertThat(new Client().read(READ_BYTES)).isTrue();
    }
    assertThat(new Client().read(READ_BYTES)).isFalse();
  }

  @Test
  void a_turn_that_is_over_is_taken_by_who_would_be_refused() {
    Client slow = new Client();
    Client other = new Client();
    assertThat(slow.readUpTo(SHARED_BYTES)).isTrue();
    assertThat(slow.read(READ_BYTES)).isTrue();
    assertThat(other.read(READ_BYTES)).isTrue();
    assertThat(slow.reads()).isTrue();
    assertThat(other.reads()).isFalse();

    pass(Admission.MOMENT); // and nobody gave anything back

    assertThat(other.refused).isFalse();
    assertThat(other.reads()).isTrue();
  }

  @Test
  void a_connection_that_waits_for_something_else_lets_others_finish() {
    Client first = new Client();
    Client second = new Client();
    assertThat(first.readUpTo(SHARED_BYTES)).isTrue();
    assertThat(first.read(READ_BYTES)).isTrue();
    assertThat(second.read(READ_BYTES)).isTrue();
    assertThat(second.reads()).isFalse();

    first.connection.arriving().letOthersFinish();

    assertThat(second.reads()).isTrue();
  }

  @Test
  void where_too_many_wait_what_has_a_place_is_read_on() {
    Client full = new Client();
    assertThat(full.read(SHARED_BYTES)).isTrue();
    while (transit.waitingConnections() < 128) {
      assertThat(new Client().read(1)).isTrue();
      clients.getLast().reads();
    }
    Client small = new Client();

    assertThat(small.read(1000)).isTrue();

    assertThat(small.reads()).isTrue();
    small.complete();
  }

  @Test
  void an_ended_connection_holds_nothing_and_does_not_wait() {
    Client first = new Client();
    Client second = new Client();
    assertThat(first.readUpTo(SHARED_BYTES)).isTrue();
    assertThat(second.read(READ_BYTES)).isTrue();
    assertThat(first.read(READ_BYTES)).isTrue();

    first.channel.close();
    second.channel.close();
    clients.forEach(client -> client.channel.runPendingTasks());

    assertThat(budget.usedBytes()).isZero();
    first.complete();
    assertThat(budget.usedBytes()).isZero();
    assertThat(transit.waitingConnections()).isZero();
  }

  @Test
  void a_connection_with_messages_is_charged_for_what_shares_their_buffers() {
    int besideBytes = 32 << 10;
    Transit shared = new Transit(budget, besideBytes, () -> nowNanos);
    Client client = new Client(shared);

    assertThat(client.connection.arriving().addAhead(READ_BYTES)).isTrue();
    assertThat(client.read(1000)).isTrue();
    assertThat(budget.usedBytes()).isEqualTo(READ_BYTES + 1000 + besideBytes);

    client.connection.arriving().remove(READ_BYTES);
    assertThat(budget.usedBytes()).as("no more than for a little").isEqualTo(2 * 1000);
    client.complete();
    assertThat(budget.usedBytes()).isZero();
    assertThat(client.readUpTo(shared.largestMessageBytes())).isTrue();
    assertThat(client.reads()).isTrue();
  }

  @Test
  void half_is_left_to_what_has_arrived_when_something_is_counted_ahead() {
    Client ahead = new Client();
    Client other = new Client();
    assertThat(other.read(READ_BYTES)).isTrue();
    assertThat(ahead.connection.arriving().addAhead(CAPACITY_BYTES / 2)).isFalse();
    assertThat(ahead.connection.arriving().addAhead(CAPACITY_BYTES / 2 - READ_BYTES)).isTrue();
    assertThat(ahead.connection.arriving().addAhead(1)).isFalse();
    assertThat(other.readUpTo(SHARED_BYTES - CAPACITY_BYTES / 2 + READ_BYTES)).isTrue();
  }

  @Test
  void nothing_is_counted_after_a_connection_has_ended() {
    Client ended = new Client();
    assertThat(ended.read(READ_BYTES)).isTrue();
    ended.connection.arriving().close();
    assertThat(budget.usedBytes()).isZero();

    assertThat(ended.read(READ_BYTES)).isFalse();
    assertThat(ended.connection.arriving().addAhead(READ_BYTES)).isFalse();
    ended.connection.arriving().remove(READ_BYTES);

    assertThat(budget.usedBytes()).isZero();
    Client other = new Client();
    assertThat(other.read(READ_BYTES)).isTrue();
    assertThat(budget.usedBytes()).isEqualTo(READ_BYTES);
  }

  @Test
  void nobody_waits_when_the_gateway_stops() {
    Client first = new Client();
    Client second = new Client();
    assertThat(first.readUpTo(SHARED_BYTES)).isTrue();
    assertThat(first.read(READ_BYTES)).isTrue();
    assertThat(second.read(READ_BYTES)).isTrue();
    assertThat(second.reads()).isFalse();

    transit.stop();

    assertThat(second.reads()).isTrue();
    assertThat(second.refused).isTrue();
  }
}
