package dev.headgate.pipeline.worker;

import dev.headgate.pipeline.payload.ByteBudget;
import dev.headgate.pipeline.queue.IdleWorkers;
import dev.headgate.pipeline.worker.Foresight.Outlook;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The requests that wait as they came for room: in a queue, or in the budget for what they inflate
/// to and what the chains make of it. Compressed ones take a fraction of the memory that they would
/// wait with behind a full queue, and none is worked on in vain if it is refused in the end. They
/// wait for a moment at most.
///
/// Nobody is given memory before those who came earlier and wait for it, whatever their queues; who
/// waits for a queue is passed by. A worker that finds nothing to do looks again when bytes went
/// back to the budget, and at the latest after [#LOOK]: a queue may have its room a little later
/// than the budget.
///
/// **Threading:** any thread; one lock, under which queues and the budget are asked, which never
/// call back into this.
///
/// **Ownership:** owns what it holds until it hands it out, to exactly one caller.
final class UndecodedRequests {
  static final Duration LOOK = Duration.ofMillis(10);

  private static final int MOST_REQUESTS = 128;
  private static final int BUDGET_FRACTION = 2;

  private final long momentNanos;
  private final ByteBudget budget;
  private final IdleWorkers idle;
  private final List<Held> line = new ArrayList<>();
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
    this.idle = idle;
    budget.onRoom(() -> {
      if (size > 0) {
        roomCame = true;
        idle.ring();
      }
    });
  }

  /// A request that waits until it is answered at the latest.
  private static final class Held {
    private final IngestRequest request;
    private final long neededBytes;
    private final long untilNanos;
    private boolean forMemory;

    private Held(IngestRequest request, long neededBytes, boolean forMemory, long untilNanos) {
      this.request = request;
      this.neededBytes = neededBytes;
      this.forMemory = forMemory;
      this.untilNanos = untilNanos;
    }
  }

  /// A request that waits no longer.
  ///
  /// @param outlook [Outlook#CLEAR]: it is to be decoded; else why it is to be refused
  record Chosen(IngestRequest request, Outlook outlook) {}

  int size() {
    return size;
  }

  /// Whether it is worth to look at the line.
  boolean hasNews() {
    return size > 0 && roomCame;
  }

  /// Holds a request for a moment from now, or returns false when there are too many: then the
  /// caller still owns it.
  ///
  /// @param neededBytes what has to be free of the budget for it
  /// @param forMemory whether that is what it waits for
  boolean hold(IngestRequest request, long neededBytes, boolean forMemory, long nowNanos) {
    long untilNanos = nowNanos + Math.min(momentNanos, request.deadlineNanos() - nowNanos);
    long bytes = request.body().heldBytes();
    synchronized (this) {
      if (closed
          || momentNanos == 0
          || size >= MOST_REQUESTS
          || heldBytes + bytes > budget.capacityBytes() / BUDGET_FRACTION) {
        return false;
      }
      line.add(new Held(request, neededBytes, forMemory, untilNanos));
      heldBytes += bytes;
      noteChange();
    }
    roomCame = true; // before it was in line, perhaps
    idle.ring(); // who sleeps did not know that there is somebody to look after
    return true;
  }

  /// Hands out the first that waits no longer, or null.
  ///
  /// @param look what stands in a request's way now; reserves what it needs if nothing does
  @Nullable Chosen poll(Function<IngestRequest, Outlook> look, long nowNanos) {
    if (size == 0) {
      return null;
    }
    roomCame = false;
    long neededBefore = firstNeedsBytes;
    Chosen chosen;
    synchronized (this) {
      chosen = choose(look, nowNanos);
      noteChange();
    }
    if (neededBefore > firstNeedsBytes) {
      budget.announceRoom();
    }
    return chosen;
  }

  private @Nullable Chosen choose(Function<IngestRequest, Outlook> look, long nowNanos) {
    boolean memoryTaken = false;
    for (Iterator<Held> it = line.iterator(); it.hasNext(); ) {
      Held held = it.next();
      boolean late = nowNanos - held.untilNanos >= 0;
      if (memoryTaken && !late) {
        continue;
      }
      Outlook outlook = memoryTaken ? Outlook.NO_MEMORY : look.apply(held.request);
      if (late || outlook == Outlook.CLEAR || outlook == Outlook.QUEUE_STUCK) {
        it.remove();
        heldBytes -= held.request.body().heldBytes();
        return new Chosen(held.request, outlook);
      }
      held.forMemory = outlook == Outlook.NO_MEMORY;
      memoryTaken |= held.forMemory;
    }
    return null;
  }

  private void noteChange() {
    size = line.size();
    long neededBytes = 0;
    for (Iterator<Held> it = line.iterator(); it.hasNext() && neededBytes == 0; ) {
      Held held = it.next();
      neededBytes = held.forMemory ? held.neededBytes : 0;
    }
    firstNeedsBytes = neededBytes;
  }

  /// What the first who waits for memory needs, which bodies that are not read yet leave to it; 0
  /// when nobody does.
  long firstNeedsBytes() {
    return firstNeedsBytes;
  }

  /// How long a worker may sleep before it looks again; `Long.MAX_VALUE` when nobody waits.
  long nanosToLook() {
    return size == 0 ? Long.MAX_VALUE : LOOK.toNanos();
  }

  /// Holds nothing more and hands out everything.
  synchronized List<IngestRequest> close() {
    closed = true;
    List<IngestRequest> all = new ArrayList<>();
    line.forEach(held -> all.add(held.request));
    line.clear();
    heldBytes = 0;
    size = 0;
    firstNeedsBytes = 0;
    return all;
  }
}
