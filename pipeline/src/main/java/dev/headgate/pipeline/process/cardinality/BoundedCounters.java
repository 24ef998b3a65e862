package dev.headgate.pipeline.process.cardinality;

import dev.headgate.pipeline.wire.Utf8;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Counters by a name that clients choose: the first so many names get one each, every further name
/// counts as `other`. Finding a counter allocates nothing.
///
/// **Threading:** any thread.
final class BoundedCounters {
  static final int MAX_NAMES = 100;

  private static final String OTHER = "other";
  private static final int MAX_NAME_BYTES = 256;
  private static final int SLOTS = 256;

  private final Function<String, CounterDataPoint> create;
  private final CounterDataPoint other;
  private volatile Table table = new Table(new long[SLOTS], new CounterDataPoint[SLOTS], 0);

  BoundedCounters(Function<String, CounterDataPoint> create) {
    this.create = create;
    this.other = create.apply(OTHER);
  }

  /// The counter of a name.
  ///
  /// @param hash of the name
  CounterDataPoint of(long hash, byte[] bytes, int from, int to) {
    CounterDataPoint counter = table.find(hash);
    if (counter != null) {
      return counter;
    }
    return table.size == MAX_NAMES ? other : add(hash, bytes, from, to);
  }

  private synchronized CounterDataPoint add(long hash, byte[] bytes, int from, int to) {
    CounterDataPoint present = table.find(hash);
    if (present != null) {
      return present;
    }
    if (table.size == MAX_NAMES || to == from || to - from > MAX_NAME_BYTES) {
      return other;
    }
    CounterDataPoint created = create.apply(Utf8.text(bytes, from, to));
    table = table.with(hash, created);
    return created;
  }

  /// Open addressing, never changed once published, at most 100 of 256 slots used.
  private static final class Table {
    private final long[] hashes;
    private final @Nullable CounterDataPoint[] counters;
    private final int size;

    private Table(long[] hashes, @Nullable CounterDataPoint[] counters, int size) {
      this.hashes = hashes;
      this.counters = counters;
      this.size = size;
    }

    private @Nullable CounterDataPoint find(long hash) {
      return counters[slot(hash)];
    }

    private Table with(long hash, CounterDataPoint counter) {
      Table next = new Table(hashes.clone(), counters.clone(), size + 1);
      int slot = slot(hash);
      next.hashes[slot] = hash;
      next.counters[slot] = counter;
      return next;
    }

    private int slot(long hash) {
      int slot = (int) hash & (SLOTS - 1);
      while (counters[slot] != null && hashes[slot] != hash) {
        slot = (slot + 1) & (SLOTS - 1);
      }
      return slot;
    }
  }
}
