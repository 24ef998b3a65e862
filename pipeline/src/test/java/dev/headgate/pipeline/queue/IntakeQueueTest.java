package dev.headgate.pipeline.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class IntakeQueueTest {

  @Test
  void is_first_in_first_out_and_refuses_when_full() {
    IntakeQueue<Integer> queue = new IntakeQueue<>(4, new IdleWorkers(1));
    for (int i = 0; i < 4; i++) {
      assertThat(queue.offer(i)).isTrue();
    }

    assertThat(queue.offer(4)).isFalse();
    assertThat(queue.size()).isEqualTo(4);
    assertThat(queue.capacity()).isEqualTo(4);
    for (int i = 0; i < 4; i++) {
      assertThat(queue.poll()).isEqualTo(i);
    }
    assertThat(queue.poll()).isNull();
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void closed_it_refuses_but_gives_out_what_is_in_it() {
    IntakeQueue<String> queue = new IntakeQueue<>(4, new IdleWorkers(1));
    queue.offer("last");

    queue.close();

    assertThat(queue.offer("late")).isFalse();
    assertThat(queue.isFinished()).isFalse();
    assertThat(queue.poll()).isEqualTo("last");
    assertThat(queue.isFinished()).isTrue();
  }

  @Test
  void a_ring_for_a_worker_that_found_work_by_itself_goes_to_another() {
    IdleWorkers idle = new IdleWorkers(2);
    idle.announce(0);
    idle.announce(1);
    assertThat(idle.count()).isEqualTo(2);

    idle.ring();
    assertThat(idle.count()).isEqualTo(1);
    idle.retract(0);

    assertThat(idle.count()).isZero();
  }

  @Test
  void a_ring_between_announcement_and_sleep_is_not_lost() {
    IdleWorkers idle = new IdleWorkers(1);
    idle.announce(0);
    idle.ring();

    idle.sleep(0, Long.MAX_VALUE);

    assertThat(idle.count()).isZero();
    LockSupport.parkNanos(1); // takes the permit that the ring left
  }

  @Test
  void a_stray_interrupt_does_not_keep_a_worker_from_sleeping_later() {
    IdleWorkers idle = new IdleWorkers(1);
    Thread.currentThread().interrupt();
    idle.announce(0);

    idle.sleep(0, Long.MAX_VALUE);

    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  /// Every element is offered while the workers are asleep or about to: one lost wake-up and this
  /// never ends.
  @Test
  void wakes_a_worker_for_every_element() throws InterruptedException {
    int workers = 3;
    int elements = 5_000;
    IdleWorkers idle = new IdleWorkers(workers);
    IntakeQueue<Integer> queue = new IntakeQueue<>(16, idle);
    AtomicIntegerArray seen = new AtomicIntegerArray(elements);
    AtomicInteger count = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < workers; i++) {
      int seat = i;
      threads.add(Thread.ofPlatform().start(() -> consume(queue, idle, seat, seen, count)));
    }

    for (int i = 0; i < elements; i++) {
      assertThat(queue.offer(i)).isTrue();
      if (i % 3 != 0) {
        continue; // sometimes several at once
      }
      while (count.get() <= i) {
        Thread.onSpinWait();
      }
    }
    queue.close();
    for (Thread thread : threads) {
      thread.join();
    }

    for (int i = 0; i < elements; i++) {
      assertThat(seen.get(i)).isEqualTo(1);
    }
  }

  private static void consume(
      IntakeQueue<Integer> queue,
      IdleWorkers idle,
      int seat,
      AtomicIntegerArray seen,
      AtomicInteger count) {
    while (true) {
      Integer element = queue.poll();
      if (element != null) {
        seen.incrementAndGet(element);
        count.incrementAndGet();
      } else if (queue.isFinished()) {
        return;
      } else {
        idle.announce(seat);
        if (queue.isEmpty() && !queue.isFinished()) {
          idle.sleep(seat, Long.MAX_VALUE);
        } else {
          idle.retract(seat);
        }
      }
    }
  }

  @Test
  void what_was_taken_while_closing_comes_out() throws InterruptedException {
    for (int round = 0; round < 200; round++) {
      IntakeQueue<Integer> queue = new IntakeQueue<>(1024, new IdleWorkers(1));
      AtomicInteger taken = new AtomicInteger();
      Thread producer =
          Thread.ofPlatform()
              .start(() -> {
                while (queue.offer(1)) {
                  taken.getAndIncrement();
                }
              });
      queue.close();
      int out = 0;
      while (queue.poll() != null) {
        out++;
      }
      producer.join();

      assertThat(queue.poll()).isNull();
      assertThat(out).isEqualTo(taken.get());
    }
  }

  @Test
  void a_sleeping_worker_is_counted_as_idle() throws InterruptedException {
    IdleWorkers idle = new IdleWorkers(1);
    Thread sleeper =
        Thread.ofPlatform()
            .start(() -> {
              idle.announce(0);
              idle.sleep(0, Long.MAX_VALUE);
            });
    await().atMost(Duration.ofSeconds(10)).until(() -> idle.count() == 1);

    idle.ringAll();
    sleeper.join();

    assertThat(idle.count()).isZero();
  }
}
