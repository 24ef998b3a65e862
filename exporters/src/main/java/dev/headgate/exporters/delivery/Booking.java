package dev.headgate.exporters.delivery;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.ledger.DropReason;

/// Ends batches: writes every item into the ledger once, and gives back what its payload held.
///
/// **Threading:** any thread; each batch is ended by one.
final class Booking {
  private final ExporterMetrics.Bound metrics;
  private final Admission admission;
  private final WaitingRoom room;
  private final Runnable afterRelease;

  /// @param afterRelease called whenever a payload has left the queue
  Booking(
      ExporterMetrics.Bound metrics, Admission admission, WaitingRoom room, Runnable afterRelease) {
    this.metrics = metrics;
    this.admission = admission;
    this.room = room;
    this.afterRelease = afterRelease;
  }

  /// Books a batch that the backend took, but for `rejectedItems` and what was not sent.
  void delivered(Batch batch, int rejectedItems, ExportOutcome.Adjustments left) {
    int taken = batch.items - rejectedItems - left.items();
    batch.group.ledger.delivered(taken);
    metrics.sent(batch.signal(), taken);
    without(batch, DropReason.PARTIAL_REJECTED, rejectedItems);
    without(batch, DropReason.UNSUPPORTED, left.unsupported());
    without(batch, DropReason.INVALID, left.invalid());
    without(batch, DropReason.DUPLICATE, left.duplicate());
    metrics.adjusted(batch.signal(), left);
    release(batch);
  }

  private void without(Batch batch, DropReason reason, int items) {
    if (items > 0) {
      batch.group.ledger.dropped(reason, items);
      metrics.sendFailed(batch.signal(), reason.label(), true, items);
    }
  }

  /// Books a batch that is given up.
  ///
  /// @param errorType what the last attempt ended with, or the reason's own label
  void dropped(Batch batch, DropReason reason, String errorType) {
    Signal signal = batch.signal();
    batch.group.ledger.dropped(reason, batch.items);
    switch (reason.stage()) {
      case SEND, SHUTDOWN ->
          metrics.sendFailed(signal, errorType, isPermanent(reason), batch.items);
      case PROCESS, QUEUE -> metrics.enqueueFailed(signal, batch.items);
    }
    release(batch);
  }

  private static boolean isPermanent(DropReason reason) {
    return reason == DropReason.PERMANENT_ERROR
        || reason == DropReason.POISON
        || reason == DropReason.TOO_LARGE;
  }

  private void release(Batch batch) {
    for (Chunk chunk : batch.takeChunks()) {
      QueuedPayload payload = chunk.owner();
      if (payload.endChunk()) {
        payload.release();
        room.forget(payload);
        admission.give(payload.signal(), payload.units(), payload.chargedBytes());
        afterRelease.run();
      }
    }
  }
}
