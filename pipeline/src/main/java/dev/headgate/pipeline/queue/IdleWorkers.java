package dev.headgate.pipeline.queue;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The seats on which workers sleep while there is nothing to do, and the bell that wakes one.
///
/// A worker *announces* itself, looks for work once more, and only then sleeps; whoever makes work
/// available publishes it first and rings afterwards. Both sides write before they read, with
/// volatile accesses, so at least one of them sees the other and no wake-up is lost. A ring takes
/// one seat out of the set, so that two rings wake two workers. A sleeping worker costs nothing.
///
/// **Threading:** any thread rings; each seat belongs to one worker.
public final class IdleWorkers {
  /// The most seats there can be: one bit each.
  public static final int MAX_SEATS = Long.SIZE;

  private final AtomicReferenceArray<@Nullable Thread> sleepers;
  private final AtomicLong announced = new AtomicLong();

  /// @param seats how many workers there are
  public IdleWorkers(int seats) {
    if (seats < 1 || seats > MAX_SEATS) {
      throw new IllegalArgumentException("seats: " + seats + " (expected: 1 to " + MAX_SEATS + ")");
    }
    sleepers = new AtomicReferenceArray<>(seats);
  }

  /// Says that the calling worker is about to sleep. It looks for work after this and then calls
  /// [#sleep] or [#retract].
  public void announce(int seat) {
    sleepers.set(seat, Thread.currentThread());
    announced.getAndUpdate(seats -> seats | bit(seat));
  }

  /// Takes the announcement back because there is work after all. A ring that was meant for this
  /// seat is passed on.
  public void retract(int seat) {
    if (!standUp(seat)) {
      ring();
    }
  }

  /// Sleeps until the bell rings for this seat, the time is over, or for no reason at all.
  ///
  /// @param nanos how long at most, `Long.MAX_VALUE` for ever
  public void sleep(int seat, long nanos) {
    if (isAnnounced(seat) && nanos > 0) {
      if (nanos == Long.MAX_VALUE) {
        LockSupport.park(this);
      } else {
        LockSupport.parkNanos(this, nanos);
      }
      // Nobody interrupts workers on purpose; a stray interrupt would keep every later sleep from
      // being one.
      Thread.interrupted();
    }
    standUp(seat);
  }

  /// Wakes one sleeping worker, if there is one.
  public void ring() {
    long seats;
    long lowest;
    do {
      seats = announced.get();
      if (seats == 0) {
        return;
      }
      lowest = Long.lowestOneBit(seats);
    } while (!announced.compareAndSet(seats, seats & ~lowest));

    LockSupport.unpark(sleepers.get(Long.numberOfTrailingZeros(lowest)));
  }

  /// Wakes every sleeping worker.
  public void ringAll() {
    while (announced.get() != 0) {
      ring();
    }
  }

  /// How many workers sleep or are about to.
  public int count() {
    return Long.bitCount(announced.get());
  }

  /// Returns whether the seat was still announced, that is, no ring was meant for it.
  private boolean standUp(int seat) {
    long before = announced.getAndUpdate(seats -> seats & ~bit(seat));
    return (before & bit(seat)) != 0;
  }

  private boolean isAnnounced(int seat) {
    return (announced.get() & bit(seat)) != 0;
  }

  private static long bit(int seat) {
    return 1L << seat;
  }
}
