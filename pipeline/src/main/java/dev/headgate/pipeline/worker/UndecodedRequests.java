package dev.headgate.pipeline.worker;

import dev.headgate.pipeline.payload.ByteBudget;
import dev.headgate.pipeline.queue.IdleWorkers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The requests that wait as they came, still compressed, because what they inflate to has no room
/// now: a tenth of the memory that they would wait with behind a full queue, and no work in vain if
/// they are refused in the end. They wait for a moment at most, in the order they came.
///
/// A worker that finds nothing to do looks again when bytes went back to the budget, and at the
/// latest after [#LOOK]: a queue may have its room a little later than the budget.
///
/// **Threading:** any thread; one short lock, held while nobody is called.
///
/// **Ownership:** owns what it holds until it hands it out, to exactly one caller.
final class UndecodedRequests {
  static final Duration LOOK = Duration.ofMillis(10);

  private static final int MOST_REQUESTS = 128;
  private static final int BUDGET_FRACTION = 2;

  private final long momentNanos;
  private final ByteBudget budget;
  private final Deque<Held> line = new ArrayDeque<>();
  private long heldBytes;
  private boolean closed;
  // Written under the lock, read without it so that a worker's cycle costs one read.
  private volatile int size;
  private volatile boolean roomCame;
  private volatile long firstNeedsBytes;

  /// @param moment how long a request waits
  UndecodedRequests(Duration moment, ByteBudget budget, IdleWorkers idle) {
    this.momentNanos = moment.toNanos();
    this.budget = budget;
    budget.onRoom(() -> {
      if (size > 0) {
        roomCame = true;
        idle.ring();
      }
    });
  }

  /// A request that waits.
  ///
  /// @param neededBytes what has to be free of the budget for it
  /// @param untilNanos when it is answered at the latest
  record Held(IngestRequest request, long neededBytes, long untilNanos) {
    long bytes() {
      return request.body().heldBytes();
    }

    boolean isLate(long nowNanos) {
      return nowNanos - untilNanos >= 0;
    }
  }

  int size() {
    return size;
  }

  /// Whether it is worth to look at who is first.
  boolean hasNews() {
    return size > 0 && roomCame;
  }

  /// Holds a request for a moment from now, or returns false when there are too many: then the
  /// caller still owns it.
  ///
  /// @param neededBytes what has to be free of the budget for it
  boolean hold(IngestRequest request, long neededBytes, long nowNanos) {
    long untilNanos = nowNanos + Math.min(momentNanos, request.deadlineNanos() - nowNanos);
    Held held = new Held(request, neededBytes, untilNanos);
    synchronized (this) {
      if (closed
          || momentNanos == 0
          || size >= MOST_REQUESTS
          || heldBytes + held.bytes() > budget.capacityBytes() / BUDGET_FRACTION) {
        return false;
      }
      if (line.isEmpty()) {
        firstNeedsBytes = neededBytes;
      }
      line.addLast(held);
      count(held, 1);
    }
    roomCame = true; // before it was in line, perhaps
    return true;
  }

  /// Hands out the oldest, or null. A caller that cannot do anything for it puts it back.
  @Nullable Held poll() {
    if (size == 0) {
      if (firstNeedsBytes != 0) {
        firstNeedsBytes = 0;
        budget.announceRoom();
      }
      return null;
    }
    roomCame = false;
    synchronized (this) {
      Held first = line.pollFirst();
      if (first != null) {
        firstNeedsBytes = first.neededBytes();
        count(first, -1);
      }
      return first;
    }
  }

  /// What who is first waits for; bodies that are not read yet leave it to him.
  long firstNeedsBytes() {
    return firstNeedsBytes;
  }

  /// Puts one back to where it was, or returns false when the workers stop.
  synchronized boolean putBack(Held held) {
    if (closed) {
      return false;
    }
    line.addFirst(held);
    count(held, 1);
    return true;
  }

  /// Hands out one whose time is over, or null.
  @Nullable Held pollExpired(long nowNanos) {
    if (size == 0) {
      return null;
    }
    synchronized (this) {
      for (Iterator<Held> it = line.iterator(); it.hasNext(); ) {
        Held held = it.next();
        if (held.isLate(nowNanos)) {
          it.remove();
          count(held, -1);
          return held;
        }
      }
      return null;
    }
  }

  private void count(Held held, int change) {
    size = line.size();
    heldBytes += change * held.bytes();
  }

  /// How long a worker may sleep before it looks again; `Long.MAX_VALUE` when nobody waits.
  long nanosToLook() {
    return size == 0 ? Long.MAX_VALUE : LOOK.toNanos();
  }

  /// Holds nothing more and hands out everything.
  synchronized List<IngestRequest> close() {
    closed = true;
    List<IngestRequest> all = new ArrayList<>();
    line.forEach(held -> all.add(held.request()));
    line.clear();
    heldBytes = 0;
    size = 0;
    firstNeedsBytes = 0;
    return all;
  }
}
