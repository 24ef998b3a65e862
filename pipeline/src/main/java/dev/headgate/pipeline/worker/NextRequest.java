package dev.headgate.pipeline.worker;

import dev.headgate.pipeline.log.RateLimitedLog;
import dev.headgate.pipeline.queue.IntakeQueue;
import dev.headgate.pipeline.worker.Foresight.Outlook;
import dev.headgate.pipeline.worker.IngestResult.Overloaded;
import dev.headgate.pipeline.worker.IngestResult.RefusalReason;
import dev.headgate.pipeline.worker.UndecodedRequests.Chosen;
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
    this.foresight = new Foresight(shared.budget(), shared.parked(), shared.clock());
    this.retryAfter = shared.retryAfter();
    this.log = log;
  }

  /// The request to decode, or null when there is none now.
  @Nullable IngestRequest poll(long nowNanos) {
    settled = 0;
    for (Chosen chosen = pollWaiting(nowNanos); chosen != null; chosen = pollWaiting(nowNanos)) {
      if (chosen.outlook() == Outlook.CLEAR) {
        return chosen.request();
      }
      refuse(chosen.request(), chosen.outlook());
    }
    IngestRequest fresh = intake.poll();
    return fresh != null && admits(fresh, nowNanos) ? fresh : null;
  }

  /// How many requests the last [#poll] put in line or refused.
  int settled() {
    return settled;
  }

  private @Nullable Chosen pollWaiting(long nowNanos) {
    return undecoded.poll(request -> lookAhead(request, true, nowNanos), nowNanos);
  }

  /// Whether a new request is to be decoded now; else it was put in line or refused.
  boolean admits(IngestRequest request, long nowNanos) {
    boolean firstInLine = undecoded.firstNeedsBytes() == 0;
    Outlook outlook = lookAhead(request, firstInLine, nowNanos);
    if (outlook == Outlook.CLEAR) {
      return true;
    }
    boolean forMemory = outlook == Outlook.NO_MEMORY;
    if (outlook != Outlook.QUEUE_STUCK
        && undecoded.hold(request, foresight.neededBytes(request), forMemory, nowNanos)) {
      settled++;
    } else {
      refuse(request, outlook);
    }
    return false;
  }

  /// What breaks here breaks again when the request is decoded, which answers it.
  private Outlook lookAhead(IngestRequest request, boolean firstInLine, long nowNanos) {
    try {
      return foresight.clear(request, firstInLine, nowNanos);
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
