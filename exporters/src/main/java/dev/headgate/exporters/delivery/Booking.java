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

  /// Books a batch that the backend took, but for `rejectedItems`.
  void delivered(Batch batch, int rejectedItems) {
    Signal signal = batch.group.key.pipeline().signal();
    int taken = batch.items - rejectedItems;
    batch.group.ledger.delivered(taken);
    metrics.sent(signal, taken);
    if (rejectedItems > 0) {
      batch.group.ledger.dropped(DropReason.PARTIAL_REJECTED, rejectedItems);
      metrics.sendFailed(signal, DropReason.PARTIAL_REJECTED.label(), true, rejectedItems);
    }
    release(batch);
  }

  /// Books a batch that is given up.
  ///
  /// @param errorType what the last attempt ended with, or the reason's own label
  void dropped(Batch batch, DropReason reason, String errorType) {
    Signal signal = batch.group.key.pipeline().signal();
    batch.group.ledger.dropped(reason, batch.items);
    switch (reason.stage()) {
      case SEND, SHUTDOWN ->
          metrics.sendFailed(signal, errorType, isPermanent(reason), batch.items);
      case PROCESS, QUEUE -> metrics.enqueueFailed(signal, batch.items);
    }
    release(batch);
  }

  private static boolean isPermanent(DropReason reason) {
    return reason == DropReason.PERMANENT_ERROR || reason == DropReason.TOO_LARGE;
  }

  private void release(Batch batch) {
    for (Chunk chunk : batch.takeChunks()) {
      QueuedPayload payload = chunk.owner();
      if (payload.endChunk()) {
        payload.reservation().release();
        room.forget(payload);
        admission.give(payload.signal(), payload.units(), payload.chargedBytes());
        afterRelease.run();
      }
    }
  }
}
