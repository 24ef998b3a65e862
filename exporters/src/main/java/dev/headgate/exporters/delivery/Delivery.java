package dev.headgate.exporters.delivery;

import dev.headgate.config.PipelineId;
import dev.headgate.config.QueueConfig;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.ledger.DropReason;
import dev.headgate.pipeline.payload.NanoClock;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.payload.Reservation;
import dev.headgate.pipeline.queue.PayloadQueue;
import java.util.List;
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
/// **Ownership:** does not own the transport; close that after [#drain] or [#retire] has completed,
/// or what [#use] returned.
public final class Delivery implements PayloadQueue {
  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

  private final DeliveryContext context;
  private final Scheduler scheduler;
  private final NanoClock clock;
  private final Admission admission;
  private final WaitingRoom room;
  private final Booking booking;
  private final Splits splits;
  private final SendLoop loop;
  private final ExporterMetrics.Bound metrics;
  private final RateLimitedLog log;
  private volatile Setup setup;

  private final AtomicBoolean draining = new AtomicBoolean();
  private final AtomicBoolean stopping = new AtomicBoolean();
  private volatile boolean refuses;
  private volatile DropReason endReason = DropReason.SHUTDOWN;
  private final CompletableFuture<@Nullable Void> drained = new CompletableFuture<>();

  /// Creates a delivery that is ready to take payloads of the pipelines in `settings`.
  public Delivery(DeliverySettings settings, Transport transport, DeliveryContext context) {
    this.context = context;
    this.scheduler = context.scheduler();
    this.clock = context.clock();
    QueueConfig queue = settings.queue();
    this.admission =
        new Admission(
            queue.enabled() ? queue.sizer() : QueueConfig.Sizer.REQUESTS,
            capacityUnits(queue),
            settings.maxBytes());
    this.log = new RateLimitedLog(LOG, clock, settings.exporterId());
    this.room = new WaitingRoom(context, this::wake, admission::isFilledBy, settings.maxRetrying());
    this.splits = new Splits(settings.limits(), admission, log);
    this.setup = Setup.first(settings, context.ledger());
    this.metrics = context.metrics().bind(settings.exporterId(), settings.signals(), new View());
    this.booking = new Booking(metrics, admission, room, this::onRelease);
    this.loop =
        new SendLoop(
            settings, context, transport, new SendLoop.Parts(room, splits, booking, metrics, log));
  }

  /// Without a queue what is in flight is the queue.
  private static long capacityUnits(QueueConfig queue) {
    return queue.enabled() ? queue.queueSize() : queue.numConsumers();
  }

  /// Whether this delivery could go on by other settings: its queue would be measured alike.
  public boolean couldUse(DeliverySettings settings) {
    QueueConfig now = setup.settings().queue();
    QueueConfig next = settings.queue();
    return now.enabled() == next.enabled() && now.sizer() == next.sizer();
  }

  /// Goes on by other settings, and with another transport if it is one, that leads to the same
  /// destination. What is in the queue stays there; requests in flight end on the old transport
  /// before the first goes out on the new. Metrics that come from now on wait for those before
  /// them.
  ///
  /// @param settings ones that [#couldUse] says yes to
  /// @return completed when the transport it had is not used any more, at once when it is kept
  public CompletionStage<@Nullable Void> use(DeliverySettings settings, Transport transport) {
    metrics.count(settings.signals());
    setup = setup.next(settings, context.ledger());
    splits.use(settings.limits());
    room.retryAtMost(settings.maxRetrying());
    admission.resize(capacityUnits(settings.queue()), settings.maxBytes());
    CompletableFuture<@Nullable Void> released = new CompletableFuture<>();
    scheduler.schedule(0, () -> loop.use(settings, transport, released));
    return released.minimalCompletionStage();
  }

  /// Keeps metrics that have to stay in order back until [#releaseOrdered]: another delivery to
  /// what may be the same backend still sends what came before them. Everything else is sent.
  public void holdOrdered() {
    room.holdOrdered();
  }

  /// Sends what [#holdOrdered] kept.
  public void releaseOrdered() {
    room.releaseOrdered();
    loop.wake();
  }

  @Override
  public String exporterId() {
    return setup.settings().exporterId();
  }

  @Override
  public boolean required() {
    return setup.settings().required();
  }

  @Override
  public boolean blocksOnOverflow() {
    return setup.settings().queue().blockOnOverflow();
  }

  @Override
  public boolean couldEverFit(long bytes, int items) {
    return admission.couldEverFit(admission.units(bytes, items), bytes);
  }

  @Override
  public boolean mayTake(long bytes) {
    if (!refuses || draining.get() || blocksOnOverflow() || dropsOldest()) {
      return true;
    }
    if (admission.hasRoom(admission.units(bytes, 1), bytes)) {
      refuses = false;
      return true;
    }
    return false;
  }

  @Override
  public void onRoom(Runnable callback) {
    admission.onRoom(callback);
  }

  /// Reserves a place, see [PayloadQueue#tryReserve]; never after [#drain] or [#retire] was called.
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
    return null;
  }

  @Override
  public void refused(Signal signal, int items) {
    metrics.enqueueFailed(signal, items);
    refuses = true;
    log.warn(RateLimitedLog.Kind.QUEUE_FULL, items, admission::taken);
  }

  private boolean take(Signal signal, long units, long bytes) {
    while (!admission.tryTake(signal, units, bytes)) {
      if (!dropsOldest() || !admission.couldEverFit(units, bytes)) {
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

  private boolean dropsOldest() {
    QueueConfig queue = setup.settings().queue();
    return queue.enabled() && queue.overflow() == QueueConfig.Overflow.DROP_OLDEST;
  }

  /// Takes in nothing more and sends what is there by the usual schedule of retries, because the
  /// configuration names this destination no more; books the rest as lost to the reload at the
  /// deadline. [#drain] may follow.
  ///
  /// @param deadlineNanos a moment of the clock
  /// @return completed when every item is booked
  public CompletionStage<@Nullable Void> retire(long deadlineNanos) {
    if (draining.compareAndSet(false, true)) {
      endReason = DropReason.RELOAD;
      scheduler.schedule(0, loop::flush);
      onRelease();
    }
    end(DropReason.RELOAD, deadlineNanos);
    return drained.minimalCompletionStage();
  }

  /// Takes in nothing more, sends what is there (without waiting for company or for the end of a
  /// backoff, and again shortly after a failure) and books the rest as lost to the shutdown at the
  /// deadline. A second call may only bring the deadline forward.
  ///
  /// @param deadlineNanos a moment of the clock
  /// @return completed when every item is booked
  public CompletionStage<@Nullable Void> drain(long deadlineNanos) {
    if (stopping.compareAndSet(false, true)) {
      draining.set(true);
      scheduler.schedule(0, loop::drain);
      onRelease();
    }
    end(DropReason.SHUTDOWN, deadlineNanos);
    return drained.minimalCompletionStage();
  }

  /// Completed when every item is booked after [#retire] or [#drain].
  public CompletionStage<@Nullable Void> drained() {
    return drained.minimalCompletionStage();
  }

  private void end(DropReason reason, long deadlineNanos) {
    scheduler.schedule(
        Math.max(0, deadlineNanos - clock.nanoTime()),
        () -> {
          if (!drained.isDone()) {
            loop.close(reason);
            finish();
          }
        });
  }

  private void onRelease() {
    if (draining.get() && admission.isEmpty()) {
      finish();
    }
  }

  private void finish() {
    if (drained.complete(null) && endReason == DropReason.RELOAD) {
      metrics.unbind();
    }
  }

  private void wake() {
    loop.wake();
  }

  /// @param chunks what the payload is from now on
  private void enqueue(
      Setup now,
      PipelineId pipeline,
      Payload payload,
      QueuedPayload queued,
      List<MetricLane.Part> chunks) {
    Setup.Source source = now.source(pipeline);
    source.ledger().queued(payload.items());
    for (MetricLane.Part part : chunks) {
      Chunk chunk = splits.chunk(queued, payload.with(part.bytes(), part.items()));
      WaitingRoom.Added added =
          room.add(
              new Group.Key(pipeline, payload.tenant(), part.lane(), now.generation()),
              key -> now.group(key, source, now.isOrdered(payload.signal())),
              chunk);
      switch (added) {
        case READY -> loop.wake();
        case WAITS -> {}
        case CLOSED -> bookLate(source, chunk);
      }
    }
  }

  /// What a payload takes of the memory, and so of the queue's bytes.
  private static long heldBytes(List<MetricLane.Part> parts) {
    long held = 0;
    for (MetricLane.Part part : parts) {
      held += part.bytes().heldBytes();
    }
    return held;
  }

  /// The charge of what is queued. Several parts are copies: they are charged beside the payload
  /// they were made of, which other exporters may hold on to.
  private static Reservation charged(
      Reservation whole, List<MetricLane.Part> parts, long heldBytes) {
    if (parts.size() == 1) {
      return whole;
    }
    Reservation own = whole.another(heldBytes);
    whole.release();
    return own;
  }

  /// A part of a payload that was committed after the deadline.
  private void bookLate(Setup.Source source, Chunk chunk) {
    DropReason reason = endReason;
    QueuedPayload queued = chunk.owner();
    source.ledger().dropped(reason, chunk.items());
    metrics.sendFailed(queued.signal(), reason.label(), false, chunk.items());
    if (queued.endChunk()) {
      queued.release();
      room.forget(queued);
      admission.give(queued.signal(), queued.units(), queued.chargedBytes());
      onRelease();
    }
  }

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
      Setup now = setup;
      List<MetricLane.Part> parts = now.parts(payload);
      long neededUnits = admission.units(payload.sizeBytes(), payload.items());
      long neededBytes = heldBytes(parts);
      if (neededUnits > units || neededBytes > bytes) {
        admission.force(signal, Math.max(0, neededUnits - units), Math.max(0, neededBytes - bytes));
      }
      QueuedPayload queued =
          new QueuedPayload(
              signal,
              charged(reservation, parts, neededBytes),
              neededUnits,
              neededBytes,
              clock.nanoTime(),
              parts.size());
      enqueue(now, pipeline, payload, queued, parts);
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
    public long capacityBytes() {
      return admission.capacityBytes();
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
