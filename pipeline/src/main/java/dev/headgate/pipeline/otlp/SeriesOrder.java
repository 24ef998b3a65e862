package dev.headgate.pipeline.otlp;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Which point comes to which place, so that the points of each series stand in the order of their
/// times. The places of a series are those its points have; where several points have one time the
/// last of them comes, and the places left over at the end stay empty.
///
/// **Threading:** confined to one thread; one instance per request.
final class SeriesOrder {
  static final int NONE = -1;

  private final long[] series;
  private final long[] times;
  private final int points;
  private int duplicates;

  /// @param series the series of each point
  /// @param times the time of each point
  /// @param points how many there are
  SeriesOrder(long[] series, long[] times, int points) {
    this.series = series;
    this.times = times;
    this.points = points;
  }

  /// How many points come to no place.
  int duplicates() {
    return duplicates;
  }

  /// For each place the point that comes there, or NONE; null when all are in order.
  int @Nullable [] sources() {
    // Open addressing; heads and lasts hold the number of a point plus one.
    int mask = Math.max(16, Integer.highestOneBit(points) * 4) - 1;
    int[] heads = new int[mask + 1];
    int[] lasts = new int[mask + 1];
    int[] next = new int[points];
    boolean[] unordered = new boolean[points];
    boolean any = false;
    for (int point = 0; point < points; point++) {
      int slot = (int) series[point] & mask;
      while (heads[slot] != 0 && series[heads[slot] - 1] != series[point]) {
        slot = (slot + 1) & mask;
      }
      next[point] = NONE;
      if (heads[slot] == 0) {
        heads[slot] = point + 1;
      } else {
        int last = lasts[slot] - 1;
        next[last] = point;
        if (Long.compareUnsigned(times[last], times[point]) >= 0) {
          unordered[heads[slot] - 1] = true;
          any = true;
        }
      }
      lasts[slot] = point + 1;
    }
    return any ? sources(next, unordered) : null;
  }

  private int[] sources(int[] next, boolean[] unordered) {
    int[] sources = new int[points];
    for (int i = 0; i < points; i++) {
      sources[i] = i;
    }
    int[] chain = new int[16];
    for (int head = 0; head < points; head++) {
      if (!unordered[head]) {
        continue;
      }
      int count = 0;
      for (int point = head; point != NONE; point = next[point]) {
        if (count == chain.length) {
          chain = Arrays.copyOf(chain, count * 2);
        }
        chain[count++] = point;
      }
      arrange(chain, count, sources);
    }
    return sources;
  }

  /// Gives the places of one series, in the order of the request, to its points in the order of
  /// time.
  private void arrange(int[] places, int count, int[] sources) {
    int[] byTime = mergeSorted(Arrays.copyOf(places, count));
    int place = 0;
    for (int i = 0; i < count; i++) {
      boolean repeated = i + 1 < count && times[byTime[i]] == times[byTime[i + 1]];
      if (!repeated) {
        sources[places[place++]] = byTime[i];
      }
    }
    duplicates += count - place;
    while (place < count) {
      sources[places[place++]] = NONE;
    }
  }

  /// Sorts points by time; those of one time keep their order.
  private int[] mergeSorted(int[] order) {
    int[] from = order;
    int[] to = new int[order.length];
    for (int width = 1; width < order.length; width *= 2) {
      for (int low = 0; low < order.length; low += 2 * width) {
        merge(
            from,
            to,
            low,
            Math.min(low + width, order.length),
            Math.min(low + 2 * width, order.length));
      }
      int[] swap = from;
      from = to;
      to = swap;
    }
    return from;
  }

  private void merge(int[] from, int[] to, int low, int middle, int high) {
    int left = low;
    int right = middle;
    for (int i = low; i < high; i++) {
      boolean takeLeft =
          left < middle
              && (right >= high
                  || Long.compareUnsigned(times[from[left]], times[from[right]]) <= 0);
      to[i] = takeLeft ? from[left++] : from[right++];
    }
  }
}
