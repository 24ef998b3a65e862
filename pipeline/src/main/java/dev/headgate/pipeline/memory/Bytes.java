package dev.headgate.pipeline.memory;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The first `length` bytes of an array, which nobody writes to while they are held. The array may
/// be longer: what lies behind the length may be another client's and is never read.
///
/// An array that an [ArrayPool] lent goes back to it when the last holder lets go, and is written
/// over from then on. A holder that never lets go costs the pool that array and nothing else; one
/// that lets go too early would read, and send, what belongs to somebody else. So whoever hands
/// bytes to something that may read them later retains them for it.
///
/// **Threading:** any thread.
///
/// **Ownership:** born with one holder; each [#retain] adds one, each holder calls [#release] once.
/// Of bytes that no pool lent neither means anything.
public final class Bytes implements Content {
  private final byte[] array;
  private final int length;
  private final @Nullable ArrayPool pool;
  private final @Nullable AtomicInteger holders;

  Bytes(byte[] array, int length, @Nullable ArrayPool pool) {
    this.array = array;
    this.length = length;
    this.pool = pool;
    this.holders = pool == null ? null : new AtomicInteger(1);
  }

  /// A whole array, which is the garbage collector's.
  public static Bytes of(byte[] array) {
    return new Bytes(array, array.length, null);
  }

  /// The array; only the first [#length] bytes of it count.
  public byte[] array() {
    return array;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public List<Slice> slices() {
    return List.of(new Slice(this, 0, length));
  }

  @Override
  public Bytes whole() {
    return this;
  }

  /// What they take of the memory.
  public int heldBytes() {
    return array.length;
  }

  @Override
  public byte[] toArray() {
    return Arrays.copyOf(array, length);
  }

  @Override
  public Bytes retain() {
    if (holders != null && holders.getAndUpdate(held -> held > 0 ? held + 1 : held) <= 0) {
      throw new IllegalStateException("bytes retained after their last release");
    }
    return this;
  }

  /// Lets go; the last holder's release gives the array back.
  @Override
  public void release() {
    if (holders == null || pool == null) {
      return;
    }
    int left = holders.decrementAndGet();
    if (left == 0) {
      pool.giveBack(array);
    } else if (left < 0) {
      throw new IllegalStateException("bytes released more often than retained");
    }
  }
}
