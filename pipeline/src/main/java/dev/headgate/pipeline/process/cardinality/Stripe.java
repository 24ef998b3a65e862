package dev.headgate.pipeline.process.cardinality;

import org.jspecify.annotations.Nullable;

/// One share of the guard's sets, found by 64-bit keys; its monitor guards all of them.
///
/// **Threading:** every method is called with the monitor held.
final class Stripe {
  private static final int FIRST_SLOTS = 16;

  private long[] keys = new long[FIRST_SLOTS];
  private @Nullable RecentSet[] sets = new RecentSet[FIRST_SLOTS];
  private boolean[] series = new boolean[FIRST_SLOTS];
  private int size;

  /// The set of a key, or null.
  @Nullable RecentSet find(long key) {
    return sets[slot(keys, sets, key)];
  }

  /// Adds a set for a key that has none.
  ///
  /// @param ofSeries whether it holds series (else values of a label)
  RecentSet add(long key, boolean ofSeries) {
    if (size >= keys.length / 4 * 3) {
      rebuild(keys.length * 2);
    }
    RecentSet set = new RecentSet();
    int slot = slot(keys, sets, key);
    keys[slot] = key;
    sets[slot] = set;
    series[slot] = ofSeries;
    size++;
    return set;
  }

  /// Expires what is idle and forgets sets that become empty.
  void expire(int nowTick, int idleTicks, Expired expired) {
    boolean emptied = false;
    for (int i = 0; i < sets.length; i++) {
      RecentSet set = sets[i];
      if (set != null) {
        long bytes = set.bytes();
        int removed = set.expire(nowTick, idleTicks);
        boolean empty = set.size() == 0;
        if (empty) {
          sets[i] = null;
          size--;
          emptied = true;
        }
        expired.onExpired(series[i], removed, empty, bytes - (empty ? 0 : set.bytes()));
      }
    }
    if (emptied) {
      rebuild(keys.length);
    }
  }

  /// Told what [#expire] did to one set.
  interface Expired {
    void onExpired(boolean ofSeries, int removed, boolean emptied, long bytes);
  }

  private void rebuild(int slots) {
    long[] oldKeys = keys;
    @Nullable RecentSet[] oldSets = sets;
    boolean[] oldSeries = series;
    keys = new long[slots];
    sets = new RecentSet[slots];
    series = new boolean[slots];
    for (int i = 0; i < oldSets.length; i++) {
      if (oldSets[i] != null) {
        int slot = slot(keys, sets, oldKeys[i]);
        keys[slot] = oldKeys[i];
        sets[slot] = oldSets[i];
        series[slot] = oldSeries[i];
      }
    }
  }

  private static int slot(long[] keys, @Nullable RecentSet[] sets, long key) {
    int mask = keys.length - 1;
    int slot = (int) (key >>> 16) & mask;
    while (sets[slot] != null && keys[slot] != key) {
      slot = slot + 1 & mask;
    }
    return slot;
  }
}
