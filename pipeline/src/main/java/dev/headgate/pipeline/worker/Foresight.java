package dev.headgate.pipeline.worker;

import dev.headgate.pipeline.codec.ContentCoding;
import dev.headgate.pipeline.codec.Decompressor;
import dev.headgate.pipeline.payload.ByteBudget;
import dev.headgate.pipeline.payload.NanoClock;
import dev.headgate.pipeline.payload.Reservation;
import dev.headgate.pipeline.queue.PayloadQueue;
import java.util.List;

/// What would become of a request if it were decoded now, so that nobody decodes in vain. Five
/// times as many compressed requests as the gateway can take left half of its throughput when all
/// were inflated first (2026-11-21).
///
/// **Threading:** confined to one worker.
final class Foresight {
  /// What is smaller is decoded in less time than it is worth, and its items are counted when it is
  /// refused.
  private static final int WORTH_FORESEEING_BYTES = 1 << 16;

  /// How often one is decoded only to be refused, so that refusals go on to be counted by items.
  private static final long LET_THROUGH_NANOS = 100_000_000L;

  private final ByteBudget budget;
  private final ParkedRequests parked;
  private long letThroughNanos;

  Foresight(ByteBudget budget, ParkedRequests parked, NanoClock clock) {
    this.budget = budget;
    this.parked = parked;
    this.letThroughNanos = clock.nanoTime() - LET_THROUGH_NANOS;
  }

  /// What stands in the way of a request.
  enum Outlook {
    /// Nothing that can be foreseen; what it needs is reserved.
    CLEAR,
    /// The budget has no room for what it inflates to, or for what the chains make of it.
    NO_MEMORY,
    /// A queue is full, from which something leaves now and then.
    QUEUE_FULL,
    /// A queue is full, and those who wait for it wait in vain or for long.
    QUEUE_STUCK
  }

  /// Whether looking ahead costs less than decoding.
  static boolean isWorthIt(IngestRequest request) {
    return request.encoding() == IngestRequest.Encoding.PROTOBUF
        && foreseenBytes(request) >= WORTH_FORESEEING_BYTES;
  }

  /// Looks whether a request could go all its way now, and reserves what it needs if so.
  ///
  /// @param firstInLine whether nobody waits for memory who came before it
  Outlook clear(IngestRequest request, boolean firstInLine, long nowNanos) {
    Outlook outlook = Outlook.CLEAR;
    if (isWorthIt(request)) {
      for (Pipeline pipeline : request.lease().pipelines()) {
        switch (queues(pipeline.queues(), foreseenBytes(request), nowNanos)) {
          case QUEUE_STUCK -> {
            return Outlook.QUEUE_STUCK;
          }
          case QUEUE_FULL -> outlook = Outlook.QUEUE_FULL;
          case CLEAR, NO_MEMORY -> {}
        }
      }
      if (outlook == Outlook.CLEAR && !reserve(request, firstInLine)) {
        return Outlook.NO_MEMORY;
      }
    }
    return outlook;
  }

  private Outlook queues(List<PayloadQueue> queues, long bytes, long nowNanos) {
    for (int i = 0; i < queues.size(); i++) {
      PayloadQueue queue = queues.get(i);
      // What can never fit is told so, and needs its true size for that.
      if ((queues.size() == 1 || queue.required())
          && !queue.mayTake(bytes)
          && queue.couldEverFit(bytes, 1)
          && !parked.takesForAMoment(queue, bytes, nowNanos)) {
        if (parked.moves(queue, nowNanos)) {
          return Outlook.QUEUE_FULL;
        }
        if (nowNanos - letThroughNanos < LET_THROUGH_NANOS) {
          return Outlook.QUEUE_STUCK;
        }
        letThroughNanos = nowNanos;
      }
    }
    return Outlook.CLEAR;
  }

  /// True also for what can never fit, which is told so when it is decoded.
  private boolean reserve(IngestRequest request, boolean firstInLine) {
    Reservation reservation = request.reservation();
    long neededBytes = neededBytes(request);
    if (neededBytes == 0 || neededBytes > budget.capacityBytes() - reservation.bytes()) {
      return true;
    }
    reservation.useSpare();
    return firstInLine && reservation.tryGrow(neededBytes);
  }

  /// What has to be free for a request besides its body: what it inflates to, and what the chains
  /// make of that.
  long neededBytes(IngestRequest request) {
    long bytes = Math.min(foreseenBytes(request), request.maxBodyBytes());
    long working = FanOut.workingBytes(bytes, request.lease().pipelines(), budget.capacityBytes());
    return request.coding() == ContentCoding.IDENTITY
        ? working
        : working + Decompressor.neededBytes(bytes, request.maxBodyBytes());
  }

  private static long foreseenBytes(IngestRequest request) {
    return Decompressor.foreseenBytes(request.coding(), request.body());
  }
}
