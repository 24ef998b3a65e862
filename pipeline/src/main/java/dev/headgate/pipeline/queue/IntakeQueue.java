package dev.headgate.pipeline.queue;

import java.util.concurrent.atomic.AtomicInteger;
import org.jctools.queues.varhandle.MpmcVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

/// The bounded queue between the event loops and the workers: a lock-free array of many producers
/// and many consumers that rings for a worker at every offer.
///
/// Closing it is exact: once [#close] has returned no offer succeeds any more, so that whoever
/// drains it afterwards leaves nothing behind.
///
/// **Threading:** any thread; nothing blocks.
///
/// **Ownership:** takes the element only when [#offer] returns true.
public final class IntakeQueue<T> {
  private final MpmcVarHandleArrayQueue<T> queue;
  private final IdleWorkers idle;
  private final AtomicInteger offering = new AtomicInteger();
  private volatile boolean refusing;
  private volatile boolean closed;

  /// @param capacity how many elements fit; rounded up to a power of two
  /// @param idle the workers to wake
  public IntakeQueue(int capacity, IdleWorkers idle) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity: " + capacity + " (expected: 1 or more)");
    }
    this.queue = new MpmcVarHandleArrayQueue<>(Math.max(2, capacity));
    this.idle = idle;
  }

  /// Puts an element at the end and wakes a worker, or returns false when the queue is full or
  /// closed.
  public boolean offer(T element) {
    boolean taken;
    offering.getAndIncrement();
    try {
      taken = !refusing && queue.offer(element);
    } finally {
      offering.getAndDecrement();
    }
    if (taken) {
      idle.ring();
    }
    return taken;
  }

  /// The oldest element, or null when there is none.
  public @Nullable T poll() {
    return queue.poll();
  }

  /// Whether there was nothing to poll.
  public boolean isEmpty() {
    return queue.isEmpty();
  }

  /// How many elements wait; a snapshot.
  public int size() {
    return queue.size();
  }

  /// How many elements fit.
  public int capacity() {
    return queue.capacity();
  }

  /// Refuses every further offer and wakes all workers, so that they empty the queue and leave.
  public void close() {
    refusing = true;
    while (offering.get() != 0) {
      Thread.onSpinWait(); // an offer in progress takes nanoseconds
    }
    closed = true;
    idle.ringAll();
  }

  /// Whether the queue is closed and empty: nothing will ever come out of it.
  public boolean isFinished() {
    return closed && queue.isEmpty();
  }
}
