package dev.headgate.pipeline.worker;

import dev.headgate.pipeline.payload.ByteBudget;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.queue.IdleWorkers;
import dev.headgate.pipeline.queue.PayloadQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// The requests that wait, instead of being refused, until a full queue has room: until their
/// deadline with `block_on_overflow`, else for a moment, because a refusal costs the client a
/// second of waiting and both sides the whole request again, and some SDKs lose the data. No worker
/// waits with them: when something leaves the queue, its requests become *ready* in the order they
/// came and the workers try them again; those still here at their deadline are handed out as
/// expired.
///
/// Each queue has at most one callback registered here, however many requests wait for it and have
/// given up meanwhile, so that a dead backend costs no memory.
///
/// Of those that wait for a moment, nobody joins a line whose first has waited for a fifth of it:
/// the lines of slow backends are short, so that their requests take little memory from the
/// others'. Where nothing has left a queue for as long as the moment since somebody came to wait,
/// nobody joins until something does.
///
/// **Threading:** any thread; one short lock, never held while a queue is asked for room.
///
/// **Ownership:** owns what was parked until it hands it out, to exactly one caller.
final class ParkedRequests {
  /// Who took no place when others did keeps the one in line.
  private static final Comparator<PendingRequest> IN_ORDER =
      (one, other) -> Long.compare(waitOf(one).number(), waitOf(other).number());

  private static final int MOMENT_BUDGET_FRACTION = 4;
  private static final int FIRST_MAY_WAIT_FRACTION = 5;

  private final int capacity;
  private final long momentNanos;
  private final ByteBudget budget;
  private final IdleWorkers idle;

  // A queue is a key while a callback is registered with it.
  private final IdentityHashMap<PayloadQueue, Waiting> waiting = new IdentityHashMap<>();
  private final Queue<PendingRequest> ready = new PriorityQueue<>(IN_ORDER);
  private long nextNumber;
  private long momentBytes;
  private boolean closed;
  // Written under the lock, read without it so that a worker's cycle costs one read.
  private volatile int size;
  private volatile int readySize;
  private volatile long earliestDeadlineNanos;

  /// @param capacity how many may wait
  /// @param moment how long a request waits for a queue that does not block
  ParkedRequests(int capacity, Duration moment, ByteBudget budget, IdleWorkers idle) {
    this.capacity = capacity;
    this.momentNanos = moment.toNanos();
    this.budget = budget;
    this.idle = idle;
  }

  /// Who waits for a queue since something left it the last time.
  private static final class Waiting {
    private final Queue<PendingRequest> requests = new PriorityQueue<>(IN_ORDER);

    /// When the first of them came, who may have given up since.
    private final long sinceNanos;

    Waiting(long sinceNanos) {
      this.sinceNanos = sinceNanos;
    }
  }

  int capacity() {
    return capacity;
  }

  int size() {
    return size;
  }

  boolean hasReady() {
    return readySize > 0;
  }

  /// The request with its wait for a queue, which goes on if it has waited for that one before.
  synchronized PendingRequest awaiting(PendingRequest request, PayloadQueue queue, long nowNanos) {
    PendingRequest.Wait before = request.waiting();
    if (before != null && before.queue().equals(queue)) {
      return request.with(before.goingOn());
    }
    boolean momentary = !queue.blocksOnOverflow();
    long untilNanos = request.deadlineNanos();
    if (momentary && untilNanos - nowNanos > momentNanos) {
      untilNanos =
          before != null && before.momentary() ? before.untilNanos() : nowNanos + momentNanos;
    }
    nextNumber++;
    return request.with(
        new PendingRequest.Wait(queue, nextNumber, nowNanos, untilNanos, momentary, false));
  }

  /// Whether a request of that size would be parked although the queue does not block.
  synchronized boolean takesForAMoment(PayloadQueue queue, long bytes, long nowNanos) {
    return size < capacity
        && momentNanos > 0
        && momentBytes + bytes <= budget.capacityBytes() / MOMENT_BUDGET_FRACTION
        && moves(queue, nowNanos);
  }

  /// Whether those who wait for a queue do not wait in vain or for long.
  synchronized boolean moves(PayloadQueue queue, long nowNanos) {
    Waiting line = waiting.get(queue);
    if (line == null) {
      return true;
    }
    PendingRequest first = line.requests.peek();
    return nowNanos - line.sinceNanos < momentNanos
        && (first == null
            || nowNanos - waitOf(first).sinceNanos() <= momentNanos / FIRST_MAY_WAIT_FRACTION);
  }

  private static PendingRequest.Wait waitOf(PendingRequest request) {
    return Objects.requireNonNull(request.waiting(), "waits for nothing");
  }

  /// Parks a request that found no place in the queue it waits for, or returns false when it may
  /// not wait for it, there are too many or the workers stop: then the caller still owns it.
  boolean park(PendingRequest request, long nowNanos) {
    PendingRequest.Wait wait = waitOf(request);
    PayloadQueue queue = wait.queue();
    Payload payload = request.payload();
    boolean register;
    synchronized (this) {
      if (closed || (!wait.again() && !takes(wait, payload, nowNanos))) {
        return false;
      }
      if (size == 0 || wait.untilNanos() - earliestDeadlineNanos < 0) {
        earliestDeadlineNanos = wait.untilNanos();
      }
      register = !waiting.containsKey(queue);
      waiting.computeIfAbsent(queue, _ -> new Waiting(nowNanos)).requests.add(request);
      count(request, 1);
    }
    if (register) {
      queue.onRoom(() -> onRoom(queue));
    }
    if (!wait.again() || needsOnePlace(request, queue)) {
      tryOnceMore(queue, payload);
    }
    // A worker that sleeps without a deadline, because nothing was parked, gets to know this one.
    idle.ring();
    return true;
  }

  /// Counts a request in (1) or out (-1).
  private synchronized void count(PendingRequest request, int change) {
    size = size + change;
    if (waitOf(request).momentary()) {
      momentBytes += (long) change * request.payload().bytes().heldBytes();
    }
  }

  private boolean takes(PendingRequest.Wait wait, Payload payload, long nowNanos) {
    return size < capacity
        && (!wait.momentary()
            || takesForAMoment(wait.queue(), payload.bytes().heldBytes(), nowNanos));
  }

  /// A request that needs two places of a queue may find one for ever: it tries once.
  private static boolean needsOnePlace(PendingRequest request, PayloadQueue queue) {
    int places = 0;
    for (Pipeline pipeline : request.reply().pipelines()) {
      places += pipeline.queues().contains(queue) ? 1 : 0;
    }
    return places <= 1;
  }

  /// Room may have come between the refusal and now: one more try, on behalf of all.
  private void tryOnceMore(PayloadQueue queue, Payload payload) {
    PayloadQueue.Place place =
        queue.tryReserve(payload.signal(), payload.sizeBytes(), payload.items());
    if (place != null) {
      place.cancel();
      onRoom(queue);
    }
  }

  private void onRoom(PayloadQueue queue) {
    int woken;
    synchronized (this) {
      Waiting others = waiting.remove(queue);
      if (others == null) {
        return;
      }
      woken = others.requests.size();
      ready.addAll(others.requests);
      readySize = ready.size();
    }
    for (int i = 0; i < Math.min(woken, IdleWorkers.MAX_SEATS); i++) {
      idle.ring();
    }
  }

  /// Hands out the next request that may find a place now, or null.
  @Nullable PendingRequest pollReady() {
    if (readySize == 0) {
      return null;
    }
    synchronized (this) {
      PendingRequest request = ready.poll();
      if (request != null) {
        readySize = ready.size();
        count(request, -1);
      }
      return request;
    }
  }

  /// Hands out a request whose deadline has passed while it waited, or null. Ready ones are not
  /// among them: a worker takes those at once.
  @Nullable PendingRequest pollExpired(long nowNanos) {
    if (size == 0 || nowNanos - earliestDeadlineNanos < 0) {
      return null;
    }
    synchronized (this) {
      PendingRequest expired = removeExpired(nowNanos);
      if (expired != null) {
        count(expired, -1);
      } else {
        earliestDeadlineNanos = nowNanos + nanosToEarliest(nowNanos);
      }
      return expired;
    }
  }

  private @Nullable PendingRequest removeExpired(long nowNanos) {
    for (Waiting others : waiting.values()) {
      for (Iterator<PendingRequest> it = others.requests.iterator(); it.hasNext(); ) {
        PendingRequest request = it.next();
        if (request.isLate(nowNanos)) {
          it.remove();
          return request;
        }
      }
    }
    return null;
  }

  private long nanosToEarliest(long nowNanos) {
    long earliest = Long.MAX_VALUE / 2;
    for (Waiting others : waiting.values()) {
      for (PendingRequest request : others.requests) {
        earliest = Math.min(earliest, request.untilNanos() - nowNanos);
      }
    }
    return earliest;
  }

  /// How long a worker may sleep before a deadline passes here; `Long.MAX_VALUE` when none can.
  long nanosToDeadline(long nowNanos) {
    return size == 0 ? Long.MAX_VALUE : Math.max(1, earliestDeadlineNanos - nowNanos);
  }

  /// Parks nothing more and hands out everything.
  synchronized List<PendingRequest> close() {
    closed = true;
    List<PendingRequest> all = new ArrayList<>(ready);
    ready.clear();
    for (Waiting others : waiting.values()) {
      all.addAll(others.requests);
    }
    waiting.clear();
    momentBytes = 0;
    readySize = 0;
    size = 0;
    return all;
  }

  synchronized boolean isClosed() {
    return closed;
  }
}
