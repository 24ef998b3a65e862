package dev.headgate.pipeline.worker;

import dev.headgate.pipeline.codec.ContentCoding;
import dev.headgate.pipeline.payload.NanoClock;
import dev.headgate.pipeline.worker.IngestRequest.Encoding;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Has event loops work off themselves what they have received: no thread has to be woken for it,
/// and the request is still in the processor's cache.
///
/// Only what waits for nobody and takes a millisecond or a few, by the chain: protobuf that came
/// without compression, up to [#MOST_BYTES] and less where that is a large request. And only while
/// the loop keeps up with what arrives: it spends [#ROUND_NANOS], and the rest of the request at
/// which they are over, on what one look at its connections brought. A loop that did everything
/// itself would read no faster than it works: in overload requests would wait in sockets, past
/// their deadlines, instead of being refused and counted.
///
/// There are as many desks as there are worker threads, however many loops there are. Each has what
/// a worker has, made when it is used first.
///
/// **Threading:** any thread; a desk belongs to the loop that has taken it.
///
/// **Ownership:** owns the desks, which end with [#close].
final class LoopWork {
  static final int MOST_BYTES = 1 << 20;
  static final long ROUND_NANOS = 50_000_000L;

  private static final long CLOSE_LOOK_NANOS = 100_000L;

  private final AtomicReferenceArray<@Nullable Desk> desks;
  private final ThreadLocal<Round> rounds = ThreadLocal.withInitial(Round::new);
  private final LongSupplier largeBytes;
  private final NanoClock clock;
  private volatile boolean closed;

  /// @param count how many loops may work at once
  /// @param newDesk makes one of the desks
  /// @param largeBytes from what size on a request is none for a loop
  LoopWork(int count, Supplier<Desk> newDesk, LongSupplier largeBytes, NanoClock clock) {
    this.largeBytes = largeBytes;
    this.clock = clock;
    this.desks = new AtomicReferenceArray<>(count);
    for (int seat = 0; seat < count; seat++) {
      desks.set(seat, newDesk.get());
    }
  }

  /// What an event loop has spent on requests in this round: it runs what is executed on it after
  /// it has read what its last look found, and before it looks again.
  private static final class Round implements Runnable {
    private long spentNanos;
    private boolean ends;

    void spend(long nanos, Executor loop) {
      spentNanos += nanos;
      if (!ends) {
        ends = true;
        try {
          loop.execute(this);
        } catch (RejectedExecutionException _) {
          run(); // the loop ends, and nobody waits to be read any more
        }
      }
    }

    @Override
    public void run() {
      ends = false;
      spentNanos = 0;
    }
  }

  /// How many loops work on a request now.
  int busy() {
    int busy = 0;
    for (int seat = 0; seat < desks.length(); seat++) {
      busy += desks.get(seat) == null ? 1 : 0;
    }
    return busy;
  }

  /// Works a request off, or returns false: then nothing was done with it.
  ///
  /// @param loop the event loop that calls
  boolean tryWork(IngestRequest request, Executor loop) {
    if (!isForLoops(request)) {
      return false;
    }
    Round round = rounds.get();
    if (round.spentNanos >= ROUND_NANOS) {
      return false;
    }
    int seat = findSeat();
    Desk desk = seat < 0 ? null : desks.getAndSet(seat, null);
    if (desk == null) {
      return false;
    }
    try {
      if (closed || !desk.open()) {
        return false;
      }
      long beganNanos = clock.nanoTime();
      desk.work(request);
      round.spend(clock.nanoTime() - beganNanos, loop);
      return true;
    } finally {
      desks.set(seat, desk);
    }
  }

  private boolean isForLoops(IngestRequest request) {
    int bytes = request.body().length();
    return bytes <= MOST_BYTES
        && bytes < largeBytes.getAsLong()
        && request.coding() == ContentCoding.IDENTITY
        && request.encoding() == Encoding.PROTOBUF;
  }

  /// A thread looks at the same desk first, whose memory it has in its cache.
  private int findSeat() {
    int count = desks.length();
    int seat = (int) (Thread.currentThread().threadId() % count);
    for (int looked = 0; looked < count; looked++) {
      if (desks.get(seat) != null) {
        return seat;
      }
      seat = (seat + 1) % count;
    }
    return -1;
  }

  /// Takes nothing more and ends the desks, each when its loop is done with it. Idempotent.
  ///
  /// @return whether all have ended, so that no loop commits anything any more
  boolean close(long deadlineNanos) {
    closed = true;
    boolean ended = true;
    for (int seat = 0; seat < desks.length(); seat++) {
      ended &= close(seat, deadlineNanos);
    }
    return ended;
  }

  private boolean close(int seat, long deadlineNanos) {
    while (true) {
      Desk desk = desks.getAndSet(seat, null);
      if (desk != null) {
        try {
          desk.close();
        } finally {
          desks.set(seat, desk);
        }
        return true;
      }
      if (clock.nanoTime() - deadlineNanos >= 0 || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(CLOSE_LOOK_NANOS);
    }
  }
}
