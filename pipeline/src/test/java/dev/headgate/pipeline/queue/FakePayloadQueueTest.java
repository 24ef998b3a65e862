package dev.headgate.pipeline.queue;

import dev.headgate.pipeline.ledger.Ledger;

/// The fake keeps the contract too, so that what is tested against it holds.
class FakePayloadQueueTest extends PayloadQueueContract {
  @Override
  protected Subject open(Limits limits, Ledger ledger) {
    FakePayloadQueue queue =
        new FakePayloadQueue(
            EXPORTER,
            new FakePayloadQueue.Behaviour(false, false, limits.dropOldest()),
            limits.sizer(),
            limits.size(),
            limits.maxBytes(),
            ledger);
    return new Subject() {
      @Override
      public PayloadQueue queue() {
        return queue;
      }

      @Override
      public void deliverAll() {
        while (queue.deliverOldest()) {
          continue;
        }
      }
    };
  }
}
