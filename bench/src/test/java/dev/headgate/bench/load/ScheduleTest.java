package dev.headgate.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static final long START = 1_000_000_000L;

  @Test
  void keeps_its_times_whatever_became_late() {
    Schedule schedule = new Schedule(100, START);
    long late = START + 35_000_000;

    assertThat(schedule.take(late)).isEqualTo(START);
    assertThat(schedule.take(late)).isEqualTo(START + 10_000_000);
    assertThat(schedule.take(late)).isEqualTo(START + 20_000_000);
    assertThat(schedule.take(late)).isEqualTo(START + 30_000_000);
    assertThat(schedule.isDue(late)).isFalse();
    assertThat(schedule.isDue(START + 40_000_000)).isTrue();
  }

  @Test
  void counts_what_is_due_before_a_time() {
    for (double rate : new double[] {1, 3, 333.3, 7_919, 1_000_000}) {
      Schedule schedule = new Schedule(rate, START);
      long end = START + 20_000_000;
      long taken = 0;
      while (schedule.isDue(end - 1)) {
        schedule.take(end);
        taken++;
      }
      assertThat(schedule.dueBefore(end)).as("rate %s", rate).isEqualTo(taken);
    }
    assertThat(new Schedule(10, START).dueBefore(START)).isZero();
  }

  @Test
  void has_something_due_at_any_time_without_a_rate() {
    Schedule schedule = new Schedule(0, START);

    assertThat(schedule.isDue(START - 1)).isTrue();
    assertThat(schedule.take(START + 5)).isEqualTo(START + 5);
    assertThat(schedule.isFixed()).isFalse();
  }
}
