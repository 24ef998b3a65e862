package dev.headgate.exporters.delivery;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one thread on which batches are formed, deadlines and retries come due and outcomes are
/// booked.
///
/// **Threading:** any thread may schedule; tasks run on `headgate-delivery`.
///
/// **Ownership:** whoever created it closes it, after the last delivery has drained.
public final class DeliveryScheduler implements Scheduler, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DeliveryScheduler.class);

  private final ScheduledThreadPoolExecutor executor;
  private final AtomicLong failedTasks = new AtomicLong();

  /// Creates the scheduler; its thread starts with the first task.
  public DeliveryScheduler() {
    executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "headgate-delivery");
              thread.setDaemon(true);
              return thread;
            });
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /// Runs the task after the delay; a task that throws is counted and logged and stops nothing.
  /// After [#close] tasks are ignored.
  @Override
  public void schedule(long delayNanos, Runnable task) {
    try {
      // The result is only a handle to cancel with; run() catches what the task throws.
      var _ = executor.schedule(() -> run(task), delayNanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException closed) {
      LOG.debug("task ignored: the scheduler is closed");
    }
  }

  /// How many tasks have thrown.
  public long failedTasks() {
    return failedTasks.get();
  }

  /// Ends the thread after the task it is running; what is scheduled is forgotten.
  @Override
  public void close() {
    executor.shutdown();
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (Throwable t) {
      failedTasks.incrementAndGet();
      LOG.error("a delivery task failed", t);
      if (t instanceof Error error) {
        throw error;
      }
    }
  }
}
