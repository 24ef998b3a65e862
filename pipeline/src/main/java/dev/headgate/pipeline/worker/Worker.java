package dev.headgate.pipeline.worker;

import dev.headgate.pipeline.log.RateLimitedLog;
import dev.headgate.pipeline.memory.ArrayPool;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.payload.ByteBudget;
import dev.headgate.pipeline.payload.NanoClock;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.payload.Reservation;
import dev.headgate.pipeline.queue.IdleWorkers;
import dev.headgate.pipeline.queue.IntakeQueue;
import dev.headgate.pipeline.queue.PayloadQueue;
import dev.headgate.pipeline.worker.IngestResult.Overloaded;
import dev.headgate.pipeline.worker.IngestResult.RefusalReason;
import dev.headgate.pipeline.worker.RequestDecoder.Decoded;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Takes a request, checks it, takes it into its pipelines and answers it: in the duty cycle of a
/// worker thread, or for the event loop that brings a request ([Desk]).
///
/// Every request is answered exactly once, on every path. An answer is late at most by the one
/// request that each worker has in hand, because a request whose deadline has passed costs nothing
/// but its answer.
///
/// **Threading:** confined to one thread.
final class Worker implements Runnable {
  private static final int SPINS = 32;

  /// What all workers share.
  record Shared(
      IntakeQueue<IngestRequest> intake,
      ParkedRequests parked,
      UndecodedRequests undecoded,
      IdleWorkers idle,
      ByteBudget budget,
      ArrayPool pool,
      NanoClock clock,
      Duration retryAfter) {}

  private final int seat;
  private final RequestDecoder decoder;
  private final RateLimitedLog log;
  private final IntakeQueue<IngestRequest> intake;
  private final ParkedRequests parked;
  private final UndecodedRequests undecoded;
  private final NextRequest next;
  private final IdleWorkers idle;
  private final NanoClock clock;
  private final Duration retryAfter;
  private final ByteBudget budget;
  private final FanOut fanOut;

  /// @param seat where its thread sleeps, from 0; a worker that does not [#run] has none
  /// @param decoder the worker's own; whoever created it closes it
  Worker(int seat, Shared shared, RequestDecoder decoder, RateLimitedLog log) {
    this.seat = seat;
    this.decoder = decoder;
    this.log = log;
    this.intake = shared.intake();
    this.parked = shared.parked();
    this.undecoded = shared.undecoded();
    this.next = new NextRequest(shared, log);
    this.idle = shared.idle();
    this.clock = shared.clock();
    this.retryAfter = shared.retryAfter();
    this.budget = shared.budget();
    this.fanOut = new FanOut(shared.budget(), shared.pool(), log);
  }

  /// Works until the intake queue is closed and empty.
  @Override
  public void run() {
    int spins = 0;
    while (true) {
      if (doWork() > 0) {
        spins = 0;
      } else if (intake.isFinished()) {
        return;
      } else if (spins < SPINS) {
        spins++;
        Thread.onSpinWait();
      } else {
        rest();
        spins = 0;
      }
    }
  }

  /// Deals with a request that no queue has held, as if it were the next.
  void work(IngestRequest request) {
    if (next.admits(request, clock.nanoTime())) {
      guarded(request, null);
    }
  }

  private void rest() {
    idle.announce(seat);
    if (intake.isEmpty() && !parked.hasReady() && !undecoded.hasNews() && !intake.isFinished()) {
      long nanos = Math.min(parked.nanosToDeadline(clock.nanoTime()), undecoded.nanosToLook());
      idle.sleep(seat, nanos);
    } else {
      idle.retract(seat);
    }
  }

  /// One cycle: answers requests that have waited too long for a queue, and goes on with one
  /// request: one that may find its place now, else the next. Returns how many requests it dealt
  /// with.
  int doWork() {
    long nowNanos = clock.nanoTime();
    int work = 0;
    for (PendingRequest late = parked.pollExpired(nowNanos);
        late != null;
        late = parked.pollExpired(nowNanos)) {
      refuseForQueue(late);
      work++;
    }
    PendingRequest ready = parked.pollReady();
    IngestRequest request = null;
    if (ready == null) {
      request = next.poll(nowNanos);
      work += next.settled();
    }
    if (ready != null || request != null) {
      // One call for both: all that a request goes through is compiled into each.
      guarded(request, ready);
      work++;
    }
    return work;
  }

  /// Deals with a new request or one that was parked; whatever happens there, it gets its answer.
  private void guarded(@Nullable IngestRequest request, @Nullable PendingRequest ready) {
    Reply reply = ready != null ? ready.reply() : new Reply(Objects.requireNonNull(request), log);
    PayloadQueue full = null;
    PendingRequest pending = ready;
    try {
      if (request != null) {
        decoder.begin(request.body().length());
        pending = decode(request, reply);
      }
      if (pending != null) {
        decoder.begin(pending.payload().sizeBytes());
        full = take(pending);
      }
    } catch (RuntimeException e) {
      fail(reply, e);
    } catch (Error e) {
      fail(reply, e);
      throw e;
    } finally {
      decoder.end();
    }
    if (full != null && pending != null) {
      park(pending, full);
    }
  }

  private void fail(Reply reply, Throwable e) {
    log.error("worker", "request failed: " + e.getClass().getName());
    if (!reply.isAnswered()) {
      reply.refuse(new IngestResult.Failed("internal error"), 0);
    }
  }

  /// Returns the request ready for its pipelines, or null when it was answered.
  private @Nullable PendingRequest decode(IngestRequest request, Reply reply) {
    if (clock.nanoTime() - request.deadlineNanos() >= 0) {
      reply.refuse(overloaded(RefusalReason.TIMEOUT), 0);
      return null;
    }
    if (reply.pipelines().isEmpty()) {
      reply.refuse(new IngestResult.NoPipeline("no pipeline takes " + request.signal().key()), 0);
      return null;
    }
    request.reservation().useSpare();
    switch (decoder.decode(request)) {
      case Decoded.Malformed malformed ->
          reply.refuse(new IngestResult.Malformed(malformed.message()), 0);
      case Decoded.TooLarge tooLarge ->
          reply.refuse(new IngestResult.TooLarge(tooLarge.message()), 0);
      case Decoded.NoRoom _ -> reply.refuse(overloaded(RefusalReason.MEMORY), 0);
      case Decoded.Checked checked -> {
        return checked(request, checked, reply);
      }
    }
    return null;
  }

  @SuppressWarnings("ReferenceEquality") // the very body, or what was made of it
  private @Nullable PendingRequest checked(
      IngestRequest request, Decoded.Checked decoded, Reply reply) {
    var checked = decoded.request();
    Bytes bytes = checked.bytes();
    if (bytes != request.body()) {
      reply.reservation().carry(bytes);
    }
    charge(reply, bytes);
    if (checked.items() == 0) {
      reply.accept(checked);
      return null;
    }
    Payload payload =
        new Payload(request.signal(), request.tenant(), checked.bytes(), checked.items());
    return new PendingRequest(reply, checked, payload, request.deadlineNanos(), null);
  }

  /// Of what was reserved for decoding the chains keep what they need.
  private void charge(Reply reply, Bytes bytes) {
    Reservation reservation = reply.reservation();
    long reservedBytes = reservation.bytes();
    long chainsToo =
        bytes.heldBytes()
            + FanOut.workingBytes(bytes.length(), reply.pipelines(), budget.capacityBytes());
    reservation.resizeTo(Math.clamp(reservedBytes, bytes.heldBytes(), chainsToo));
  }

  /// Takes the request into its pipelines and answers it, or returns the queue it has to wait for.
  private @Nullable PayloadQueue take(PendingRequest pending) {
    Reply reply = pending.reply();
    if (pending.isLate(clock.nanoTime())) {
      // The client has given up: what is taken now would come a second time.
      if (pending.waiting() != null) {
        refuseForQueue(pending);
      } else {
        reply.refuse(overloaded(RefusalReason.TIMEOUT), pending.sentItems());
      }
      return null;
    }
    switch (fanOut.take(pending.payload(), reply.pipelines(), reply.reservation())) {
      case FanOut.Outcome.Committed _ -> reply.accept(pending.checked());
      case FanOut.Outcome.NoMemory _ ->
          reply.refuse(overloaded(RefusalReason.MEMORY), pending.sentItems());
      case FanOut.Outcome.NeverFits never -> {
        never.queue().refused(pending.payload().signal(), pending.payload().items());
        reply.refuse(
            new IngestResult.TooLarge(
                "request larger than the queue of exporter " + never.queue().exporterId()),
            pending.sentItems());
      }
      case FanOut.Outcome.Full full -> {
        return full.queue();
      }
    }
    return null;
  }

  /// From a successful `park` on another worker may have answered the request already.
  private void park(PendingRequest pending, PayloadQueue full) {
    long nowNanos = clock.nanoTime();
    PendingRequest waiting = parked.awaiting(pending, full, nowNanos);
    if (parked.park(waiting, nowNanos)) {
      return;
    }
    if (parked.isClosed()) {
      pending.reply().refuse(overloaded(RefusalReason.SHUTTING_DOWN), pending.sentItems());
    } else {
      refuseForQueue(waiting);
    }
  }

  private void refuseForQueue(PendingRequest pending) {
    PendingRequest.Wait wait = pending.waiting();
    if (wait != null) {
      wait.queue().refused(pending.payload().signal(), pending.payload().items());
    }
    pending.reply().refuse(overloaded(RefusalReason.QUEUE_FULL), pending.sentItems());
  }

  private Overloaded overloaded(RefusalReason reason) {
    return new Overloaded(retryAfter, reason);
  }
}
