package dev.headgate.exporters.delivery;

import dev.headgate.pipeline.payload.NanoClock;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/// A scheduler on virtual time: nothing runs until the test says so, then in order of due time and
/// of scheduling.
///
/// **Threading:** any thread may schedule; one thread runs.
public final class VirtualScheduler implements Scheduler, NanoClock {
  private record Task(long dueNanos, long order, Runnable runnable) {}

  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(Comparator.comparingLong(Task::dueNanos).thenComparingLong(Task::order));

  private long nowNanos;
  private long scheduled;

  @Override
  public synchronized void schedule(long delayNanos, Runnable task) {
    tasks.add(new Task(nowNanos + Math.max(0, delayNanos), scheduled++, task));
  }

  @Override
  public synchronized long nanoTime() {
    return nowNanos;
  }

  /// Runs what is due now, and what that makes due now.
  public void runDue() {
    advance(Duration.ZERO);
  }

  /// Moves the time, running every task at its own moment.
  public void advance(Duration duration) {
    long until = nanoTime() + duration.toNanos();
    for (Task task = next(until); task != null; task = next(until)) {
      task.runnable().run();
    }
    synchronized (this) {
      nowNanos = until;
    }
  }

  private synchronized Task next(long untilNanos) {
    Task task = tasks.peek();
    if (task == null || task.dueNanos() > untilNanos) {
      return null;
    }
    nowNanos = task.dueNanos();
    return tasks.remove();
  }
}
