package dev.headgate.exporters.delivery;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.ledger.DropReason;
import dev.headgate.pipeline.payload.NanoClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Takes batches from the [WaitingRoom] while a sender is free, hands them to the transport and
/// does with each what its outcome says.
///
/// **Threading:** confined to the scheduler's thread, but for [#wake] and [#inFlight].
final class SendLoop {
  /// How long a batch waits for its next attempt while the gateway stops.
  private static final long DRAIN_RETRY_NANOS = 250_000_000L;

  /// How long after the end of its time limit an attempt without an outcome is given up: the
  /// transports keep the limit themselves, and one that does not must not hold a sender for ever.
  private static final long GRACE_NANOS = 10_000_000_000L;

  /// How long another transport waits for requests in flight that have no time limit.
  private static final long LONGEST_CHANGE_NANOS = 30_000_000_000L;

  private final Scheduler scheduler;
  private final NanoClock clock;
  private final TransportInUse transport;
  private final WaitingRoom room;
  private final Splits splits;
  private final Booking booking;
  private final ExporterMetrics.Bound metrics;
  private final RateLimitedLog log;
  private final RandomGenerator random;
  private Backoff backoff;
  private boolean retryEnabled;
  private Duration timeout;
  private long watchNanos;
  private int maxRequests;
  private int maxRetrying;
  private final Refusals refusals;

  private final AtomicBoolean awake = new AtomicBoolean();
  private final SignalCounts inFlight = new SignalCounts();
  private final Set<Batch> onTheWire = new LinkedHashSet<>();
  private int failuresInARow;
  private boolean watching;
  private boolean draining;
  private boolean closed;

  SendLoop(DeliverySettings settings, DeliveryContext context, Transport transport, Parts parts) {
    this.scheduler = context.scheduler();
    this.clock = context.clock();
    this.transport = new TransportInUse(transport);
    this.room = parts.room;
    this.splits = parts.splits;
    this.booking = parts.booking;
    this.metrics = parts.metrics;
    this.log = parts.log;
    this.random = context.random();
    this.backoff = new Backoff(settings.retry(), random);
    this.retryEnabled = settings.retry().enabled();
    this.timeout = settings.timeout();
    this.watchNanos = watchNanos(timeout);
    this.refusals = new Refusals(parts, new HuntAllowance(clock));
    this.maxRequests = settings.queue().numConsumers();
    this.maxRetrying = settings.maxRetrying();
  }

  /// What a loop works with.
  record Parts(
      WaitingRoom room,
      Splits splits,
      Booking booking,
      ExporterMetrics.Bound metrics,
      RateLimitedLog log) {}

  /// Has the loop look for batches soon.
  void wake() {
    if (awake.compareAndSet(false, true)) {
      scheduler.schedule(
          0,
          () -> {
            awake.set(false);
            pump();
          });
    }
  }

  long inFlight(Signal signal) {
    return inFlight.get(signal);
  }

  /// Goes on by other settings. Another transport comes into use when nothing is in flight on the
  /// old one, so that a request that fails there is not sent here while it may still arrive.
  ///
  /// @param released completed when the loop does not use the transport any more that it had, or at
  ///   once when it keeps it
  void use(
      DeliverySettings settings,
      Transport newTransport,
      CompletableFuture<@Nullable Void> released) {
    backoff = new Backoff(settings.retry(), random);
    retryEnabled = settings.retry().enabled();
    timeout = settings.timeout();
    watchNanos = Math.max(watchNanos, watchNanos(timeout));
    maxRequests = settings.queue().numConsumers();
    maxRetrying = settings.maxRetrying();
    if (transport.add(newTransport, released)) {
      scheduler.schedule(LONGEST_CHANGE_NANOS, () -> changeTransport(newTransport));
    }
    pump();
  }

  private static long watchNanos(Duration timeout) {
    return timeout.isZero() ? 0 : timeout.toNanos() + GRACE_NANOS;
  }

  /// When a backend hangs and there is no time limit: closing the old transport ends its requests.
  private void changeTransport(Transport awaited) {
    if (transport.awaits(awaited)) {
      transport.change();
      pump();
    }
  }

  /// Sends everything soon, by the usual schedule of retries.
  void flush() {
    room.drain();
    pump();
  }

  /// Sends everything soon, and what fails again shortly after.
  void drain() {
    draining = true;
    room.drain();
    pump();
  }

  /// Gives up everything that has no outcome; outcomes that come later mean nothing.
  ///
  /// @param reason what they are booked under
  void close(DropReason reason) {
    closed = true;
    transport.change();
    List<Batch> rest = new ArrayList<>(onTheWire);
    onTheWire.clear();
    for (Batch batch : rest) {
      inFlight.add(batch.signal(), -1);
    }
    rest.addAll(room.close());
    for (Batch batch : rest) {
      booking.dropped(batch, reason, reason.label());
    }
  }

  /// Sends while there is something to send and a sender is free.
  void pump() {
    if (onTheWire.isEmpty()) {
      watchNanos = watchNanos(timeout);
      transport.change();
    }
    while (!transport.isChanging() && !closed && onTheWire.size() < maxRequests) {
      Batch batch = room.next(failuresInARow >= maxRetrying);
      if (batch == null) {
        return;
      }
      if (!splitIfOverBounds(batch)) {
        send(batch);
      }
    }
  }

  private boolean splitIfOverBounds(Batch batch) {
    if (batch.attempt > 0
        || batch.indivisible
        || batch.chunks().size() > 1
        || !batch.group.bounds.exceededBy(batch.chunks().getFirst())) {
      return false;
    }
    List<List<Chunk>> parts = splits.cutToBounds(batch);
    if (parts.isEmpty()) {
      batch.indivisible = true;
      return false;
    }
    room.replace(batch, parts);
    return true;
  }

  private void send(Batch batch) {
    batch.attempt++;
    batch.startedNanos = clock.nanoTime();
    if (!batch.attempted) {
      batch.attempted = true;
      batch.firstAttemptNanos = batch.startedNanos;
    }
    batch.sentWhileDraining = draining;
    onTheWire.add(batch);
    inFlight.add(batch.signal(), 1);
    ExportRequest request =
        new ExportRequest(
            batch.signal(),
            batch.group.key.tenant(),
            batch.parts(),
            batch.bytes,
            batch.items,
            batch.attempt,
            batch.cuts != null,
            timeout);
    watch();
    int attempt = batch.attempt;
    try {
      transport.send(
          request, outcome -> scheduler.schedule(0, () -> onOutcome(batch, attempt, outcome)));
    } catch (RuntimeException e) {
      thrown(batch, attempt, e);
    } catch (Error e) {
      thrown(batch, attempt, e);
      throw e;
    }
  }

  private void watch() {
    if (watchNanos == 0 || watching || onTheWire.isEmpty()) {
      return;
    }
    long oldest = onTheWire.iterator().next().startedNanos;
    watching = true;
    scheduler.schedule(watchNanos - (clock.nanoTime() - oldest), this::onWatch);
  }

  private void onWatch() {
    watching = false;
    for (Batch batch : List.copyOf(onTheWire)) {
      if (clock.nanoTime() - batch.startedNanos >= watchNanos) {
        log.warn(RateLimitedLog.Kind.NO_OUTCOME, batch.items, "no_outcome", "");
        onOutcome(
            batch, batch.attempt, new ExportOutcome.Retryable(null, "no_outcome", "no outcome"));
      }
    }
    watch();
  }

  private void thrown(Batch batch, int attempt, Throwable cause) {
    ExportOutcome outcome =
        new ExportOutcome.Retryable(null, "exception", cause.getClass().getSimpleName());
    scheduler.schedule(0, () -> onOutcome(batch, attempt, outcome));
  }

  private void onOutcome(Batch batch, int attempt, ExportOutcome outcome) {
    if (batch.attempt != attempt || !onTheWire.remove(batch)) {
      // Came twice, or after the delivery was closed.
      return;
    }
    Signal signal = batch.signal();
    inFlight.add(signal, -1);
    metrics.request(signal, outcome, (clock.nanoTime() - batch.startedNanos) / 1e9);
    failuresInARow =
        outcome instanceof ExportOutcome.Retryable ? Math.min(failuresInARow + 1, maxRetrying) : 0;
    switch (outcome) {
      case ExportOutcome.Delivered all -> delivered(batch, 0, all.adjustments());
      case ExportOutcome.Partial partial -> partial(batch, partial);
      case ExportOutcome.Retryable retryable -> retryable(batch, retryable);
      case ExportOutcome.Permanent permanent -> refusals.permanent(batch, permanent);
      case ExportOutcome.TooLarge tooLarge -> refusals.tooLarge(batch, tooLarge);
    }
    pump();
  }

  private void delivered(Batch batch, long rejectedItems, ExportOutcome.Adjustments adjustments) {
    if (batch.hunt != null) {
      batch.hunt.taken();
    }
    ExportOutcome.Adjustments left =
        adjustments.items() <= batch.items ? adjustments : ExportOutcome.Adjustments.NONE;
    int rejected = (int) Math.clamp(rejectedItems, 0L, batch.items - left.items());
    room.done(batch);
    booking.delivered(batch, rejected, left);
  }

  private void partial(Batch batch, ExportOutcome.Partial partial) {
    long rejected = partial.rejectedItems();
    if (rejected == 0) {
      metrics.softError(batch.signal());
      log.warn(RateLimitedLog.Kind.SOFT_ERROR, batch.items, "warning", partial.message());
    } else {
      log.warn(RateLimitedLog.Kind.PARTIAL, batch.items, rejected + " rejected", partial.message());
    }
    delivered(batch, rejected, partial.adjustments());
  }

  /// What was in flight when the stop began is tried again at once, and everything again and again
  /// after that: there is time until the deadline, which books the rest.
  private void retryWhileDraining(Batch batch) {
    room.park(batch);
    int attempt = batch.attempt;
    if (!batch.sentWhileDraining) {
      room.resume(batch, attempt);
      return;
    }
    scheduler.schedule(
        DRAIN_RETRY_NANOS,
        () -> {
          room.resume(batch, attempt);
          pump();
        });
  }

  private void retryable(Batch batch, ExportOutcome.Retryable outcome) {
    if (!retryEnabled) {
      refusals.giveUp(batch, DropReason.RETRY_DISABLED, outcome.errorType(), outcome.message());
      return;
    }
    if (draining) {
      retryWhileDraining(batch);
      return;
    }
    long elapsedNanos = clock.nanoTime() - batch.firstAttemptNanos;
    long delayNanos = backoff.delayNanos(batch.attempt, outcome.delay(), elapsedNanos);
    if (delayNanos == Backoff.EXHAUSTED) {
      refusals.giveUp(batch, DropReason.RETRY_EXHAUSTED, outcome.errorType(), outcome.message());
      return;
    }
    metrics.retried(batch.signal());
    log.warn(RateLimitedLog.Kind.RETRYING, batch.items, outcome.errorType(), outcome.message());
    room.park(batch);
    int attempt = batch.attempt;
    scheduler.schedule(
        delayNanos,
        () -> {
          room.resume(batch, attempt);
          pump();
        });
  }
}
