package dev.headgate.pipeline.worker;

import dev.headgate.pipeline.log.RateLimitedLog;
import dev.headgate.pipeline.queue.IntakeQueue;
import dev.headgate.pipeline.worker.Foresight.Outlook;
import dev.headgate.pipeline.worker.IngestResult.Overloaded;
import dev.headgate.pipeline.worker.IngestResult.RefusalReason;
import dev.headgate.pipeline.worker.UndecodedRequests.Held;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Which request a worker decodes next: one that has waited undecoded before a new one. On the way
/// to it, those for which there is no room are put in line, and those that have waited too long are
/// refused.
///
/// **Threading:** confined to one worker; the queues behind it are shared.
final class NextRequest {
  private final IntakeQueue<IngestRequest> intake;
  private final UndecodedRequests undecoded;
  private final Foresight foresight;
  private final RateLimitedLog log;
  private final Duration retryAfter;
  private int settled;

  NextRequest(Worker.Shared shared, RateLimitedLog log) {
    this.intake = shared.intake();
    this.undecoded = shared.undecoded();
    this.foresight = new Foresight(shared.budget(), shared.parked());
    this.retryAfter = shared.retryAfter();
    this.log = log;
  }

  /// The request to decode, or null when there is none now.
  @Nullable IngestRequest poll(long nowNanos) {
    settled = 0;
    IngestRequest waited = pollUndecoded(nowNanos);
    if (waited != null) {
      return waited;
    }
    IngestRequest fresh = intake.poll();
    return fresh == null ? null : fresh(fresh, nowNanos);
  }

  /// How many requests the last [#poll] put in line or refused.
  int settled() {
    return settled;
  }

  private @Nullable IngestRequest pollUndecoded(long nowNanos) {
    for (Held late = undecoded.pollExpired(nowNanos);
        late != null;
        late = undecoded.pollExpired(nowNanos)) {
      IngestRequest clear = clearOrRefused(late.request(), lookAhead(late.request(), nowNanos));
      if (clear != null) {
        return clear;
      }
    }
    Held first = undecoded.poll();
    if (first == null) {
      return null;
    }
    Outlook outlook = lookAhead(first.request(), nowNanos);
    if (outlook == Outlook.CLEAR) {
      return first.request();
    }
    if (!undecoded.putBack(first)) {
      refuse(first.request(), outlook);
    }
    return null;
  }

  private @Nullable IngestRequest fresh(IngestRequest request, long nowNanos) {
    boolean behindOthers = undecoded.size() > 0 && Foresight.isWorthIt(request);
    if (behindOthers && putInLine(request, nowNanos)) {
      return null;
    }
    Outlook outlook = lookAhead(request, nowNanos);
    boolean waits =
        switch (outlook) {
          case NO_MEMORY, QUEUE_FULL -> putInLine(request, nowNanos);
          case CLEAR, QUEUE_STUCK -> false;
        };
    return waits ? null : clearOrRefused(request, outlook);
  }

  private boolean putInLine(IngestRequest request, long nowNanos) {
    boolean held = undecoded.hold(request, foresight.neededBytes(request), nowNanos);
    settled += held ? 1 : 0;
    return held;
  }

  private @Nullable IngestRequest clearOrRefused(IngestRequest request, Outlook outlook) {
    if (outlook == Outlook.CLEAR) {
      return request;
    }
    refuse(request, outlook);
    return null;
  }

  /// What breaks here breaks again when the request is decoded, which answers it.
  private Outlook lookAhead(IngestRequest request, long nowNanos) {
    try {
      return foresight.clear(request, nowNanos);
    } catch (RuntimeException e) {
      log.error("worker", "look ahead failed: " + e.getClass().getName());
      return Outlook.CLEAR;
    }
  }

  private void refuse(IngestRequest request, Outlook outlook) {
    RefusalReason reason =
        outlook == Outlook.NO_MEMORY ? RefusalReason.MEMORY : RefusalReason.QUEUE_FULL;
    settled++;
    new Reply(request, log).refuse(new Overloaded(retryAfter, reason), 0);
  }
}
