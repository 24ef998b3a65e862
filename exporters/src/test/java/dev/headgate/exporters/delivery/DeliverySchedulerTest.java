package dev.headgate.exporters.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.pipeline.payload.NanoClock;
import dev.headgate.pipeline.payload.SystemNanoClock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class DeliverySchedulerTest {
  private final DeliveryScheduler scheduler = new DeliveryScheduler();

  @AfterEach
  void close() {
    scheduler.close();
  }

  @Test
  void runs_tasks_in_order_on_its_own_thread() throws InterruptedException {
    List<Integer> ran = new CopyOnWriteArrayList<>();
    AtomicReference<String> thread = new AtomicReference<>();
    CountDownLatch done = new CountDownLatch(1);
    for (int i = 0; i < 100; i++) {
      int id = i;
      scheduler.schedule(0, () -> ran.add(id));
    }
    scheduler.schedule(
        0,
        () -> {
          thread.set(Thread.currentThread().getName());
          done.countDown();
        });
    done.await();

    assertThat(ran).hasSize(100).isSorted();
    assertThat(thread).hasValue("headgate-delivery");
  }

  @Test
  void runs_a_task_no_sooner_than_asked() throws InterruptedException {
    NanoClock clock = new SystemNanoClock();
    long delayNanos = 20_000_000;
    long start = clock.nanoTime();
    AtomicLong ranAfterNanos = new AtomicLong();
    CountDownLatch done = new CountDownLatch(1);
    scheduler.schedule(
        delayNanos,
        () -> {
          ranAfterNanos.set(clock.nanoTime() - start);
          done.countDown();
        });
    done.await();

    assertThat(ranAfterNanos.get()).isGreaterThanOrEqualTo(delayNanos);
  }

  @Test
  void survives_a_task_that_throws() throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    scheduler.schedule(
        0,
        () -> {
          throw new IllegalStateException("on purpose");
        });
    scheduler.schedule(
        0,
        () -> {
          throw new AssertionError("on purpose");
        });
    scheduler.schedule(0, done::countDown);
    done.await();

    assertThat(scheduler.failedTasks()).isEqualTo(2);
  }

  @Test
  void ignores_tasks_once_closed() {
    scheduler.close();

    scheduler.schedule(0, () -> {});

    assertThat(scheduler.failedTasks()).isZero();
  }
}
