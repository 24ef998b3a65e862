package dev.headgate.pipeline.worker;

import dev.headgate.pipeline.otlp.CheckedRequest;
import dev.headgate.pipeline.payload.Payload;

/// A request that was checked and waits for places in the queues. Its body as sent is gone; its
/// reservation is the charge of the payload's array and carries it.
///
/// **Ownership:** whoever holds it owes the reply.
record PendingRequest(Reply reply, CheckedRequest checked, Payload payload, long deadlineNanos) {
  boolean isLate(long nowNanos) {
    return nowNanos - deadlineNanos >= 0;
  }

  /// All items that the client sent.
  long sentItems() {
    return (long) checked.items() + checked.rejectedItems();
  }
}
