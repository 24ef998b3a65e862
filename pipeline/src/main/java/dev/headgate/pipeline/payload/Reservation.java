package dev.headgate.pipeline.payload;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Bytes taken from a [ByteBudget] for one array, given back when its last holder lets go.
///
/// **Threading:** any thread for [#retain] and [#release]; one thread at a time for the size.
///
/// **Ownership:** born with one holder; each [#retain] adds one, each holder calls [#release] once.
public final class Reservation {
  private final ByteBudget budget;
  private final AtomicLong bytes;
  private final AtomicInteger holders = new AtomicInteger(1);

  Reservation(ByteBudget budget, long bytes) {
    this.budget = budget;
    this.bytes = new AtomicLong(bytes);
  }

  /// What is reserved.
  public long bytes() {
    return bytes.get();
  }

  /// Takes more, or returns false and keeps what it has.
  public boolean tryGrow(long more) {
    if (!budget.tryTake(more)) {
      return false;
    }
    bytes.addAndGet(more);
    return true;
  }

  /// Gives back everything above `newBytes`.
  public void shrinkTo(long newBytes) {
    long surplus = bytes.get() - newBytes;
    if (surplus > 0) {
      bytes.addAndGet(-surplus);
      budget.giveBack(surplus);
    }
  }

  /// Adds a holder and returns this.
  public Reservation retain() {
    if (holders.getAndIncrement() <= 0) {
      throw new IllegalStateException("reservation retained after its last release");
    }
    return this;
  }

  /// Lets go; the last holder's release gives the bytes back.
  public void release() {
    int left = holders.decrementAndGet();
    if (left == 0) {
      budget.giveBack(bytes.getAndSet(0));
    } else if (left < 0) {
      throw new IllegalStateException("reservation released more often than retained");
    }
  }
}
