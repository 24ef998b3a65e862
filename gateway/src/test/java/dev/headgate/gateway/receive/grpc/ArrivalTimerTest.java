package dev.headgate.gateway.receive.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// How long a message may take, in virtual time.
class ArrivalTimerTest {
  private static final int FAIR_BYTES = 64 << 10;

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final AtomicLong arrivedBytes = new AtomicLong();
  private final AtomicInteger late = new AtomicInteger();

  @BeforeEach
  void stop_the_clock() {
    channel.freezeTime();
  }

  private ArrivalTimer timer(Duration time) {
    return new ArrivalTimer(
        arrivedBytes::get, time, channel.eventLoop(), () -> late.incrementAndGet());
  }

  private void pass(int millis) {
    channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
  }

  @Test
  void who_sends_nothing_for_its_time_is_late_once() {
    timer(Duration.ofSeconds(20)).start();
    pass(19_999);
    assertThat(late).hasValue(0);
    pass(1);
    assertThat(late).hasValue(1);
    pass(100_000);
    assertThat(late).hasValue(1);
  }

  @Test
  void a_fair_piece_gives_its_time_again_and_less_does_not() {
    timer(Duration.ofSeconds(20)).start();
    arrivedBytes.addAndGet(FAIR_BYTES);
    pass(20_000);
    assertThat(late).hasValue(0);
    arrivedBytes.addAndGet(FAIR_BYTES - 1);
    pass(20_000);
    assertThat(late).hasValue(1);
  }

  @Test
  void what_is_reserved_has_five_seconds() {
    ArrivalTimer timer = timer(Duration.ofSeconds(20));
    timer.start();
    pass(1_000);
    timer.startReserved();
    arrivedBytes.addAndGet(FAIR_BYTES);
    pass(5_000);
    assertThat(late).hasValue(0);
    pass(5_000);
    assertThat(late).hasValue(1);
    pass(100_000);
    assertThat(late).as("the first time is over, too").hasValue(1);
  }

  @Test
  void what_is_reserved_has_five_seconds_where_nothing_else_has_a_limit() {
    ArrivalTimer timer = timer(Duration.ZERO);
    timer.start();
    pass(100_000);
    assertThat(late).hasValue(0);
    timer.startReserved();
    pass(5_000);
    assertThat(late).hasValue(1);
  }

  @Test
  void what_is_reserved_has_no_more_time_than_others() {
    ArrivalTimer timer = timer(Duration.ofMillis(500));
    timer.start();
    timer.startReserved();
    pass(500);
    assertThat(late).hasValue(1);
  }

  @Test
  void who_is_complete_is_not_late() {
    ArrivalTimer timer = timer(Duration.ofSeconds(20));
    timer.start();
    timer.stop();
    pass(100_000);
    assertThat(late).hasValue(0);
  }
}
