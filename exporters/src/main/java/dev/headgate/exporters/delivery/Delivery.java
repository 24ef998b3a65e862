package dev.headgate.exporters.delivery;

import dev.headgate.config.PipelineId;
import dev.headgate.config.QueueConfig;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.ledger.DropReason;
import dev.headgate.pipeline.ledger.ExporterLedger;
import dev.headgate.pipeline.payload.NanoClock;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.payload.Reservation;
import dev.headgate.pipeline.queue.PayloadQueue;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The way of the data to one backend: a bounded queue, batches, requests with bounded concurrency,
/// retries, and one entry in the ledger for every item in the end.
///
/// ```
///             commit           next             send        Delivered, Partial
///   worker ──────────▶ waiting ─────▶ batch ──────────▶ sent ──────────────────▶ booked
///                         │             ▲ ▲               │  Permanent, exhausted ──▲
///                drop_oldest            │ └── backoff ◀───┤ Retryable
///                         ▼             └── parts ◀───────┘ TooLarge, Permanent of a joined batch
///                       booked
/// ```
///
/// While the backend takes nothing, only a few batches are begun, as many as there are consumers:
/// the rest waits without its `max_elapsed_time` running.
///
/// **Threading:** any thread; see [SendLoop] and [WaitingRoom] for what runs where.
///
/// **Ownership:** does not own the transport; close that after [#drain] has completed.
public final class Delivery implements PayloadQueue {
  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

  private final DeliverySettings settings;
  private final Scheduler scheduler;
  private final NanoClock clock;
  private final Admission admission;
  private final WaitingRoom room;
  private final Booking booking;
  private final Splits splits;
  private final SendLoop loop;
  private final ExporterMetrics.Bound metrics;
  private final RateLimitedLog log;
  private final boolean dropsOldest;
  private final Map<PipelineId, Source> sources = new HashMap<>();

  private final AtomicBoolean draining = new AtomicBoolean();
  private final CompletableFuture<@Nullable Void> drained = new CompletableFuture<>();

  /// Creates a delivery that is ready to take payloads of the pipelines in `settings`.
  public Delivery(DeliverySettings settings, Transport transport, DeliveryContext context) {
    this.settings = settings;
    this.scheduler = context.scheduler();
    this.clock = context.clock();
    QueueConfig queue = settings.queue();
    // Without a queue what is in flight is the queue.
    this.admission =
        queue.enabled()
            ? new Admission(queue.sizer(), queue.queueSize(), settings.maxBytes())
            : new Admission(QueueConfig.Sizer.REQUESTS, queue.numConsumers(), settings.maxBytes());
    this.dropsOldest = queue.enabled() && queue.overflow() == QueueConfig.Overflow.DROP_OLDEST;
    this.log = new RateLimitedLog(LOG, clock, settings.exporterId());
    this.room = new WaitingRoom(scheduler, clock, this::wake, settings.maxRetrying());
    this.splits = new Splits(context.splitter(), settings.limits(), admission, log);
    Set<Signal> signals = EnumSet.noneOf(Signal.class);
    for (DeliverySettings.Feed feed : settings.feeds()) {
      PipelineId pipeline = feed.pipeline();
      signals.add(pipeline.signal());
      ExporterLedger ledger = context.ledger().pipeline(pipeline).exporter(settings.exporterId());
      sources.put(pipeline, new Source(feed, ledger));
    }
    this.metrics = context.metrics().bind(settings.exporterId(), signals, new View());
    this.booking = new Booking(metrics, admission, room, this::onRelease);
    this.loop =
        new SendLoop(
            settings, context, transport, new SendLoop.Parts(room, splits, booking, metrics, log));
  }

  @Override
  public String exporterId() {
    return settings.exporterId();
  }

  @Override
  public boolean required() {
    return settings.required();
  }

  @Override
  public boolean blocksOnOverflow() {
    return settings.queue().blockOnOverflow();
  }

  @Override
  public boolean couldEverFit(long bytes, int items) {
    return admission.couldEverFit(admission.units(bytes, items), bytes);
  }

  @Override
  public void onRoom(Runnable callback) {
    admission.onRoom(callback);
  }

  /// Reserves a place, see [PayloadQueue#tryReserve]; never after [#drain] was called. A refusal is
  /// counted as `enqueue_failed` unless the client's request is parked and comes again.
  @Override
  public @Nullable Place tryReserve(Signal signal, long bytes, int items) {
    long units = admission.units(bytes, items);
    if (!draining.get() && take(signal, units, bytes)) {
      if (!draining.get()) {
        return new ReservedPlace(signal, units, bytes);
      }
      // Drained in between: the drain may have completed already.
      admission.give(signal, units, bytes);
    }
    if (!blocksOnOverflow()) {
      metrics.enqueueFailed(signal, items);
    }
    log.warn(RateLimitedLog.Kind.QUEUE_FULL, items, settings.queue().overflow().name(), "");
    return null;
  }

  private boolean take(Signal signal, long units, long bytes) {
    while (!admission.tryTake(signal, units, bytes)) {
      if (!dropsOldest || !admission.couldEverFit(units, bytes)) {
        return false;
      }
      Batch oldest = room.dropOldest();
      if (oldest == null) {
        return false;
      }
      booking.dropped(oldest, DropReason.DROPPED_OLDEST, "");
      loop.wake();
    }
    return true;
  }

  /// Takes in nothing more, sends what is there (without waiting for company or for the end of a
  /// backoff, and again shortly after a failure) and books the rest as lost to the shutdown at the
  /// deadline. A second call may only bring the deadline forward.
  ///
  /// @param deadlineNanos a moment of the clock
  /// @return completed when every item is booked
  public CompletionStage<@Nullable Void> drain(long deadlineNanos) {
    if (draining.compareAndSet(false, true)) {
      scheduler.schedule(0, loop::drain);
      onRelease();
    }
    scheduler.schedule(Math.max(0, deadlineNanos - clock.nanoTime()), this::atDeadline);
    return drained.minimalCompletionStage();
  }

  private void atDeadline() {
    loop.close();
    drained.complete(null);
  }

  private void onRelease() {
    if (draining.get() && admission.isEmpty()) {
      drained.complete(null);
    }
  }

  private void wake() {
    loop.wake();
  }

  private void enqueue(PipelineId pipeline, Payload payload, QueuedPayload queued) {
    Source source = source(pipeline);
    boolean ordered = settings.limits().metricsInOrder() && payload.signal() == Signal.METRICS;
    int lane = ordered ? MetricLane.of(payload.bytes(), settings.queue().numConsumers()) : 0;
    Chunk chunk = splits.chunk(queued, payload, 0);
    source.ledger.queued(payload.items());
    WaitingRoom.Added added =
        room.add(
            new Group.Key(pipeline, payload.tenant(), lane),
            key ->
                new Group(key, settings.limits(), source.feed.batching(), source.ledger, ordered),
            chunk);
    switch (added) {
      case READY -> loop.wake();
      case WAITS -> {}
      case CLOSED -> bookLate(source, payload, queued);
    }
  }

  /// A payload that was committed after the deadline of the shutdown.
  private void bookLate(Source source, Payload payload, QueuedPayload queued) {
    var reason = DropReason.SHUTDOWN;
    source.ledger.dropped(reason, payload.items());
    metrics.sendFailed(payload.signal(), reason.label(), false, payload.items());
    queued.reservation().release();
    admission.give(queued.signal(), queued.units(), queued.chargedBytes());
    onRelease();
  }

  private Source source(PipelineId pipeline) {
    Source source = sources.get(pipeline);
    if (source == null) {
      throw new IllegalArgumentException(
          "pipeline: " + pipeline + " (expected: one that ends in " + exporterId() + ")");
    }
    return source;
  }

  private record Source(DeliverySettings.Feed feed, ExporterLedger ledger) {}

  /// A place that is taken but not filled.
  private final class ReservedPlace implements Place {
    private final Signal signal;
    private final long units;
    private final long bytes;
    private final AtomicBoolean used = new AtomicBoolean();

    private ReservedPlace(Signal signal, long units, long bytes) {
      this.signal = signal;
      this.units = units;
      this.bytes = bytes;
    }

    @Override
    public void commit(PipelineId pipeline, Payload payload, Reservation reservation) {
      use();
      if (payload.items() == 0) {
        // Nothing to deliver, and some backends refuse empty requests.
        reservation.release();
        giveBack(units, bytes);
        return;
      }
      long neededUnits = admission.units(payload.sizeBytes(), payload.items());
      long neededBytes = payload.sizeBytes();
      if (neededUnits > units || neededBytes > bytes) {
        admission.force(signal, Math.max(0, neededUnits - units), Math.max(0, neededBytes - bytes));
      }
      QueuedPayload queued =
          new QueuedPayload(signal, reservation, neededUnits, neededBytes, clock.nanoTime());
      enqueue(pipeline, payload, queued);
      if (neededUnits < units || neededBytes < bytes) {
        giveBack(Math.max(0, units - neededUnits), Math.max(0, bytes - neededBytes));
      }
    }

    @Override
    public void cancel() {
      use();
      giveBack(units, bytes);
    }

    private void giveBack(long surplusUnits, long surplusBytes) {
      admission.give(signal, surplusUnits, surplusBytes);
      onRelease();
    }

    private void use() {
      if (!used.compareAndSet(false, true)) {
        throw new IllegalStateException("place used twice (expected: one commit or cancel)");
      }
    }
  }

  /// What the gauges show.
  private final class View implements ExporterMetrics.QueueView {
    @Override
    public long size(Signal signal) {
      return admission.usedUnits(signal);
    }

    @Override
    public long capacity() {
      return admission.capacityUnits();
    }

    @Override
    public long bytes() {
      return admission.usedBytes();
    }

    @Override
    public double oldestAgeSeconds() {
      return room.oldestAgeNanos() / 1e9;
    }

    @Override
    public long inFlightRequests(Signal signal) {
      return loop.inFlight(signal);
    }
  }
}
