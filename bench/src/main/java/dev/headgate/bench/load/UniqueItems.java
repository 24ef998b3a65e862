package dev.headgate.bench.load;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// Which items have been seen: a bit each, in pages, per run.
///
/// **Threading:** confined to one thread.
final class UniqueItems {
  private static final int PAGE_BITS = 20;
  private static final long[] NONE = {};

  private final Map<Integer, long[][]> runs = new HashMap<>();
  private long[][] pages = {};
  private int run = -1;
  private long unique;
  private long duplicates;
  private long foreign;

  /// Books an item by its number.
  void add(long number) {
    if (!ItemIds.isNumber(number)) {
      foreign++;
      return;
    }
    if (ItemIds.run(number) != run) {
      turnTo(ItemIds.run(number));
    }
    long counter = ItemIds.counter(number);
    long[] page = page((int) (counter >>> PAGE_BITS));
    int word = (int) (counter & (1 << PAGE_BITS) - 1) >>> 6;
    long bit = 1L << counter;
    if ((page[word] & bit) == 0) {
      page[word] |= bit;
      unique++;
    } else {
      duplicates++;
    }
  }

  private void turnTo(int next) {
    if (run >= 0) {
      runs.put(run, pages);
    }
    run = next;
    pages = runs.getOrDefault(next, new long[0][]);
  }

  private long[] page(int number) {
    if (number >= pages.length) {
      int length = pages.length;
      pages = Arrays.copyOf(pages, Math.max(number + 1, 2 * length));
      for (int i = length; i < pages.length; i++) {
        pages[i] = NONE;
      }
    }
    if (pages[number] == NONE) {
      pages[number] = new long[1 << PAGE_BITS - 6];
    }
    return pages[number];
  }

  /// Books an item without a number.
  void addForeign() {
    foreign++;
  }

  /// Items seen for the first time.
  long unique() {
    return unique;
  }

  /// Items seen again.
  long duplicates() {
    return duplicates;
  }

  /// Items with a number that is not ours.
  long foreign() {
    return foreign;
  }

  /// Forgets everything.
  void clear() {
    runs.clear();
    pages = new long[0][];
    run = -1;
    unique = 0;
    duplicates = 0;
    foreign = 0;
  }
}
