package dev.headgate.pipeline.payload;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The one budget against which every byte between admission and delivery is counted. Arithmetic,
/// not a pool: it hands out [Reservation]s and never memory.
///
/// What is *asked for* is refused when it does not fit. What *exists already* (an array that a
/// processor made larger than what was set aside for it) is charged in any case, because refusing
/// it would make the account wrong without freeing a byte; nothing new is admitted until the budget
/// is below its capacity again.
///
/// **Threading:** any thread.
public final class ByteBudget {
  private volatile long capacityBytes;
  private final AtomicLong used = new AtomicLong();
  private volatile Runnable onRoom = () -> {};

  /// @param capacityBytes the most that may be reserved at once
  public ByteBudget(long capacityBytes) {
    this.capacityBytes = requirePositive(capacityBytes);
  }

  /// Changes the most that may be reserved at once. What is reserved above it stays until it is
  /// given back.
  public void resizeTo(long newCapacityBytes) {
    capacityBytes = requirePositive(newCapacityBytes);
    onRoom.run();
  }

  /// Calls on any thread, after those that were given before, whenever bytes were given back or the
  /// capacity was changed. It is short, does not block and does not throw.
  public synchronized void onRoom(Runnable callback) {
    Runnable before = onRoom;
    onRoom =
        () -> {
          before.run();
          callback.run();
        };
  }

  /// Calls those who wait for room, because what somebody left to others is free again.
  public void announceRoom() {
    onRoom.run();
  }

  private static long requirePositive(long capacityBytes) {
    if (capacityBytes <= 0) {
      throw new IllegalArgumentException(
          "capacityBytes: " + capacityBytes + " (expected: more than 0)");
    }
    return capacityBytes;
  }

  /// Reserves bytes, or returns null when that many are not free.
  public @Nullable Reservation tryReserve(long bytes) {
    return tryReserveBeside(bytes, 0);
  }

  /// Reserves bytes, or returns null when that many are not free besides `spareBytes`, which the
  /// reservation leaves to others also when it grows, until [Reservation#useSpare].
  public @Nullable Reservation tryReserveBeside(long bytes, long spareBytes) {
    return tryReserveBeside(bytes, spareBytes, spareBytes);
  }

  /// The same when so many bytes are free besides as others need just now; when it grows it leaves
  /// `spareBytes` to them.
  public @Nullable Reservation tryReserveBeside(long bytes, long spareBytes, long neededBytes) {
    return tryTake(bytes, Math.max(spareBytes, neededBytes))
        ? new Reservation(this, bytes, spareBytes)
        : null;
  }

  /// Reserves bytes for an array that exists already, also above the capacity.
  public Reservation forceReserve(long bytes) {
    take(bytes);
    return new Reservation(this, bytes, 0);
  }

  /// The most that may be reserved at once.
  public long capacityBytes() {
    return capacityBytes;
  }

  /// What is reserved now; above the capacity only by what [#forceReserve] and its like added, or
  /// after the capacity was made smaller.
  public long usedBytes() {
    return used.get();
  }

  boolean tryTake(long bytes, long spareBytes) {
    requireNotNegative(bytes);
    if (bytes == 0) {
      return true;
    }
    long current;
    do {
      current = used.get();
      if (bytes > capacityBytes - spareBytes - current) {
        return false;
      }
    } while (!used.compareAndSet(current, current + bytes));
    return true;
  }

  void take(long bytes) {
    requireNotNegative(bytes);
    used.addAndGet(bytes);
  }

  void giveBack(long bytes) {
    used.addAndGet(-bytes);
    onRoom.run();
  }

  private static void requireNotNegative(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes: " + bytes + " (expected: 0 or more)");
    }
  }
}
