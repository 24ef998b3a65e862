package dev.headgate.exporters.delivery;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.payload.Reservation;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One payload's place in the queue, from its commit until the last of its items has an outcome.
///
/// **Threading:** any thread; [#tryRepeat] on the delivery thread.
///
/// **Ownership:** holds the payload's reservation; whoever ends the last chunk releases it.
final class QueuedPayload {
  private final Signal signal;
  private final Reservation reservation;
  private final long units;
  private final long committedNanos;
  private final boolean divided;
  private final AtomicInteger openChunks;
  private final long chargedBytes;
  private long repeatedBytes;

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
      long chargedBytes,
      long committedNanos,
      int chunks) {
    this.signal = signal;
    this.reservation = reservation;
    this.units = units;
    this.chargedBytes = chargedBytes;
    this.committedNanos = committedNanos;
    this.divided = chunks > 1;
    this.openChunks = new AtomicInteger(chunks);
  }

  Signal signal() {
    return signal;
  }

  Reservation reservation() {
    return reservation;
  }

  /// What it takes of the queue's size.
  long units() {
    return units;
  }

  /// What it takes of the queue's bytes.
  long chargedBytes() {
    return chargedBytes;
  }

  long committedNanos() {
    return committedNanos;
  }

  /// Whether it came into the queue in parts, each of which counts its items from 0.
  boolean isDivided() {
    return divided;
  }

  /// Notes that one chunk became two, on the same bytes.
  void cut() {
    openChunks.incrementAndGet();
  }

  /// Notes that cutting repeats that many bytes of it, or returns false when all repeated so far
  /// would be more than `mostBytes`.
  boolean tryRepeat(long bytes, long mostBytes) {
    if (repeatedBytes + bytes > mostBytes) {
      return false;
    }
    repeatedBytes += bytes;
    return true;
  }

  /// Ends one chunk; true for the last.
  boolean endChunk() {
    return openChunks.decrementAndGet() == 0;
  }
}
