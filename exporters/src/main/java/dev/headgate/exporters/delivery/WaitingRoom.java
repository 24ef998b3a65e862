package dev.headgate.exporters.delivery;

import dev.headgate.pipeline.payload.NanoClock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Everything in the queue that no sender works on, and the rule of what is sent next: batches that
/// exist already (retries, parts) before new ones, groups in turn, each group in FIFO order.
///
/// **Threading:** any thread, one lock; nothing foreign is called under it but [Scheduler#schedule]
/// and the look at how full the queue is.
final class WaitingRoom {
  /// How a payload was taken in.
  enum Added {
    /// A batch may leave now.
    READY,
    /// It waits for others or for a batch before it.
    WAITS,
    /// Not taken in: the room is closed.
    CLOSED
  }

  private final Scheduler scheduler;
  private final NanoClock clock;
  private final Runnable wake;
  private final Filling filling;
  private int maxRetrying;

  private final Map<Group.Key, Group> groups = new LinkedHashMap<>();
  private final Deque<Group> ready = new ArrayDeque<>();
  private final Deque<Batch> formed = new ArrayDeque<>();

  /// Batches that no sender works on, wherever they wait.
  private final TreeSet<Batch> idle = new TreeSet<>(Batch.OLDEST_FIRST);

  /// Every payload in the queue in the order of arrival, those being sent included.
  private final Set<QueuedPayload> held = new LinkedHashSet<>();

  /// How many ordered groups of each generation have something that is not sent yet.
  private final TreeMap<Integer, Integer> ordered = new TreeMap<>();

  /// What groups hold that could be sent and waits for company.
  private long gatheringUnits;

  private long gatheringBytes;

  private boolean orderedHeld;
  private long nextBatchId;
  private int retrying;
  private boolean draining;
  private boolean closed;

  /// @param wake called on the scheduler's thread when a batch has become due by time
  /// @param filling whether so much waits for company that waiting for more would get requests
  ///   refused: 1000 of one item each are a full queue and a small batch
  /// @param maxRetrying how many batches may be on their way to a backend that takes nothing
  WaitingRoom(DeliveryContext context, Runnable wake, Filling filling, int maxRetrying) {
    this.scheduler = context.scheduler();
    this.clock = context.clock();
    this.wake = wake;
    this.filling = filling;
    this.maxRetrying = maxRetrying;
  }

  /// Says whether what waits for company is much, measured by what is left of the queue.
  @FunctionalInterface
  interface Filling {
    boolean isFilledBy(long units, long bytes);
  }

  /// Makes groups that do not exist yet.
  @FunctionalInterface
  interface GroupFactory {
    Group create(Group.Key key);
  }

  synchronized Added add(Group.Key key, GroupFactory factory, Chunk chunk) {
    if (closed) {
      return Added.CLOSED;
    }
    Group group = groups.get(key);
    if (group == null) {
      group = factory.create(key);
      groups.put(key, group);
    }
    held.add(chunk.owner());
    group.add(chunk);
    refresh(group);
    return group.inReady ? Added.READY : Added.WAITS;
  }

  /// Changes how many batches may be on their way to a backend that takes nothing.
  synchronized void retryAtMost(int batches) {
    maxRetrying = batches;
  }

  /// Keeps what has to stay in order until [#releaseOrdered]: another delivery still sends what
  /// came before it.
  synchronized void holdOrdered() {
    orderedHeld = true;
  }

  /// Lets go what [#holdOrdered] kept.
  synchronized void releaseOrdered() {
    orderedHeld = false;
    refreshAll();
  }

  /// The next batch to send, or null.
  ///
  /// @param failing whether the backend takes nothing at present: then, while enough batches are
  ///   being retried, none is begun but the first of a group, so that the clock of
  ///   `max_elapsed_time` does not start for the whole queue, and a backend that refuses only one
  ///   tenant is found out
  synchronized @Nullable Batch next(boolean failing) {
    Batch batch = formed.pollFirst();
    if (batch != null) {
      idle.remove(batch);
      batch.state = Batch.State.TAKEN;
      return batch;
    }
    boolean gated = failing && retrying >= maxRetrying && !draining;
    for (int candidates = ready.size(); candidates > 0 && batch == null; candidates--) {
      Group group = ready.removeFirst();
      if (gated && group.retrying > 0) {
        ready.addLast(group);
        continue;
      }
      group.inReady = false;
      if (!group.waiting.isEmpty() && !isBlocked(group)) {
        batch = open(group, group.takeJoined());
      }
      refresh(group);
    }
    return batch;
  }

  /// Keeps a batch that is to be attempted again later, see [#resume].
  synchronized void park(Batch batch) {
    if (!batch.retrying) {
      batch.retrying = true;
      batch.group.retrying++;
      retrying++;
    }
    batch.state = Batch.State.BACKOFF;
    idle.add(batch);
  }

  /// Ends the backoff of a batch unless something else has.
  synchronized void resume(Batch batch, int attempt) {
    if (batch.state == Batch.State.BACKOFF && batch.attempt == attempt) {
      batch.state = Batch.State.FORMED;
      formed.addLast(batch);
    }
  }

  /// Puts batches in the place of one that was taken; they hold the same chunks or parts of them.
  synchronized void replace(Batch batch, List<List<Chunk>> parts) {
    Group group = batch.group;
    end(batch);
    batch.takeChunks();
    for (int i = parts.size() - 1; i >= 0; i--) {
      Batch part = open(group, parts.get(i));
      part.attempted = batch.attempted;
      part.firstAttemptNanos = batch.firstAttemptNanos;
      part.cuts = batch.cuts;
      part.hunt = batch.hunt;
      if (group.ordered && i > 0) {
        part.state = Batch.State.FOLLOWING;
        group.following.addFirst(part);
      } else {
        // First out, so that the parts of one payload are gone before the next is split.
        part.state = Batch.State.FORMED;
        formed.addFirst(part);
      }
      idle.add(part);
    }
  }

  /// Notes that every item of a batch that was taken has its outcome.
  synchronized void done(Batch batch) {
    end(batch);
    advance(batch.group);
  }

  /// Takes out the oldest that no sender works on, or returns null.
  synchronized @Nullable Batch dropOldest() {
    Batch oldestBatch = idle.isEmpty() ? null : idle.first();
    Group oldestGroup = null;
    for (Group group : groups.values()) {
      if (!group.waiting.isEmpty()
          && (oldestGroup == null || oldestNanos(group) - oldestNanos(oldestGroup) < 0)) {
        oldestGroup = group;
      }
    }
    if (oldestBatch != null
        && (oldestGroup == null || oldestBatch.committedNanos - oldestNanos(oldestGroup) <= 0)) {
      removeIdle(oldestBatch);
      return oldestBatch;
    }
    if (oldestGroup == null) {
      return null;
    }
    Batch dropped = open(oldestGroup, List.of(oldestGroup.removeFirst()));
    end(dropped);
    refresh(oldestGroup);
    return dropped;
  }

  /// Lets everything leave as soon as a sender is free: batches below their size, batches in
  /// backoff.
  synchronized void drain() {
    draining = true;
    orderedHeld = false;
    for (Batch batch : idle) {
      if (batch.state == Batch.State.BACKOFF) {
        batch.state = Batch.State.FORMED;
        formed.addLast(batch);
      }
    }
    refreshAll();
  }

  /// Takes in nothing more and hands out all that no sender works on.
  synchronized List<Batch> close() {
    closed = true;
    List<Batch> rest = new ArrayList<>(idle);
    for (Batch batch : rest) {
      end(batch);
    }
    for (Group group : groups.values()) {
      while (!group.waiting.isEmpty()) {
        Batch batch = open(group, List.of(group.removeFirst()));
        end(batch);
        rest.add(batch);
      }
    }
    idle.clear();
    formed.clear();
    ready.clear();
    groups.clear();
    ordered.clear();
    return rest;
  }

  /// Forgets a payload whose last item has its outcome.
  synchronized void forget(QueuedPayload payload) {
    held.remove(payload);
  }

  /// How long the oldest payload has been in the queue.
  synchronized long oldestAgeNanos() {
    return held.isEmpty() ? 0 : clock.nanoTime() - held.iterator().next().committedNanos();
  }

  private void removeIdle(Batch batch) {
    idle.remove(batch);
    Batch.State state = batch.state;
    end(batch);
    switch (state) {
      case FORMED -> {
        formed.remove(batch);
        advance(batch.group);
      }
      case FOLLOWING -> batch.group.following.remove(batch);
      case BACKOFF -> advance(batch.group);
      case TAKEN, DONE ->
          throw new IllegalStateException("batch state: " + state + " (expected: idle)");
    }
  }

  private Batch open(Group group, List<Chunk> chunks) {
    group.open++;
    return new Batch(nextBatchId++, group, chunks);
  }

  private void end(Batch batch) {
    batch.state = Batch.State.DONE;
    batch.group.open--;
    if (batch.retrying) {
      batch.retrying = false;
      batch.group.retrying--;
      retrying--;
    }
  }

  /// Lets a group go on behind a batch that is done.
  private void advance(Group group) {
    Batch next = group.following.pollFirst();
    if (next != null) {
      next.state = Batch.State.FORMED;
      formed.addFirst(next);
    } else {
      refresh(group);
    }
  }

  /// Brings a group where it belongs: among those that are ready, under a timer, or away.
  private void refresh(Group group) {
    countOrdered(group);
    if (group.isIdle()) {
      gather(group, 0, 0);
      groups.remove(group.key, group);
      return;
    }
    if (group.inReady || isBlocked(group) || group.waiting.isEmpty()) {
      gather(group, 0, 0);
      return;
    }
    // What waits for a sender, for the batch before it or for its next attempt is not counted, but
    // leaves less: a tenant whose backend takes nothing does not keep the others from batching.
    gather(group, group.waitingUnits(), group.waitingHeldBytes());
    if (draining || group.isDue(clock) || filling.isFilledBy(gatheringUnits, gatheringBytes)) {
      gather(group, 0, 0);
      group.inReady = true;
      ready.addLast(group);
    } else if (!group.timerSet) {
      group.timerSet = true;
      scheduler.schedule(group.nanosUntilFlush(clock), () -> onTimer(group));
    }
  }

  private void gather(Group group, long units, long bytes) {
    gatheringUnits += units - group.gatheringUnits;
    gatheringBytes += bytes - group.gatheringBytes;
    group.gatheringUnits = units;
    group.gatheringBytes = bytes;
  }

  private void refreshAll() {
    for (Group group : List.copyOf(groups.values())) {
      refresh(group);
    }
  }

  private boolean isBlocked(Group group) {
    return group.isBlocked() || (group.ordered && (orderedHeld || isTooYoung(group)));
  }

  private boolean isTooYoung(Group group) {
    return !ordered.isEmpty() && group.key.generation() > ordered.firstKey();
  }

  /// Notes whether younger groups have to wait for this one. A group that only waits for its timer
  /// has sent all it had, and holds up nobody.
  private void countOrdered(Group group) {
    boolean counts = group.ordered && !group.isEmpty();
    if (counts == group.counted) {
      return;
    }
    group.counted = counts;
    int generation = group.key.generation();
    if (counts) {
      ordered.merge(generation, 1, Integer::sum);
      return;
    }
    boolean eldest = generation == ordered.firstKey();
    boolean last = ordered.merge(generation, -1, (a, b) -> a + b == 0 ? null : a + b) == null;
    if (eldest && last && !ordered.isEmpty()) {
      refreshAll(); // the next generation's turn
    }
  }

  private void onTimer(Group group) {
    boolean due;
    synchronized (this) {
      group.timerSet = false;
      refresh(group);
      due = group.inReady || !ready.isEmpty();
    }
    if (due) {
      wake.run();
    }
  }

  private static long oldestNanos(Group group) {
    return group.waiting.getFirst().owner().committedNanos();
  }
}
