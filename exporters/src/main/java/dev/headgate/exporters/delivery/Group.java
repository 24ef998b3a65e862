package dev.headgate.exporters.delivery;

import dev.headgate.config.BatchingConfig;
import dev.headgate.config.PipelineId;
import dev.headgate.config.QueueConfig;
import dev.headgate.pipeline.ledger.ExporterLedger;
import dev.headgate.pipeline.payload.NanoClock;
import dev.headgate.pipeline.payload.Tenant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What may be joined: the chunks of one pipeline and tenant (and lane, for metrics) that wait, in
/// FIFO order.
///
/// **Threading:** guarded by the [WaitingRoom]'s lock, but for the final fields.
final class Group {
  /// What two payloads must have in common to be joined. The signal is the pipeline's.
  ///
  /// @param generation under which settings they came in; ordered groups wait for those of earlier
  ///   generations
  record Key(PipelineId pipeline, Tenant tenant, int lane, int generation) {}

  /// What one request of a group may hold, from the backend's limits and the batching; no field is
  /// zero.
  ///
  /// @param measuredBytes most bytes as the backend counts them
  /// @param bytes most bytes
  record Bounds(long measuredBytes, long items, long bytes) {
    /// A request is one array for some transports.
    private static final long MAX_ARRAY_BYTES = Integer.MAX_VALUE - 64;

    static Bounds of(BatchLimits limits, @Nullable BatchingConfig batching) {
      long items = limits.maxItems() > 0 ? limits.maxItems() : Integer.MAX_VALUE;
      long bytes = MAX_ARRAY_BYTES;
      if (batching != null && batching.maxSize() > 0) {
        if (batching.sizer() == QueueConfig.Sizer.BYTES) {
          bytes = Math.min(bytes, batching.maxSize());
        } else {
          items = Math.min(items, batching.maxSize());
        }
      }
      return new Bounds(limits.maxBytes(), items, bytes);
    }

    /// Whether a chunk is too large for a request of its own.
    boolean exceededBy(Chunk chunk) {
      return chunk.measuredBytes() > measuredBytes
          || chunk.items() > items
          || chunk.content().length() > bytes;
    }
  }

  final Key key;
  final Bounds bounds;
  final ExporterLedger ledger;

  /// Whether only one request may be in flight, so that the order is kept.
  final boolean ordered;

  final Deque<Chunk> waiting = new ArrayDeque<>();

  /// Batches of an ordered group that follow the one in flight.
  final Deque<Batch> following = new ArrayDeque<>();

  /// Batches of this group that are not done.
  int open;

  /// Those of them that failed before.
  int retrying;

  /// What of the room's sums of what waits for company is this group's.
  long gatheringUnits;

  long gatheringBytes;

  boolean inReady;
  boolean timerSet;

  /// Whether the room counts it among those that younger generations wait for.
  boolean counted;

  private final @Nullable BatchingConfig batching;
  private final long flushNanos;
  private long waitingItems;
  private long waitingUnits;
  private long waitingBytes;
  private long waitingHeldBytes;

  Group(
      Key key,
      BatchLimits limits,
      @Nullable BatchingConfig batching,
      ExporterLedger ledger,
      boolean ordered) {
    this.key = key;
    this.bounds = Bounds.of(limits, batching);
    this.batching = batching;
    this.flushNanos = batching == null ? 0 : batching.flushTimeout().toNanos();
    this.ledger = ledger;
    this.ordered = ordered;
  }

  void add(Chunk chunk) {
    waiting.addLast(chunk);
    waitingItems += chunk.items();
    waitingBytes += chunk.content().length();
    waitingHeldBytes += chunk.source().bytes().heldBytes();
    QueuedPayload payload = chunk.owner();
    if (payload.countedIn == null) {
      payload.countedIn = this;
      waitingUnits += payload.units();
    }
  }

  Chunk removeFirst() {
    Chunk chunk = waiting.removeFirst();
    waitingItems -= chunk.items();
    waitingBytes -= chunk.content().length();
    waitingHeldBytes -= chunk.source().bytes().heldBytes();
    QueuedPayload payload = chunk.owner();
    if (payload.countedIn == this) {
      waitingUnits -= payload.units();
    }
    return chunk;
  }

  /// What waits takes so much of the queue's size.
  long waitingUnits() {
    return waitingUnits;
  }

  /// What waits takes so much of the queue's bytes.
  long waitingHeldBytes() {
    return waitingHeldBytes;
  }

  /// Whether a batch is to leave now: it is large enough, or its oldest has waited long enough.
  boolean isDue(NanoClock clock) {
    if (waiting.isEmpty()) {
      return false;
    }
    if (batching == null) {
      return true;
    }
    long size = batching.sizer() == QueueConfig.Sizer.BYTES ? waitingBytes : waitingItems;
    return size >= batching.minSize() || nanosUntilFlush(clock) <= 0;
  }

  /// How long until the oldest has waited long enough; something waits.
  long nanosUntilFlush(NanoClock clock) {
    return flushNanos - (clock.nanoTime() - waiting.getFirst().owner().committedNanos());
  }

  /// Takes the oldest and as many behind it as one request may hold. A chunk that is too large for
  /// any request comes alone.
  List<Chunk> takeJoined() {
    List<Chunk> joined = new ArrayList<>();
    Chunk next = removeFirst();
    long items = next.items();
    long bytes = next.content().length();
    long measured = next.measuredBytes();
    joined.add(next);
    while (!waiting.isEmpty()) {
      Chunk candidate = waiting.getFirst();
      items += candidate.items();
      bytes += candidate.content().length();
      measured += candidate.measuredBytes();
      if (items > bounds.items() || bytes > bounds.bytes() || measured > bounds.measuredBytes()) {
        break;
      }
      joined.add(removeFirst());
    }
    return joined;
  }

  /// Whether what waits has to wait for a batch before it.
  boolean isBlocked() {
    return ordered && open > 0;
  }

  /// Whether nothing of this group waits or is being sent.
  boolean isEmpty() {
    return waiting.isEmpty() && open == 0;
  }

  /// Whether nothing is left that needs this group.
  boolean isIdle() {
    return isEmpty() && !inReady && !timerSet;
  }
}
