package dev.headgate.pipeline.process.cardinality;

import dev.headgate.pipeline.otlp.SeededHash;
import dev.headgate.pipeline.payload.NanoClock;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// What a cardinality guard remembers: for each service and metric the series seen, and for each
/// limited label of it the values seen. Belongs to the component's id, so that a reload can hand it
/// to the next processor.
///
/// Bounded to 32 MiB: at most [#MAX_KEYS] services and metrics (further ones share one overflow
/// budget) and [#MAX_BYTES] of sets, of which 10,000 services and metrics with 100 series each take
/// 16 MiB; the tables that find the sets take at most 2 MiB, copies while sets grow and shrink the
/// rest. A series that cannot be remembered is over budget; a label that cannot be remembered has
/// no limit.
///
/// A series that was not seen for the idle timeout makes room, to within a 1024th of it: lazily
/// when its place is wanted, and by a sweep that goes once around all sets in an eighth of the
/// timeout.
///
/// **Threading:** any thread.
public final class GuardState {
  /// Services and metrics with a budget of their own.
  public static final int MAX_KEYS = 10_000;

  /// Bytes of sets.
  public static final long MAX_BYTES = 24L << 20;

  private static final int STRIPES = 64;
  private static final int OVERFLOW = STRIPES;
  private static final long OVERFLOW_KEY = 0x6f766572666c6f77L;
  private static final int IDLE_TICKS = 1024;
  private static final int ROUNDS_PER_TIMEOUT = 8;
  private static final int MAX_LABEL_SETS = 50_000;

  private final NanoClock clock;
  private final SeededHash hash;
  private final long startNanos;
  private final long tickNanos;
  private final long sweepNanos;
  private final Stripe[] stripes = new Stripe[STRIPES + 1];
  private final AtomicInteger keys = new AtomicInteger();
  private final AtomicInteger labelSets = new AtomicInteger();
  private final AtomicInteger series = new AtomicInteger();
  private final AtomicInteger overflowSeries = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong sweepDueNanos;
  private final AtomicInteger nextStripe = new AtomicInteger();

  /// Creates an empty state with a random seed.
  public GuardState(Duration idleTimeout, NanoClock clock) {
    this(idleTimeout, clock, new SecureRandom());
  }

  private GuardState(Duration idleTimeout, NanoClock clock, SecureRandom random) {
    this(idleTimeout, clock, new SeededHash(random.nextLong(), random.nextLong()));
  }

  GuardState(Duration idleTimeout, NanoClock clock, SeededHash hash) {
    this.clock = clock;
    this.hash = hash;
    this.startNanos = clock.nanoTime();
    this.tickNanos = Math.max(1, idleTimeout.toNanos() / IDLE_TICKS);
    this.sweepNanos =
        Math.max(1, idleTimeout.toNanos() / ((long) ROUNDS_PER_TIMEOUT * stripes.length));
    this.sweepDueNanos = new AtomicLong(sweepNanos);
    for (int i = 0; i < stripes.length; i++) {
      stripes[i] = new Stripe();
    }
  }

  /// Whether a point is within its budgets.
  enum Admission {
    ADMITTED,
    /// A new series, and the series are used up.
    SERIES,
    /// A new value of a label, and that label's values are used up.
    VALUE,
    /// There is no memory left to remember it.
    MEMORY
  }

  SeededHash hash() {
    return hash;
  }

  /// Series remembered now.
  int trackedSeries() {
    return series.get();
  }

  /// Services and metrics that have a budget of their own now.
  int trackedKeys() {
    return keys.get();
  }

  /// Series in the overflow budget now.
  int overflowSeries() {
    return overflowSeries.get();
  }

  /// Bytes of sets now.
  long bytes() {
    return bytes.get();
  }

  /// The current tick; also sweeps what is due, so that one call per payload is enough.
  int tick() {
    long nowNanos = clock.nanoTime() - startNanos;
    int tick = (int) (nowNanos / tickNanos);
    long dueNanos = sweepDueNanos.get();
    if (nowNanos - dueNanos >= 0 && sweepDueNanos.compareAndSet(dueNanos, nowNanos + sweepNanos)) {
      long due = Math.min(stripes.length, 1 + (nowNanos - dueNanos) / sweepNanos);
      for (int i = 0; i < due; i++) {
        sweep(Math.floorMod(nextStripe.getAndIncrement(), stripes.length), tick);
      }
    }
    return tick;
  }

  private void sweep(int index, int tick) {
    Stripe stripe = stripes[index];
    synchronized (stripe) {
      stripe.expire(
          tick,
          IDLE_TICKS,
          (ofSeries, removed, emptied, freedBytes) -> {
            bytes.addAndGet(-freedBytes);
            if (!ofSeries) {
              labelSets.addAndGet(emptied ? -1 : 0);
              return;
            }
            series.addAndGet(-removed);
            if (index == OVERFLOW) {
              overflowSeries.addAndGet(-removed);
            } else if (emptied) {
              keys.decrementAndGet();
            }
          });
    }
  }

  /// Admits a point of a service and metric, or says why not. A point that is not admitted takes no
  /// place.
  Admission admit(PointIdentity point, int seriesLimit, int tick) {
    Stripe stripe = stripes[(int) point.key() & (STRIPES - 1)];
    synchronized (stripe) {
      RecentSet set = stripe.find(point.key());
      if (set == null && reserveKey()) {
        set = stripe.add(point.key(), true);
      }
      if (set != null) {
        return admit(stripe, set, point, seriesLimit, tick);
      }
    }
    Stripe overflow = stripes[OVERFLOW];
    synchronized (overflow) {
      RecentSet set = overflow.find(OVERFLOW_KEY);
      if (set == null) {
        if (!reserve(RecentSet.initialBytes())) {
          return Admission.MEMORY;
        }
        set = overflow.add(OVERFLOW_KEY, true);
      }
      return admit(overflow, set, point, seriesLimit, tick);
    }
  }

  /* With the stripe's lock held. All checks come first: a point takes all its places or none. */
  private Admission admit(
      Stripe stripe, RecentSet set, PointIdentity point, int seriesLimit, int tick) {
    boolean overflow = stripe == stripes[OVERFLOW];
    long key = overflow ? OVERFLOW_KEY : point.key();
    long id = overflow ? hash.mix(point.key(), point.series()) : point.series();
    if (set.touch(id, tick)) {
      touchValues(stripe, point, key, tick);
      return Admission.ADMITTED;
    }
    Admission admission = makeRoom(set, true, seriesLimit, tick, overflow);
    for (int i = 0; i < point.labels() && admission == Admission.ADMITTED; i++) {
      admission = makeValueRoom(stripe, point, key, i, tick);
    }
    if (admission == Admission.ADMITTED) {
      set.add(id, tick);
      series.incrementAndGet();
      overflowSeries.addAndGet(overflow ? 1 : 0);
      addValues(stripe, point, key, tick);
    }
    return admission;
  }

  private void touchValues(Stripe stripe, PointIdentity point, long key, int tick) {
    for (int i = 0; i < point.labels(); i++) {
      RecentSet values = stripe.find(hash.mix(key, point.label(i)));
      if (values != null) {
        values.touch(point.value(i), tick);
      }
    }
  }

  private void addValues(Stripe stripe, PointIdentity point, long key, int tick) {
    for (int i = 0; i < point.labels(); i++) {
      RecentSet values = stripe.find(hash.mix(key, point.label(i)));
      // A label that occurs twice in a point may find the room taken by its first occurrence.
      if (values != null
          && !values.touch(point.value(i), tick)
          && values.hasSlot()
          && values.size() < point.limit(i)) {
        values.add(point.value(i), tick);
      }
    }
  }

  private Admission makeValueRoom(
      Stripe stripe, PointIdentity point, long key, int label, int tick) {
    long labelKey = hash.mix(key, point.label(label));
    RecentSet values = stripe.find(labelKey);
    if (values == null) {
      if (!reserveLabelSet()) {
        return Admission.ADMITTED;
      }
      values = stripe.add(labelKey, false);
    }
    return values.contains(point.value(label))
        ? Admission.ADMITTED
        : makeRoom(values, false, point.limit(label), tick, false);
  }

  private Admission makeRoom(
      RecentSet set, boolean ofSeries, int limit, int tick, boolean overflow) {
    if (set.size() >= limit || !set.hasSlot()) {
      long before = set.bytes();
      int removed = set.expire(tick, IDLE_TICKS);
      bytes.addAndGet(set.bytes() - before);
      series.addAndGet(ofSeries ? -removed : 0);
      overflowSeries.addAndGet(overflow ? -removed : 0);
    }
    if (set.size() >= limit) {
      return ofSeries ? Admission.SERIES : Admission.VALUE;
    }
    return set.hasSlot() || tryGrow(set) ? Admission.ADMITTED : Admission.MEMORY;
  }

  /* While it grows both copies exist, and both are paid for. */
  private boolean tryGrow(RecentSet set) {
    long grown = set.grownBytes();
    if (grown < 0 || !reserve(grown)) {
      return false;
    }
    long before = set.bytes();
    set.grow();
    bytes.addAndGet(-before);
    return true;
  }

  private boolean reserveKey() {
    return tryReserveOne(keys, MAX_KEYS);
  }

  private boolean reserveLabelSet() {
    return tryReserveOne(labelSets, MAX_LABEL_SETS);
  }

  private boolean tryReserveOne(AtomicInteger counter, int max) {
    int current;
    do {
      current = counter.get();
      if (current >= max) {
        return false;
      }
    } while (!counter.compareAndSet(current, current + 1));
    if (!reserve(RecentSet.initialBytes())) {
      counter.decrementAndGet();
      return false;
    }
    return true;
  }

  private boolean reserve(long more) {
    long current;
    do {
      current = bytes.get();
      if (more > MAX_BYTES - current) {
        return false;
      }
    } while (!bytes.compareAndSet(current, current + more));
    return true;
  }
}
