package dev.headgate.pipeline.queue;

import dev.headgate.config.PipelineId;
import dev.headgate.config.QueueConfig.Sizer;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.ledger.DropReason;
import dev.headgate.pipeline.ledger.ExporterLedger;
import dev.headgate.pipeline.ledger.Ledger;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.payload.Reservation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A queue without a sender: what was committed waits until the test decides about it.
///
/// **Threading:** any thread.
public final class FakePayloadQueue implements PayloadQueue {
  /// How a queue behaves.
  public record Behaviour(boolean required, boolean blocksOnOverflow, boolean dropOldest) {
    /// Refuses when full.
    public static final Behaviour PLAIN = new Behaviour(false, false, false);
  }

  /// A payload that was committed.
  public record Entry(PipelineId pipeline, Payload payload, Reservation reservation) {}

  private final String exporterId;
  private final Behaviour behaviour;
  private final Sizer sizer;
  private final long size;
  private final long maxBytes;
  private final Ledger ledger;
  private final Deque<Entry> waiting = new ArrayDeque<>();
  private final List<Runnable> callbacks = new ArrayList<>();
  private long usedSize;
  private long usedBytes;
  private long refusedItems;

  public FakePayloadQueue(
      String exporterId,
      Behaviour behaviour,
      Sizer sizer,
      long size,
      long maxBytes,
      Ledger ledger) {
    this.exporterId = exporterId;
    this.behaviour = behaviour;
    this.sizer = sizer;
    this.size = size;
    this.maxBytes = maxBytes;
    this.ledger = ledger;
  }

  /// A queue for that many requests of any size.
  public static FakePayloadQueue ofRequests(
      String exporterId, long requests, Behaviour behaviour, Ledger ledger) {
    return new FakePayloadQueue(
        exporterId, behaviour, Sizer.REQUESTS, requests, Long.MAX_VALUE, ledger);
  }

  @Override
  public String exporterId() {
    return exporterId;
  }

  @Override
  public boolean required() {
    return behaviour.required();
  }

  @Override
  public boolean blocksOnOverflow() {
    return behaviour.blocksOnOverflow();
  }

  @Override
  public synchronized boolean mayTake(long bytes) {
    return behaviour.dropOldest() || behaviour.blocksOnOverflow() || bytes <= maxBytes - usedBytes;
  }

  @Override
  public synchronized @Nullable Place tryReserve(Signal signal, long bytes, int items) {
    if (!couldEverFit(bytes, items)) {
      return null;
    }
    while (!fits(bytes, items)) {
      if (!behaviour.dropOldest() || waiting.isEmpty()) {
        return null;
      }
      Entry oldest = waiting.remove();
      books(oldest).dropped(DropReason.DROPPED_OLDEST, oldest.payload().items());
      leave(oldest);
    }
    usedSize += sizeOf(bytes, items);
    usedBytes += bytes;
    return new FakePlace(bytes, items);
  }

  @Override
  public synchronized void refused(Signal signal, int items) {
    refusedItems += items;
  }

  /// How many items were told that they find no place.
  public synchronized long refusedItems() {
    return refusedItems;
  }

  @Override
  public boolean couldEverFit(long bytes, int items) {
    return bytes <= maxBytes && sizeOf(bytes, items) <= size;
  }

  @Override
  public synchronized void onRoom(Runnable callback) {
    callbacks.add(callback);
  }

  /// What waits, oldest first.
  public synchronized List<Entry> waiting() {
    return List.copyOf(waiting);
  }

  /// Whether nothing waits and no place is reserved.
  public synchronized boolean isUnused() {
    return usedSize == 0 && usedBytes == 0 && waiting.isEmpty();
  }

  /// How many callbacks are registered.
  public synchronized int callbacks() {
    return callbacks.size();
  }

  /// Books the oldest as delivered; returns whether there was one.
  public boolean deliverOldest() {
    return settleOldest(null);
  }

  /// Books the oldest as dropped; returns whether there was one.
  public boolean dropOldest(DropReason reason) {
    return settleOldest(reason);
  }

  private boolean settleOldest(@Nullable DropReason reason) {
    synchronized (this) {
      Entry oldest = waiting.poll();
      if (oldest == null) {
        return false;
      }
      if (reason == null) {
        books(oldest).delivered(oldest.payload().items());
      } else {
        books(oldest).dropped(reason, oldest.payload().items());
      }
      leave(oldest);
    }
    callBack();
    return true;
  }

  private void leave(Entry entry) {
    usedSize -= sizeOf(entry.payload().sizeBytes(), entry.payload().items());
    usedBytes -= entry.payload().sizeBytes();
    entry.reservation().release();
  }

  private void callBack() {
    List<Runnable> due;
    synchronized (this) {
      due = List.copyOf(callbacks);
      callbacks.clear();
    }
    due.forEach(Runnable::run);
  }

  private ExporterLedger books(Entry entry) {
    return ledger.pipeline(entry.pipeline()).exporter(exporterId);
  }

  private boolean fits(long bytes, int items) {
    return usedSize + sizeOf(bytes, items) <= size && bytes <= maxBytes - usedBytes;
  }

  private long sizeOf(long bytes, int items) {
    return switch (sizer) {
      case REQUESTS -> 1;
      case ITEMS -> items;
      case BYTES -> bytes;
    };
  }

  private final class FakePlace implements Place {
    private final long bytes;
    private final int items;
    private boolean used;

    private FakePlace(long bytes, int items) {
      this.bytes = bytes;
      this.items = items;
    }

    @Override
    public void commit(PipelineId pipeline, Payload payload, Reservation reservation) {
      synchronized (FakePayloadQueue.this) {
        giveBack();
        usedSize += sizeOf(payload.sizeBytes(), payload.items());
        usedBytes += payload.sizeBytes();
        Entry entry = new Entry(pipeline, payload, reservation);
        books(entry).queued(payload.items());
        waiting.add(entry);
      }
    }

    @Override
    public void cancel() {
      synchronized (FakePayloadQueue.this) {
        giveBack();
      }
      callBack();
    }

    private void giveBack() {
      if (used) {
        throw new IllegalStateException("place used twice");
      }
      used = true;
      usedSize -= sizeOf(bytes, items);
      usedBytes -= bytes;
    }
  }
}
