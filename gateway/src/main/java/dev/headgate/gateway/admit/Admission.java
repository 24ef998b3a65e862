package dev.headgate.gateway.admit;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.codec.ContentCoding;
import dev.headgate.pipeline.memory.ArrayPool;
import dev.headgate.pipeline.payload.ByteBudget;
import dev.headgate.pipeline.payload.NanoClock;
import dev.headgate.pipeline.payload.Reservation;
import dev.headgate.pipeline.worker.IngestRequest;
import dev.headgate.pipeline.worker.IngestResult;
import dev.headgate.pipeline.worker.IngestResult.RefusalReason;
import dev.headgate.pipeline.worker.Intake;
import dev.headgate.pipeline.worker.Route;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The gate that both receivers share: reserves memory for a body before it is read, hands complete
/// requests to the workers, and counts what is refused before a worker has seen it.
///
/// **Threading:** any thread; never blocks.
public final class Admission {
  /// The delay that refused clients are asked to wait: short, because the SDKs give up after 10 s.
  public static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /// How long a request waits for room before it is refused: half of what a refusal would cost.
  public static final Duration MOMENT = Duration.ofMillis(500);

  // What a worker needs besides the bodies: the output of a chain, or the inflated body.
  private static final int SPARE_FRACTION = 16;
  private static final int COMPRESSED_SPARE_FRACTION = 8;

  // What a request that waits undecoded says it needs is only its word.
  private static final int MOST_NEED = 4;

  private final ByteBudget budget;
  private final AdmissionLine waiting;
  private final ArrayPool arrays;
  private final Intake intake;
  private final NanoClock clock;
  private final LongSupplier workersNeedBytes;
  private final long maxAnswerWaitNanos;
  private volatile boolean stopping;

  /// @param arrays lends the arrays of bodies
  /// @param workersNeedBytes what a request needs that was read already and waits for it
  /// @param maxAnswerWait how long any request may wait for its answer
  public Admission(
      ByteBudget budget,
      ArrayPool arrays,
      Intake intake,
      NanoClock clock,
      LongSupplier workersNeedBytes,
      Duration maxAnswerWait) {
    this.budget = budget;
    this.waiting = new AdmissionLine(budget);
    this.arrays = arrays;
    this.intake = intake;
    this.clock = clock;
    this.workersNeedBytes = workersNeedBytes;
    this.maxAnswerWaitNanos = maxAnswerWait.toNanos();
  }

  /// Reserves bytes for a body, or returns null: no room now, or the gateway is stopping. Some of
  /// the budget is left to the workers, twice as much by what is compressed, which grows into it
  /// when one of them inflates it: bodies that wait would else fill the budget, and none could be
  /// worked on.
  public @Nullable Reservation tryReserve(long bytes, ContentCoding coding) {
    long needBytes = Math.min(workersNeedBytes.getAsLong(), budget.capacityBytes() / MOST_NEED);
    return stopping ? null : budget.tryReserveBeside(bytes, spareBytes(coding), needBytes);
  }

  /// The same for those who can wait: null also while others do, unless they are `first`.
  public @Nullable Reservation tryReserveInTurn(long bytes, ContentCoding coding, boolean first) {
    return first || waiting.size() == 0 ? tryReserve(bytes, coding) : null;
  }

  private long spareBytes(ContentCoding coding) {
    return budget.capacityBytes()
        / (coding == ContentCoding.IDENTITY ? SPARE_FRACTION : COMPRESSED_SPARE_FRACTION);
  }

  /// Waits for room for a body of which nothing more is read meanwhile, for [#MOMENT] at most. A
  /// refusal costs the client a second and both sides the request again. Null: there are too many
  /// who wait, it will never fit, or the gateway is stopping.
  ///
  /// @param first before those of whom nothing has arrived yet
  /// @param loop the caller's event loop
  /// @param then gets the reservation, or null if there is none; later, on the loop
  public @Nullable Turn await(
      long bytes,
      ContentCoding coding,
      boolean first,
      ScheduledExecutorService loop,
      Consumer<@Nullable Reservation> then) {
    if (stopping || bytes > budget.capacityBytes() - spareBytes(coding)) {
      return null;
    }
    Turn turn = new Turn(waiting, () -> tryReserve(bytes, coding), loop, then);
    return turn.begin(first) ? turn : null;
  }

  /// How many bodies wait for room.
  public int waitingRequests() {
    return waiting.size();
  }

  /// Lends the arrays of bodies.
  public ArrayPool arrays() {
    return arrays;
  }

  /// Whether a body of this size could ever be taken.
  public boolean couldEverFit(long bytes) {
    return bytes <= budget.capacityBytes();
  }

  /// The answer to a request that finds no room.
  public IngestResult noRoom() {
    return new IngestResult.Overloaded(
        RETRY_AFTER, stopping ? RefusalReason.SHUTTING_DOWN : RefusalReason.MEMORY);
  }

  /// When a request that arrives now must have its answer.
  ///
  /// @param clientWaitNanos how long the client says it waits, or [Long#MAX_VALUE]
  public long deadlineNanos(long clientWaitNanos) {
    return clock.nanoTime() + Math.max(0, Math.min(clientWaitNanos, maxAnswerWaitNanos));
  }

  /// Hands a complete request to the workers, or answers it at once when they have no room. What is
  /// small the event loop may have worked off when this returns.
  ///
  /// **Ownership:** takes the request's reservation and lease.
  ///
  /// @param loop the event loop that calls
  public void submit(IngestRequest request, Executor loop) {
    if (!stopping && intake.offer(request, loop)) {
      return;
    }
    request.reservation().release();
    request.lease().release();
    RefusalReason reason = stopping ? RefusalReason.SHUTTING_DOWN : RefusalReason.INTAKE_FULL;
    IngestResult refusal = new IngestResult.Overloaded(RETRY_AFTER, reason);
    refused(request.lease().route(), request.signal(), refusal);
    request.responder().accept(refusal);
  }

  /// Counts a request that is refused before a worker has seen it.
  public void refused(Route route, Signal signal, IngestResult result) {
    route.metrics().refused(signal, result.refusalLabel(), 0);
  }

  /// Counts a request whose client went away before its body was complete.
  public void aborted(Route route, Signal signal) {
    route.metrics().refused(signal, "aborted", 0);
  }

  /// Counts a request that this transport cannot take: method, content type, encoding or tenant.
  public void unsupported(Route route, Signal signal) {
    route.metrics().refused(signal, "unsupported", 0);
  }

  /// Counts a request whose client is not known.
  public void unauthenticated(Route route, Signal signal) {
    route.metrics().refused(signal, "unauthenticated", 0);
  }

  /// The answer to a request whose client cannot be looked at now.
  public IngestResult noTimeToAuthenticate() {
    return new IngestResult.Overloaded(RETRY_AFTER, RefusalReason.AUTHENTICATION);
  }

  /// Refuses everything from now on, retryably.
  public void stop() {
    stopping = true;
    waiting.close();
  }
}
