package dev.headgate.pipeline.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headgate.pipeline.memory.ArrayPool;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ByteBudgetTest {
  private final ByteBudget budget = new ByteBudget(100);

  @Test
  void refuses_what_does_not_fit_and_keeps_its_account() {
    Reservation first = budget.tryReserve(60);

    assertThat(budget.tryReserve(41)).isNull();
    assertThat(budget.usedBytes()).isEqualTo(60);
    assertThat(budget.tryReserve(40)).isNotNull();
    first.release();
    assertThat(budget.usedBytes()).isEqualTo(40);
  }

  @Test
  void refuses_sizes_near_the_largest_number() {
    Reservation reservation = budget.tryReserve(1);

    assertThat(budget.tryReserve(Long.MAX_VALUE)).isNull();
    assertThat(reservation.tryGrow(Long.MAX_VALUE)).isFalse();
    assertThatThrownBy(() -> budget.tryReserve(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThat(budget.usedBytes()).isEqualTo(1);
  }

  @Test
  void who_is_let_in_by_what_was_given_back_finds_the_array_idle() {
    ArrayPool pool = new ArrayPool(() -> 100, 1);
    Reservation held = budget.tryReserve(100);
    held.carry(pool.lend(pool.take(64), 64));
    List<Long> idleBytes = new ArrayList<>();
    budget.onRoom(() -> idleBytes.add(pool.idleBytes()));

    held.release();

    assertThat(idleBytes).containsExactly(64L);
  }

  @Test
  void what_is_spared_is_for_others_until_it_may_be_used() {
    Reservation waiting = budget.tryReserveBeside(60, 20);

    assertThat(budget.tryReserveBeside(21, 20)).isNull();
    assertThat(waiting.tryGrow(21)).isFalse();
    assertThat(waiting.tryGrow(20)).isTrue();
    assertThat(budget.usedBytes()).isEqualTo(80);
    waiting.useSpare();
    assertThat(waiting.tryGrow(20)).isTrue();
    waiting.release();
    assertThat(budget.usedBytes()).isZero();
  }

  @Test
  void charges_what_exists_already_beyond_the_capacity_and_then_admits_nothing() {
    Reservation forced = budget.forceReserve(130);

    assertThat(budget.usedBytes()).isEqualTo(130);
    assertThat(budget.tryReserve(1)).isNull();
    assertThat(budget.tryReserve(0)).isNotNull();
    forced.release();
    assertThat(budget.usedBytes()).isZero();
  }

  @Test
  void resizing_gives_back_or_charges_in_any_case() {
    Reservation reservation = budget.tryReserve(50);

    reservation.resizeTo(20);
    assertThat(budget.usedBytes()).isEqualTo(20);
    reservation.resizeTo(120);
    assertThat(budget.usedBytes()).isEqualTo(120);
    reservation.release();
    assertThat(budget.usedBytes()).isZero();
  }

  @Test
  void splitting_off_moves_bytes_and_charges_only_what_is_missing() {
    Reservation working = budget.tryReserve(50);

    Reservation first = working.splitOff(30);
    assertThat(budget.usedBytes()).isEqualTo(50);
    assertThat(working.bytes()).isEqualTo(20);
    Reservation second = working.splitOff(25);
    assertThat(budget.usedBytes()).isEqualTo(55);
    assertThat(working.bytes()).isZero();

    working.release();
    assertThat(budget.usedBytes()).isEqualTo(55);
    first.release();
    second.release();
    assertThat(budget.usedBytes()).isZero();
  }

  @Test
  void another_is_charged_beside_the_first_and_lives_on_its_own() {
    Reservation first = budget.tryReserve(60);

    Reservation another = first.another(70);
    assertThat(budget.usedBytes()).isEqualTo(130);

    first.release();
    assertThat(budget.usedBytes()).isEqualTo(70);
    another.release();
    assertThat(budget.usedBytes()).isZero();
  }

  @Test
  void gives_back_when_the_last_holder_lets_go() {
    Reservation reservation = budget.tryReserve(10);
    reservation.retain().retain();

    reservation.release();
    reservation.release();
    assertThat(budget.usedBytes()).isEqualTo(10);
    reservation.release();
    assertThat(budget.usedBytes()).isZero();
  }

  @Test
  void a_release_too_many_and_a_retain_too_late_are_bugs() {
    Reservation reservation = budget.tryReserve(10);
    reservation.release();

    assertThatThrownBy(reservation::retain).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(reservation::release).isInstanceOf(IllegalStateException.class);
    assertThat(budget.usedBytes()).isZero();
  }

  @Test
  void a_smaller_capacity_admits_nothing_until_enough_is_given_back() {
    Reservation held = budget.forceReserve(80);
    budget.resizeTo(50);

    assertThat(budget.tryReserve(1)).isNull();
    held.shrinkTo(49);
    assertThat(budget.tryReserve(1)).isNotNull();
    assertThat(budget.capacityBytes()).isEqualTo(50);
  }
}
