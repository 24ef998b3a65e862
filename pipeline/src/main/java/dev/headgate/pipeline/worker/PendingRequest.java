package dev.headgate.pipeline.worker;

import dev.headgate.pipeline.otlp.CheckedRequest;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.queue.PayloadQueue;
import org.jspecify.annotations.Nullable;

/// A request that was checked and waits for places in the queues. Its body as sent is gone; its
/// reservation is the charge of the payload's array and carries it.
///
/// **Ownership:** whoever holds it owes the reply.
///
/// @param deadlineNanos when the client gives up
/// @param waiting for room in a full queue, the last one if it has waited for several; null before
record PendingRequest(
    Reply reply,
    CheckedRequest checked,
    Payload payload,
    long deadlineNanos,
    @Nullable Wait waiting) {
  /// A wait for room in a queue.
  ///
  /// @param number in the order of coming
  /// @param momentary whether it is for a moment only, because the queue did not block when it
  ///   began
  /// @param again whether it goes on after room that others took
  record Wait(
      PayloadQueue queue,
      long number,
      long sinceNanos,
      long untilNanos,
      boolean momentary,
      boolean again) {
    Wait goingOn() {
      return again ? this : new Wait(queue, number, sinceNanos, untilNanos, momentary, true);
    }
  }

  PendingRequest with(Wait next) {
    return new PendingRequest(reply, checked, payload, deadlineNanos, next);
  }

  /// When it is answered at the latest.
  long untilNanos() {
    return waiting == null ? deadlineNanos : waiting.untilNanos();
  }

  boolean isLate(long nowNanos) {
    return nowNanos - untilNanos() >= 0;
  }

  /// All items that the client sent.
  long sentItems() {
    return (long) checked.items() + checked.rejectedItems();
  }
}
