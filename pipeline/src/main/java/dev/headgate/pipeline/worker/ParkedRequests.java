package dev.headgate.pipeline.worker;

import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.queue.IdleWorkers;
import dev.headgate.pipeline.queue.PayloadQueue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// The requests that wait, instead of being refused, until a full queue has room
/// (`block_on_overflow`). No worker waits with them: when something leaves the queue, its requests
/// become *ready* in the order they came and the workers try them again; those still here at their
/// deadline are handed out as expired.
///
/// Each queue has at most one callback registered here, however many requests wait for it and have
/// given up meanwhile, so that a dead backend costs no memory.
///
/// **Threading:** any thread; one short lock, never held while a queue is called.
///
/// **Ownership:** owns what was parked until it hands it out, to exactly one caller.
final class ParkedRequests {
  private final int capacity;
  private final IdleWorkers idle;

  // A queue is a key while a callback is registered with it.
  private final IdentityHashMap<PayloadQueue, Queue<PendingRequest>> waiting =
      new IdentityHashMap<>();
  private final Queue<PendingRequest> ready = new ArrayDeque<>();
  private boolean closed;
  // Written under the lock, read without it so that a worker's cycle costs one read.
  private volatile int size;
  private volatile int readySize;
  private volatile long earliestDeadlineNanos;

  ParkedRequests(int capacity, IdleWorkers idle) {
    this.capacity = capacity;
    this.idle = idle;
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

  /// Parks a request that found no place in a queue, or returns false when there are too many or
  /// the workers stop: then the caller still owns it.
  boolean park(PendingRequest request, PayloadQueue queue) {
    boolean register;
    Payload payload = request.payload();
    synchronized (this) {
      if (closed || size >= capacity) {
        return false;
      }
      if (size == 0 || request.deadlineNanos() - earliestDeadlineNanos < 0) {
        earliestDeadlineNanos = request.deadlineNanos();
      }
      register = !waiting.containsKey(queue);
      waiting.computeIfAbsent(queue, _ -> new ArrayDeque<>()).add(request);
      size = size + 1;
    }
    if (register) {
      queue.onRoom(() -> onRoom(queue));
    }
    // Room may have come between the refusal and now: one more try, on behalf of all.
    PayloadQueue.Place place =
        queue.tryReserve(payload.signal(), payload.sizeBytes(), payload.items());
    if (place != null) {
      place.cancel(); // makes the queue call back
    }
    // A worker that sleeps without a deadline, because nothing was parked, gets to know this one.
    idle.ring();
    return true;
  }

  private void onRoom(PayloadQueue queue) {
    int woken;
    synchronized (this) {
      Queue<PendingRequest> requests = waiting.remove(queue);
      if (requests == null) {
        return;
      }
      woken = requests.size();
      ready.addAll(requests);
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
        size = size - 1;
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
        size = size - 1;
      } else {
        earliestDeadlineNanos = nowNanos + nanosToEarliest(nowNanos);
      }
      return expired;
    }
  }

  private @Nullable PendingRequest removeExpired(long nowNanos) {
    for (Queue<PendingRequest> requests : waiting.values()) {
      for (Iterator<PendingRequest> it = requests.iterator(); it.hasNext(); ) {
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
    for (Queue<PendingRequest> requests : waiting.values()) {
      for (PendingRequest request : requests) {
        earliest = Math.min(earliest, request.deadlineNanos() - nowNanos);
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
    for (Queue<PendingRequest> requests : waiting.values()) {
      all.addAll(requests);
    }
    waiting.clear();
    readySize = 0;
    size = 0;
    return all;
  }

  synchronized boolean isClosed() {
    return closed;
  }
}
