package dev.headgate.pipeline.payload;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The one budget against which every byte between admission and delivery is counted. Arithmetic,
/// not a pool: it hands out [Reservation]s and never memory.
///
/// **Threading:** any thread.
public final class ByteBudget {
  private final long capacityBytes;
  private final AtomicLong used = new AtomicLong();

  /// @param capacityBytes the most that may be reserved at once
  public ByteBudget(long capacityBytes) {
    if (capacityBytes <= 0) {
      throw new IllegalArgumentException(
          "capacityBytes: " + capacityBytes + " (expected: more than 0)");
    }
    this.capacityBytes = capacityBytes;
  }

  /// Reserves bytes, or returns null when that many are not free.
  public @Nullable Reservation tryReserve(long bytes) {
    return tryTake(bytes) ? new Reservation(this, bytes) : null;
  }

  /// The most that may be reserved at once.
  public long capacityBytes() {
    return capacityBytes;
  }

  /// What is reserved now.
  public long usedBytes() {
    return used.get();
  }

  boolean tryTake(long bytes) {
    long current;
    do {
      current = used.get();
      if (bytes > capacityBytes - current) {
        return false;
      }
    } while (!used.compareAndSet(current, current + bytes));
    return true;
  }

  void giveBack(long bytes) {
    used.addAndGet(-bytes);
  }
}
