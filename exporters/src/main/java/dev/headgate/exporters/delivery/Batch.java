package dev.headgate.exporters.delivery;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.memory.Content;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Chunks of one group that are sent in one request, and how far that has got. Once attempted it
/// only ever gets smaller: new data is never joined to it.
///
/// **Threading:** `state` and `retrying` belong to the [WaitingRoom]'s lock, the rest to the
/// delivery thread; both see the chunks, which change only when the batch is done.
final class Batch {
  /// Where a batch is.
  enum State {
    /// Waits for a free sender.
    FORMED,
    /// Waits for the batch before it, which has to be sent first.
    FOLLOWING,
    /// Waits for its next attempt.
    BACKOFF,
    /// In the delivery thread's hands or being sent.
    TAKEN,
    /// Every item has its outcome, or is in another batch now.
    DONE
  }

  /// Oldest payload first; batches of one age (parts of one payload) as they were made.
  static final Comparator<Batch> OLDEST_FIRST =
      (a, b) -> {
        int byAge = Long.signum(a.committedNanos - b.committedNanos);
        return byAge != 0 ? byAge : Long.compare(a.id, b.id);
      };

  final long id;

  /// When the oldest of it came into the queue.
  final long committedNanos;

  final Group group;
  final int items;
  final int bytes;

  State state = State.TAKEN;
  boolean retrying;

  int attempt;

  /// Whether it, or the batch that it is a part of, was ever sent.
  boolean attempted;

  long firstAttemptNanos;
  long startedNanos;

  /// Whether the attempt under way was begun during shutdown.
  boolean sentWhileDraining;

  /// Whether splitting was tried in vain: the backend is to decide.
  boolean indivisible;

  /// Set when it is a part of a batch that the backend found too large: what is left of its cuts.
  @Nullable Cuts cuts;

  /// The search that it is a part of, or null.
  @Nullable Hunt hunt;

  private List<Chunk> chunks;

  Batch(long id, Group group, List<Chunk> chunks) {
    this.id = id;
    this.committedNanos = chunks.getFirst().owner().committedNanos();
    this.group = group;
    this.chunks = chunks;
    int itemSum = 0;
    int byteSum = 0;
    for (Chunk chunk : chunks) {
      itemSum += chunk.items();
      byteSum += chunk.content().length();
    }
    this.items = itemSum;
    this.bytes = byteSum;
  }

  Signal signal() {
    return group.key.pipeline().signal();
  }

  List<Chunk> chunks() {
    return chunks;
  }

  /// Lets go of the chunks, so that a timer that still names this batch keeps no payload alive.
  List<Chunk> takeChunks() {
    List<Chunk> taken = chunks;
    chunks = List.of();
    return taken;
  }

  List<Content> parts() {
    List<Content> parts = new ArrayList<>(chunks.size());
    for (Chunk chunk : chunks) {
      parts.add(chunk.content());
    }
    return parts;
  }
}
