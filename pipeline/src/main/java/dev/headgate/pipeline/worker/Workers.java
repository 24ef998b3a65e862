package dev.headgate.pipeline.worker;

import dev.headgate.pipeline.ledger.GatewayMetrics;
import dev.headgate.pipeline.log.RateLimitedLog;
import dev.headgate.pipeline.memory.ArrayPool;
import dev.headgate.pipeline.payload.ByteBudget;
import dev.headgate.pipeline.payload.NanoClock;
import dev.headgate.pipeline.queue.IdleWorkers;
import dev.headgate.pipeline.queue.IntakeQueue;
import dev.headgate.pipeline.worker.IngestResult.Overloaded;
import dev.headgate.pipeline.worker.IngestResult.RefusalReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.slf4j.LoggerFactory;

/// The threads `headgate-worker-0` and up, the queue in front of them, what event loops do of their
/// work, and the requests that wait behind them.
///
/// **Threading:** started and stopped by one thread; the intake takes offers from any.
///
/// **Ownership:** owns the threads, the desks of event loops, and every request in the intake.
public final class Workers {
  /// What is larger than this part of the budget may have to wait for its turn ([LargeWork]), with
  /// what the check adds to it.
  private static final int LARGE_FRACTION = 32;

  private static final Duration LOG_INTERVAL = Duration.ofSeconds(10);

  private final WorkerSettings settings;
  private final RequestDecoder.Factory decoders;
  private final Worker.Shared shared;
  private final LoopWork loopWork;
  private final RateLimitedLog log;
  private final List<Thread> threads = new ArrayList<>();

  /// @param pool lends the chains' output
  /// @param decoders creates the decoder of each worker
  /// @param metrics gets the gauges of intake and workers
  public Workers(
      WorkerSettings settings,
      RequestDecoder.Factory decoders,
      ByteBudget budget,
      ArrayPool pool,
      NanoClock clock,
      GatewayMetrics metrics) {
    this.settings = settings;
    this.decoders = decoders;
    IdleWorkers idle = new IdleWorkers(settings.workers());
    IntakeQueue<IngestRequest> intake = new IntakeQueue<>(settings.intakeRequests(), idle);
    ParkedRequests parked =
        new ParkedRequests(settings.maxParkedRequests(), settings.moment(), budget, idle);
    this.shared =
        new Worker.Shared(
            intake,
            parked,
            new UndecodedRequests(settings.moment(), budget, idle),
            idle,
            budget,
            pool,
            clock,
            settings.retryAfter());
    this.log = new RateLimitedLog(LoggerFactory.getLogger(Workers.class), clock, LOG_INTERVAL);
    this.loopWork =
        new LoopWork(
            settings.workers(),
            () -> new Desk(shared, () -> decoders.create(false), log),
            () -> budget.capacityBytes() / LARGE_FRACTION,
            clock);
    metrics.intake(intake::size, intake::capacity);
    metrics.parked(parked::size, parked::capacity);
    metrics.workers(() -> settings.workers() - idle.count(), settings::workers, loopWork::busy);
  }

  /// Where transports put their requests.
  public Intake intake() {
    return new Intake() {
      @Override
      public boolean offer(IngestRequest request) {
        return shared.intake().offer(request);
      }

      @Override
      public boolean offer(IngestRequest request, Executor loop) {
        return (!somebodyWaits() && loopWork.tryWork(request, loop)) || offer(request);
      }
    };
  }

  /// Whether there are requests that came before, and that a worker may go on with now.
  private boolean somebodyWaits() {
    return !shared.intake().isEmpty() || shared.parked().hasReady() || shared.undecoded().hasNews();
  }

  /// How many requests wait undecoded for room.
  public int undecodedRequests() {
    return shared.undecoded().size();
  }

  /// What the first of them needs of the budget, 0 when none waits.
  public long firstNeedsBytes() {
    return shared.undecoded().firstNeedsBytes();
  }

  /// Starts the threads.
  public synchronized void start() {
    if (!threads.isEmpty()) {
      throw new IllegalStateException("workers started twice");
    }
    for (int i = 0; i < settings.workers(); i++) {
      int seat = i;
      threads.add(Thread.ofPlatform().name("headgate-worker-" + seat).start(() -> work(seat)));
    }
  }

  /// Takes no more offers, answers parked requests retryably, works off what is in the intake until
  /// the deadline, answers the rest retryably, and ends the threads. Idempotent.
  ///
  /// @return whether all threads have ended, so that nothing is committed any more
  public synchronized boolean stop(long deadlineNanos) {
    for (PendingRequest pending : shared.parked().close()) {
      pending.reply().refuse(shuttingDown(), pending.sentItems());
    }
    for (IngestRequest waiting : shared.undecoded().close()) {
      new Reply(waiting, log).refuse(shuttingDown(), 0);
    }
    shared.intake().close();
    boolean ended = end(deadlineNanos);
    IngestRequest left;
    while ((left = shared.intake().poll()) != null) {
      new Reply(left, log).refuse(shuttingDown(), 0);
    }
    // A worker that was on time with everything but its last request gets a moment to finish it.
    return ended || end(shared.clock().nanoTime() + Duration.ofMillis(100).toNanos());
  }

  private boolean end(long deadlineNanos) {
    boolean loopsEnded = loopWork.close(deadlineNanos);
    return join(deadlineNanos) && loopsEnded;
  }

  private boolean join(long deadlineNanos) {
    boolean ended = true;
    for (Thread thread : threads) {
      long leftNanos = Math.max(0, deadlineNanos - shared.clock().nanoTime());
      try {
        ended &= thread.join(Duration.ofNanos(leftNanos));
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return ended;
  }

  /// A worker that dies of an `Error` has answered its request; a fresh one, with fresh scratch
  /// memory, takes its seat, so that one poisonous request does not cost the gateway a thread.
  private void work(int seat) {
    boolean finished = false;
    while (!finished) {
      RequestDecoder decoder = decoders.create(true);
      try (decoder) {
        new Worker(seat, shared, decoder, log).run();
        finished = true;
      } catch (RuntimeException | Error e) {
        log.error("worker died", "worker starts afresh: error=" + e.getClass().getName());
      }
    }
  }

  private Overloaded shuttingDown() {
    return new Overloaded(settings.retryAfter(), RefusalReason.SHUTTING_DOWN);
  }
}
