package dev.headgate.exporters.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
    CountDownLatch done = new CountDownLatch(3);
    scheduler.schedule(
        TimeUnit.MILLISECONDS.toNanos(50),
        () -> {
          ran.add(3);
          done.countDown();
        });
    for (int i = 1; i <= 2; i++) {
      int id = i;
      scheduler.schedule(
          0,
          () -> {
            ran.add(id);
            thread.set(Thread.currentThread().getName());
            done.countDown();
          });
    }
    done.await();

    assertThat(ran).containsExactly(1, 2, 3);
    assertThat(thread).hasValue("headgate-delivery");
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
