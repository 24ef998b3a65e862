package dev.headgate.gateway.admit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.pipeline.codec.ContentCoding;
import dev.headgate.pipeline.memory.ArrayPool;
import dev.headgate.pipeline.payload.ByteBudget;
import dev.headgate.pipeline.payload.Reservation;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Who waits for memory, on an event loop whose time stands still.
class AdmissionTest {
  private static final long CAPACITY = 1600;
  private static final long FOR_BODIES = CAPACITY / 16 * 15;

  private final ByteBudget budget = new ByteBudget(CAPACITY);
  private final AtomicLong workersNeed = new AtomicLong();
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final Admission admission =
      new Admission(
          budget,
          ArrayPool.NONE,
          request -> false,
          () -> 0,
          workersNeed::get,
          Duration.ofSeconds(1));
  private final List<String> answers = new ArrayList<>();
  private final List<Reservation> granted = new ArrayList<>();
  private Reservation rest = budget.forceReserve(0);

  @BeforeEach
  void stop_the_clock() {
    channel.freezeTime();
  }

  @AfterEach
  void everything_comes_back() {
    rest.release();
    channel.runPendingTasks();
    granted.forEach(Reservation::release);
    assertThat(budget.usedBytes()).isZero();
    channel.close();
  }

  private void fill() {
    rest = Objects.requireNonNull(budget.tryReserve(FOR_BODIES));
  }

  private @Nullable Turn reserve(String name, long bytes) {
    Reservation now = admission.tryReserveInTurn(bytes, ContentCoding.IDENTITY, false);
    Turn turn = now == null ? await(name, bytes, false) : null;
    if (turn == null) {
      answer(name, now);
    }
    return turn;
  }

  private @Nullable Turn await(String name, long bytes, boolean first) {
    return admission.await(
        bytes,
        ContentCoding.IDENTITY,
        first,
        channel.eventLoop(),
        reservation -> answer(name, reservation));
  }

  private void answer(String name, @Nullable Reservation reservation) {
    if (reservation != null) {
      granted.add(reservation);
    }
    answers.add(name + (reservation == null ? " refused" : " taken"));
  }

  private void advance(Duration time) {
    channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
    channel.runPendingTasks();
  }

  @Test
  void who_finds_room_does_not_wait_and_leaves_a_sixteenth_to_the_workers() {
    assertThat(reserve("a", FOR_BODIES)).isNull();
    assertThat(answers).containsExactly("a taken");

    assertThat(admission.tryReserve(1, ContentCoding.IDENTITY)).isNull();
    assertThat(budget.tryReserve(CAPACITY / 16)).isNotNull().satisfies(Reservation::release);
  }

  @Test
  void what_is_compressed_leaves_twice_as_much() {
    assertThat(admission.tryReserve(CAPACITY / 8 * 7 + 1, ContentCoding.GZIP)).isNull();
    Reservation reservation = admission.tryReserve(CAPACITY / 8 * 7, ContentCoding.GZIP);
    Objects.requireNonNull(reservation).release();
  }

  @Test
  void what_the_workers_need_for_a_request_that_was_read_is_left_to_them() {
    workersNeed.set(300);
    rest = Objects.requireNonNull(budget.tryReserve(1300));
    assertThat(reserve("a", 1)).isNotNull();

    workersNeed.set(299);
    budget.announceRoom();
    channel.runPendingTasks();
    assertThat(answers).containsExactly("a taken");

    workersNeed.set(CAPACITY);
    rest.release();
    rest = budget.forceReserve(0);
    assertThat(reserve("b", CAPACITY / 4 * 3 - 1)).as("a quarter at most").isNull();
    assertThat(answers).contains("b taken");
  }

  @Test
  void who_waits_gets_what_others_give_back_in_the_order_of_coming() {
    fill();
    assertThat(reserve("a", 1000)).isNotNull();
    assertThat(reserve("b", 10)).isNotNull();
    assertThat(admission.waitingRequests()).isEqualTo(2);

    rest.shrinkTo(FOR_BODIES - 100);
    channel.runPendingTasks();
    assertThat(answers).as("nobody overtakes").isEmpty();
    assertThat(admission.tryReserveInTurn(1, ContentCoding.IDENTITY, false))
        .as("who comes now")
        .isNull();
    Reservation other = admission.tryReserve(1, ContentCoding.IDENTITY);
    Objects.requireNonNull(other, "who cannot wait takes what is there").release();

    rest.shrinkTo(FOR_BODIES - 1005);
    channel.runPendingTasks();
    assertThat(answers).containsExactly("a taken");
    rest.shrinkTo(0);
    channel.runPendingTasks();

    assertThat(answers).containsExactly("a taken", "b taken");
    assertThat(admission.waitingRequests()).isZero();
    advance(Admission.MOMENT);
    assertThat(answers).hasSize(2);
  }

  @Test
  void a_larger_budget_is_room() {
    fill();
    reserve("a", 100);

    budget.resizeTo(2 * CAPACITY);
    channel.runPendingTasks();

    assertThat(answers).containsExactly("a taken");
  }

  @Test
  void is_refused_when_the_moment_is_over() {
    fill();
    reserve("a", 1000);
    advance(Admission.MOMENT.minusNanos(1));
    assertThat(answers).isEmpty();

    advance(Duration.ofNanos(1));

    assertThat(answers).containsExactly("a refused");
    assertThat(admission.waitingRequests()).isZero();
  }

  @Test
  void who_gives_up_hears_nothing_and_gives_back_what_was_on_its_way() {
    fill();
    Turn first = Objects.requireNonNull(reserve("a", 100));
    Turn second = Objects.requireNonNull(reserve("b", 100));
    first.cancel();
    assertThat(admission.waitingRequests()).isEqualTo(1);
    rest.shrinkTo(0);
    assertThat(budget.usedBytes()).as("b's is on its way").isEqualTo(100);
    second.cancel();
    advance(Admission.MOMENT);

    assertThat(answers).isEmpty();
    assertThat(budget.usedBytes()).isZero();
  }

  @Test
  void what_was_too_little_for_one_who_gave_up_may_be_enough_for_the_next() {
    fill();
    Turn large = Objects.requireNonNull(reserve("large", 1000));
    reserve("small", 10);
    rest.shrinkTo(FOR_BODIES - 100);

    large.cancel();
    channel.runPendingTasks();

    assertThat(answers).containsExactly("small taken");
  }

  @Test
  void who_has_begun_is_served_before_those_who_have_nothing() {
    fill();
    reserve("new", 10);
    assertThat(await("begun", 10, true)).isNotNull();
    assertThat(await("begun later", 10, true)).isNotNull();

    rest.shrinkTo(FOR_BODIES - 20);
    channel.runPendingTasks();

    assertThat(answers).containsExactly("begun taken", "begun later taken");
  }

  @Test
  void what_can_never_fit_does_not_wait() {
    assertThat(reserve("a", FOR_BODIES + 1)).isNull();
    assertThat(answers).containsExactly("a refused");
  }

  @Test
  void not_more_than_128_wait() {
    fill();
    for (int i = 0; i < 128; i++) {
      assertThat(reserve("early", 1)).isNotNull();
    }
    assertThat(reserve("late", 1)).isNull();
    assertThat(answers).containsExactly("late refused");
  }

  @Test
  void nobody_waits_for_a_gateway_that_stops() {
    fill();
    reserve("a", 100);
    admission.stop();
    channel.runPendingTasks();
    assertThat(answers).containsExactly("a refused");

    rest.shrinkTo(0);
    assertThat(reserve("b", 100)).isNull();
    assertThat(answers).containsExactly("a refused", "b refused");
  }
}
