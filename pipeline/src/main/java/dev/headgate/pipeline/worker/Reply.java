package dev.headgate.pipeline.worker;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.ledger.ReceiverMetrics.Repair;
import dev.headgate.pipeline.log.RateLimitedLog;
import dev.headgate.pipeline.otlp.CheckedRequest;
import dev.headgate.pipeline.payload.Reservation;
import java.util.List;
import java.util.function.Consumer;

/// The answer that a request still has to get: books it, lets go of the request's memory and tells
/// the transport, once. Of the bytes it holds what the reservation carries: the body as sent until
/// it was checked, then what was made of it.
///
/// **Threading:** one thread at a time: whoever owns the request.
///
/// **Ownership:** holds the request's reservation and its pipelines until the answer.
final class Reply {
  private final Routing.Lease lease;
  private final Signal signal;
  private final Reservation reservation;
  private final Consumer<IngestResult> responder;
  private final RateLimitedLog log;
  private boolean answered;

  Reply(IngestRequest request, RateLimitedLog log) {
    this.lease = request.lease();
    this.signal = request.signal();
    this.reservation = request.reservation();
    this.responder = request.responder();
    this.log = log;
  }

  /// The pipelines that take the request.
  List<Pipeline> pipelines() {
    return lease.pipelines();
  }

  Signal signal() {
    return signal;
  }

  Reservation reservation() {
    return reservation;
  }

  boolean isAnswered() {
    return answered;
  }

  /// Answers OK, with the items that were rejected one by one.
  void accept(CheckedRequest request) {
    var metrics = lease.route().metrics();
    metrics.accepted(signal, request.items(), request.rejectedItems());
    metrics.repaired(signal, Repair.CANONICALIZED, request.canonicalized() ? 1 : 0);
    metrics.repaired(signal, Repair.EMPTY_KEY, request.droppedAttributes());
    metrics.repaired(signal, Repair.ZERO_TIME, request.repairedTimes());
    answer(new IngestResult.Accepted(request.rejectedItems(), request.rejection()));
  }

  /// Answers that nothing of the request was taken.
  ///
  /// @param items how many it holds, 0 when they were not counted yet
  void refuse(IngestResult refusal, long items) {
    lease.route().metrics().refused(signal, refusal.refusalLabel(), items);
    answer(refusal);
  }

  private void answer(IngestResult result) {
    if (answered) {
      throw new IllegalStateException("request answered twice");
    }
    answered = true;
    // First the memory, so that the client's next request finds it free.
    reservation.release();
    lease.release();
    try {
      responder.accept(result);
    } catch (RuntimeException e) {
      log.error("responder", "responder failed: " + e.getClass().getName());
    }
  }
}
