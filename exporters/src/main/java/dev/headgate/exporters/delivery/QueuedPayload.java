package dev.headgate.exporters.delivery;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.payload.Reservation;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One payload's place in the queue, from its commit until the last of its items has an outcome.
///
/// **Threading:** any thread; [#tryLookAt] and [#tryCut] on the delivery thread.
///
/// **Ownership:** holds the payload's reservation; whoever ends the last chunk calls [#release].
final class QueuedPayload {
  /// Cutting may repeat this many times what the payload holds, and so much.
  private static final long MAX_REPEATED = 4;

  private static final long FREE_REPEATED_BYTES = 8 << 20;

  /// What a chunk takes beside the payload: a batch, slices, new tags and lengths.
  private static final long CHUNK_BYTES = 1 << 10;

  /// So many are not charged, as the objects of a payload are not.
  private static final long FREE_CHUNKS = 64;

  /// Chunks may take as much as the payload, and so much.
  private static final long MORE_CHUNK_BYTES = 1 << 20;

  /// What cuts look at keeps the thread that delivers for all exporters from its work: of the
  /// smallest items so many take half a second.
  private static final long MAX_ITEMS_LOOKED_AT = 200_000_000;

  private final Signal signal;
  private final Reservation reservation;
  private final long units;
  private final long committedNanos;
  private final boolean divided;
  private final AtomicInteger openChunks;
  private final long heldBytes;
  private long repeatedBytes;
  private long itemsLookedAt;

  /// The charge of the most chunks that were open at once, when it was cut. Like [#chunkBytes] it
  /// is published to whoever ends the last chunk by `openChunks`.
  private @Nullable Reservation chunksCharge;

  private long chunkBytes;

  /// The group in which what it takes of the queue's size is counted while it waits: one of those
  /// that its parts are in. Guarded by the [WaitingRoom]'s lock.
  @Nullable Group countedIn;

  /// @param reservation the charge of the payload, which other queues may share, or of its copies
  /// @param chunks how many it is at first: several, all of them copies, when its resources belong
  ///   to several lanes
  QueuedPayload(
      Signal signal,
      Reservation reservation,
      long units,
      long heldBytes,
      long committedNanos,
      int chunks) {
    this.signal = signal;
    this.reservation = reservation;
    this.units = units;
    this.heldBytes = heldBytes;
    this.committedNanos = committedNanos;
    this.divided = chunks > 1;
    this.openChunks = new AtomicInteger(chunks);
  }

  Signal signal() {
    return signal;
  }

  /// Gives back what was charged for it; after its last chunk.
  void release() {
    Reservation charged = chunksCharge;
    if (charged != null) {
      charged.release();
    }
    reservation.release();
  }

  /// What it takes of the queue's size.
  long units() {
    return units;
  }

  /// What it takes of the queue's bytes.
  long chargedBytes() {
    return heldBytes + chunkBytes;
  }

  long committedNanos() {
    return committedNanos;
  }

  /// Whether it came into the queue in parts, each of which counts its items from 0.
  boolean isDivided() {
    return divided;
  }

  /// Notes that a cut looks at that many items, or returns false when cuts have looked at too many:
  /// each looks at all of the payload.
  boolean tryLookAt(int items) {
    if (itemsLookedAt + items > MAX_ITEMS_LOOKED_AT) {
      return false;
    }
    itemsLookedAt += items;
    return true;
  }

  /// Notes that one chunk became several on the same bytes, or returns false, and nothing has
  /// happened: when what was repeated so far, or the chunks that are open, would be out of all
  /// proportion to the payload. A hostile resource of megabytes over many tiny items, sent with
  /// each of them, would be terabytes; a chunk may be larger than the items in it.
  ///
  /// @param repeated how much longer the parts are together than the chunk was
  boolean tryCut(int parts, long repeated, Admission admission) {
    long open = openChunks.get() + parts - 1L;
    if (repeatedBytes + repeated > MAX_REPEATED * heldBytes + FREE_REPEATED_BYTES
        || open * CHUNK_BYTES > heldBytes + MORE_CHUNK_BYTES) {
      return false;
    }
    repeatedBytes += repeated;
    long needed = Math.max(0, open - FREE_CHUNKS) * CHUNK_BYTES;
    if (needed > chunkBytes) {
      Reservation charged = chunksCharge;
      if (charged == null) {
        chunksCharge = reservation.another(needed);
      } else {
        charged.resizeTo(needed);
      }
      admission.force(signal, 0, needed - chunkBytes);
      chunkBytes = needed;
    }
    openChunks.addAndGet(parts - 1);
    return true;
  }

  /// Ends one chunk; true for the last.
  boolean endChunk() {
    return openChunks.decrementAndGet() == 0;
  }
}
