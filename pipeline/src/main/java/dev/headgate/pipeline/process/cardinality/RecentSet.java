package dev.headgate.pipeline.process.cardinality;

/// A set of 64-bit hashes that knows when each was last seen: two arrays, open addressing.
///
/// **Threading:** guarded by the lock of its [Stripe].
final class RecentSet {
  /// What an instance takes besides its slots: two objects and two array headers, rounded up.
  static final int OVERHEAD_BYTES = 128;

  private static final int SLOT_BYTES = Long.BYTES + Integer.BYTES;
  private static final int FIRST_SLOTS = 8;

  /// 229,376 hashes, 3 MiB: keeps the passing copies of growing and expiring small.
  private static final int MAX_SLOTS = 1 << 18;

  private long[] hashes = new long[FIRST_SLOTS];
  private int[] seenTicks = new int[FIRST_SLOTS];
  private int size;
  private int oldestTick;

  /// What a new set takes.
  static int initialBytes() {
    return OVERHEAD_BYTES + FIRST_SLOTS * SLOT_BYTES;
  }

  int size() {
    return size;
  }

  /// What it takes now.
  long bytes() {
    return OVERHEAD_BYTES + (long) hashes.length * SLOT_BYTES;
  }

  /// Whether a hash is in it.
  boolean contains(long hash) {
    return hashes[slot(hashes, nonZero(hash))] != 0;
  }

  /// Notes that a hash in the set is seen now; returns false when it is not in it.
  boolean touch(long hash, int nowTick) {
    int slot = slot(hashes, nonZero(hash));
    if (hashes[slot] == 0) {
      return false;
    }
    seenTicks[slot] = nowTick;
    return true;
  }

  /// Whether one more hash fits without growing: the arrays are filled to 7/8.
  boolean hasSlot() {
    return size < hashes.length / 8 * 7;
  }

  /// What it takes after [#grow], or -1 when it may not grow further.
  long grownBytes() {
    return hashes.length == MAX_SLOTS ? -1 : OVERHEAD_BYTES + 2L * hashes.length * SLOT_BYTES;
  }

  /// Doubles the arrays.
  void grow() {
    rebuild(hashes.length * 2, 0, Integer.MAX_VALUE);
  }

  /// Adds a hash that is not in the set; there is a slot for it.
  void add(long hash, int nowTick) {
    if (size == 0) {
      oldestTick = nowTick;
    }
    put(hashes, seenTicks, nonZero(hash), nowTick);
    size++;
  }

  /// Removes what was not seen for longer than so many ticks.
  ///
  /// @return how many were removed
  int expire(int nowTick, int idleTicks) {
    // The oldest tick is a lower bound: as long as it is young there is nothing to look for.
    if (size == 0 || nowTick - oldestTick <= idleTicks) {
      return 0;
    }
    int live = 0;
    int oldestAge = 0;
    for (int i = 0; i < hashes.length; i++) {
      int age = nowTick - seenTicks[i];
      if (hashes[i] != 0 && age <= idleTicks) {
        live++;
        oldestAge = Math.max(oldestAge, age);
      }
    }
    int removed = size - live;
    if (removed > 0) {
      int slots = FIRST_SLOTS;
      while (live > slots / 8 * 7) {
        slots *= 2;
      }
      rebuild(slots, nowTick, idleTicks);
    }
    oldestTick = nowTick - oldestAge;
    return removed;
  }

  private void rebuild(int slots, int nowTick, int idleTicks) {
    long[] newHashes = new long[slots];
    int[] newTicks = new int[slots];
    int live = 0;
    for (int i = 0; i < hashes.length; i++) {
      boolean keeps = idleTicks == Integer.MAX_VALUE || nowTick - seenTicks[i] <= idleTicks;
      if (hashes[i] != 0 && keeps) {
        put(newHashes, newTicks, hashes[i], seenTicks[i]);
        live++;
      }
    }
    hashes = newHashes;
    seenTicks = newTicks;
    size = live;
  }

  private static void put(long[] hashes, int[] ticks, long hash, int tick) {
    int slot = slot(hashes, hash);
    hashes[slot] = hash;
    ticks[slot] = tick;
  }

  private static int slot(long[] hashes, long hash) {
    int mask = hashes.length - 1;
    int slot = (int) hash & mask;
    while (hashes[slot] != 0 && hashes[slot] != hash) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  private static long nonZero(long hash) {
    return hash == 0 ? 1 : hash;
  }
}
