package dev.headgate.pipeline.memory;

import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Lends large arrays again and again.
///
/// Requests of 800 KB live until they are delivered, so every collector copies them once or twice,
/// and every new array is cleared first: with arrays that were never used again the collector took
/// 40 % of the gateway's CPU at a heap of 112 MiB (2.43 us a span against 1.39 in a heap where
/// nothing was collected, 2026-11-21). What was given back last is lent first: it is still in the
/// processor's cache.
///
/// How much may be idle is asked for every time, so that it can be what others do not use just now.
/// Idle arrays are softly referenced besides: memory that the program needs is never kept from it.
///
/// With assertions on, as in all tests, an array is overwritten when it comes back and must be
/// unchanged when it is lent again: whoever still reads or writes it is found out.
///
/// **Threading:** any thread; holds a lock for the length of a short scan.
public final class ArrayPool {
  /// Lends new arrays of exactly the length asked for.
  public static final ArrayPool NONE = new ArrayPool(() -> 0, Integer.MAX_VALUE);

  /// Shorter arrays die young and cost next to nothing.
  private static final int SMALLEST_BYTES = 16 << 10;

  private static final int LARGEST_BYTES = 8 << 20;

  /// An array may be longer than what is asked for by this fraction of it.
  private static final int SPARE_FRACTION = 8;

  private static final int MAX_IDLE_ARRAYS = 256;
  private static final byte LET_GO = (byte) 0xa5;

  private final LongSupplier maxIdleBytes;
  private final int smallestBytes;
  // The array given back last is the last one.
  private final List<Idle> idle = new ArrayList<>();
  private long idleBytes;

  /// @param maxIdleBytes the most that is kept while nobody has it; may change at any time
  public ArrayPool(LongSupplier maxIdleBytes) {
    this(maxIdleBytes, SMALLEST_BYTES);
  }

  /// @param maxIdleBytes the most that is kept while nobody has it; may change at any time
  /// @param smallestBytes shorter arrays are made anew each time
  public ArrayPool(LongSupplier maxIdleBytes, int smallestBytes) {
    this.maxIdleBytes = maxIdleBytes;
    this.smallestBytes = smallestBytes;
  }

  /// An array that nobody has.
  private static final class Idle extends SoftReference<byte[]> {
    private final int length;

    Idle(byte[] array) {
      super(array);
      this.length = array.length;
    }
  }

  /// Lends an array to write to: one of at least that length, whose content may be anything. It is
  /// handed on with [#lend] or comes back with [#giveBack].
  public byte[] take(int minBytes) {
    if (!lends(minBytes)) {
      return new byte[minBytes];
    }
    byte[] used = takeIdle(minBytes, minBytes + minBytes / SPARE_FRACTION);
    return used == null ? new byte[roundUp(minBytes)] : used;
  }

  /// Whether it lends arrays of that length; others are made anew and left to the garbage
  /// collector.
  public boolean lends(int bytes) {
    return bytes >= smallestBytes && bytes <= LARGEST_BYTES;
  }

  private synchronized byte @Nullable [] takeIdle(int minBytes, int maxBytes) {
    for (int i = idle.size() - 1; i >= 0; i--) {
      Idle candidate = idle.get(i);
      if (candidate.length >= minBytes && candidate.length <= maxBytes) {
        idle.remove(i);
        idleBytes -= candidate.length;
        byte[] array = candidate.get();
        if (array != null) {
          assert isUntouched(array) : "an array was written to after it had been given back";
          return array;
        }
      }
    }
    trim();
    return null;
  }

  /// Forgets the oldest of what is too much.
  private void trim() {
    long most = maxIdleBytes.getAsLong();
    while (!idle.isEmpty() && (idleBytes > most || idle.size() > MAX_IDLE_ARRAYS)) {
      idleBytes -= idle.removeFirst().length;
    }
  }

  /// To the next of the eight steps between two powers of two, so that messages of about one length
  /// fit into one another's arrays.
  private static int roundUp(int bytes) {
    int step = Math.max(1, Integer.highestOneBit(bytes) >>> 3);
    return (bytes + step - 1) / step * step;
  }

  /// What was written to an array that [#take] lent.
  ///
  /// **Ownership:** the caller is the first holder, and never gives the array back itself.
  public Bytes lend(byte[] array, int length) {
    return new Bytes(array, length, lends(array.length) ? this : null);
  }

  /// A copy of `source[0, length)`.
  ///
  /// **Ownership:** the caller is the first holder.
  public Bytes copy(byte[] source, int length) {
    byte[] array = take(length);
    System.arraycopy(source, 0, array, 0, length);
    return lend(array, length);
  }

  /// Takes an array back that nobody reads or writes any more. One too many is left to the garbage
  /// collector, as is one of a length that is never lent.
  public void giveBack(byte[] array) {
    if (!lends(array.length)) {
      return;
    }
    assert overwrite(array);
    synchronized (this) {
      assert idle.stream().noneMatch(other -> other.refersTo(array)) : "an array came back twice";
      // One that is more than all may be would only drive out the others.
      if (array.length <= maxIdleBytes.getAsLong()) {
        idle.addLast(new Idle(array));
        idleBytes += array.length;
        trim();
      }
    }
  }

  /// What is kept while nobody has it; also what the garbage collector has taken since.
  public synchronized long idleBytes() {
    return idleBytes;
  }

  private static boolean overwrite(byte[] array) {
    Arrays.fill(array, LET_GO);
    return true;
  }

  private static boolean isUntouched(byte[] array) {
    for (byte b : array) {
      if (b != LET_GO) {
        return false;
      }
    }
    return true;
  }
}
