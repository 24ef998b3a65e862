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
/// @param awaited the full queue whose room it waits for, or waited for the last time; null before
record PendingRequest(
    Reply reply,
    CheckedRequest checked,
    Payload payload,
    long deadlineNanos,
    @Nullable PayloadQueue awaited) {
  /// The same request, which from now on waits for room in a queue.
  PendingRequest awaiting(PayloadQueue full, long newDeadlineNanos) {
    return new PendingRequest(reply, checked, payload, newDeadlineNanos, full);
  }

  boolean isLate(long nowNanos) {
    return nowNanos - deadlineNanos >= 0;
  }

  /// All items that the client sent.
  long sentItems() {
    return (long) checked.items() + checked.rejectedItems();
  }
}
