package dev.headgate.pipeline.payload;

import dev.headgate.pipeline.memory.Bytes;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Bytes taken from a [ByteBudget] for one array, given back when its last holder lets go; and the
/// hold on that array, where it is lent.
///
/// **Threading:** any thread for [#retain] and [#release]; one thread at a time for the size and
/// the array, and none after the last release.
///
/// **Ownership:** born with one holder; each [#retain] adds one, each holder calls [#release] once.
/// Who holds the reservation may read the array, nobody else.
public final class Reservation {
  private final ByteBudget budget;
  private final AtomicLong bytes;
  private final AtomicInteger holders = new AtomicInteger(1);
  private long spareBytes;
  private @Nullable Bytes carried;

  Reservation(ByteBudget budget, long bytes, long spareBytes) {
    this.budget = budget;
    this.bytes = new AtomicLong(bytes);
    this.spareBytes = spareBytes;
  }

  /// What is reserved.
  public long bytes() {
    return bytes.get();
  }

  /// Grows from now on also into what it had to leave to others.
  public void useSpare() {
    spareBytes = 0;
  }

  /// Takes more, or returns false and keeps what it has.
  public boolean tryGrow(long more) {
    if (!budget.tryTake(more, spareBytes)) {
      return false;
    }
    bytes.addAndGet(more);
    return true;
  }

  /// Takes just that much more also of what it has to leave to others, or returns false.
  public boolean tryGrowIntoSpare(long more) {
    if (!budget.tryTake(more, 0)) {
      return false;
    }
    bytes.addAndGet(more);
    return true;
  }

  /// Takes over what another has reserved, which ends with that.
  public void add(Reservation other) {
    bytes.addAndGet(other.bytes.getAndSet(0));
    other.release();
  }

  /// Gives back everything above `newBytes`.
  public void shrinkTo(long newBytes) {
    long surplus = bytes.get() - newBytes;
    if (surplus > 0) {
      bytes.addAndGet(-surplus);
      budget.giveBack(surplus);
    }
  }

  /// Makes this the charge of an array of that size, which exists already: gives back what is above
  /// it, or charges what is missing even when the budget is full.
  public void resizeTo(long newBytes) {
    long missing = newBytes - bytes.get();
    if (missing > 0) {
      budget.take(missing);
      bytes.addAndGet(missing);
    } else {
      shrinkTo(newBytes);
    }
  }

  /// This is the charge of that array from now on, and the hold on it is this one's. The array that
  /// it was the charge of before is let go of.
  public void carry(Bytes bytes) {
    Bytes before = carried;
    carried = bytes;
    if (before != null) {
      before.release();
    }
  }

  /// Moves bytes of this into a reservation of its own, for an array that exists already. What this
  /// one lacks is charged even when the budget is full.
  public Reservation splitOff(long newBytes) {
    if (bytes.get() < newBytes) {
      resizeTo(newBytes);
    }
    bytes.addAndGet(-newBytes);
    return new Reservation(budget, newBytes, 0);
  }

  /// A reservation of its own beside this one, for an array that exists already and that this one
  /// is not the charge of: charged even when the budget is full.
  public Reservation another(long newBytes) {
    return budget.forceReserve(newBytes);
  }

  /// Adds a holder and returns this.
  public Reservation retain() {
    if (holders.getAndUpdate(held -> held > 0 ? held + 1 : held) <= 0) {
      throw new IllegalStateException("reservation retained after its last release");
    }
    return this;
  }

  /// Lets go; the last holder's release gives the bytes back.
  public void release() {
    int left = holders.decrementAndGet();
    if (left == 0) {
      // The array first: who is let in by the bytes finds it idle, and it is counted all the time.
      Bytes last = carried;
      carried = null;
      if (last != null) {
        last.release();
      }
      budget.giveBack(bytes.getAndSet(0));
    } else if (left < 0) {
      throw new IllegalStateException("reservation released more often than retained");
    }
  }
}
