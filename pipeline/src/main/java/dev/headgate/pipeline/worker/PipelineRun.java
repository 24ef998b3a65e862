package dev.headgate.pipeline.worker;

import dev.headgate.pipeline.ledger.DropReason;
import dev.headgate.pipeline.ledger.PipelineLedger;
import dev.headgate.pipeline.log.RateLimitedLog;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.payload.Reservation;
import dev.headgate.pipeline.process.ChainContext;
import dev.headgate.pipeline.queue.PayloadQueue;
import dev.headgate.pipeline.queue.PayloadQueue.Place;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One payload on its way through one pipeline: its places, what the chain made of it, and what was
/// dropped.
///
/// **Threading:** confined to one worker.
///
/// **Ownership:** owns the places until [#commit] or [#cancel], one of which is always called; and
/// what the chain made until [#takeBytes].
final class PipelineRun {
  private static final Bytes NOTHING = Bytes.of(new byte[0]);

  private final Pipeline pipeline;
  private final Payload incoming;
  private final List<@Nullable Place> places = new ArrayList<>();
  private final Map<DropReason, Long> drops = new EnumMap<>(DropReason.class);
  private Payload outgoing;

  PipelineRun(Pipeline pipeline, Payload incoming) {
    this.pipeline = pipeline;
    this.incoming = incoming;
    this.outgoing = incoming;
  }

  /// Reserves a place in every queue. Returns the queue that has none although the pipeline cannot
  /// do without, or null when the run may go on; a queue that the pipeline can do without just gets
  /// no place.
  @Nullable PayloadQueue reserve() {
    boolean only = pipeline.queues().size() == 1;
    for (PayloadQueue queue : pipeline.queues()) {
      Place place = queue.tryReserve(incoming.signal(), incoming.sizeBytes(), incoming.items());
      if (place == null && (only || queue.required())) {
        return queue;
      }
      places.add(place);
    }
    return null;
  }

  /// Runs the chain. A processor that fails, or whose drops do not add up, costs the pipeline the
  /// payload: what came out of it cannot be trusted.
  void process(ChainContext context, RateLimitedLog log) {
    for (Pipeline.Stage stage : pipeline.stages()) {
      if (outgoing.items() == 0) {
        return;
      }
      Payload before = outgoing;
      context.clear();
      try {
        outgoing = stage.processor().process(before, context);
        letGo(before);
        bookDrops(context.drops(), before.items() - outgoing.items());
      } catch (RuntimeException e) {
        drops.merge(DropReason.PROCESSOR_ERROR, (long) before.items(), Long::sum);
        Payload broken = outgoing;
        outgoing = before.with(NOTHING, 0);
        letGo(broken);
        log.error(
            "processor " + stage.processorId(),
            "processor failed, payload dropped: processor="
                + stage.processorId()
                + " pipeline="
                + pipeline.id()
                + " error="
                + e.getClass().getName());
      }
      stage.metrics().passed(before.items(), outgoing.items());
    }
  }

  /// What the chain made and replaced is nobody's.
  @SuppressWarnings("ReferenceEquality")
  private void letGo(Payload replaced) {
    if (replaced.bytes() != incoming.bytes() && replaced.bytes() != outgoing.bytes()) {
      replaced.bytes().release();
    }
  }

  private void bookDrops(Map<DropReason, Long> dropped, long missing) {
    long sum = 0;
    for (long items : dropped.values()) {
      sum += items;
    }
    if (sum != missing || missing < 0) {
      throw new IllegalStateException(
          "dropped items: " + sum + " (expected: " + missing + ", as many as are missing)");
    }
    dropped.forEach((reason, items) -> drops.merge(reason, items, Long::sum));
  }

  /// Hands over the new array that the chain made and some queue will hold, or null. A chain that
  /// changed nothing leaves the very same one.
  @SuppressWarnings("ReferenceEquality")
  @Nullable Bytes takeBytes() {
    Bytes made = outgoing.bytes();
    if (made == incoming.bytes()) {
      return null;
    }
    if (outgoing.items() == 0 || !hasPlace()) {
      made.release();
      return null;
    }
    return made;
  }

  private boolean hasPlace() {
    for (Place place : places) {
      if (place != null) {
        return true;
      }
    }
    return false;
  }

  /// Books the request as received and hands the payload to the queues: received first, so that no
  /// moment shows more delivered than received.
  ///
  /// @param reservation the charge of the outgoing array; each queue gets a hold of its own
  void commit(Reservation reservation) {
    PipelineLedger ledger = pipeline.ledger();
    ledger.received(incoming.items());
    drops.forEach(ledger::dropped);
    if (outgoing.items() == 0) {
      cancel();
      return;
    }
    // What gets no place anywhere is nobody's array any more.
    if (pipeline.tap().isOpen() && hasPlace()) {
      pipeline.tap().show(pipeline.id(), outgoing);
    }
    for (int i = 0; i < places.size(); i++) {
      Place place = places.set(i, null);
      if (place != null) {
        place.commit(pipeline.id(), outgoing, reservation.retain());
      } else {
        PayloadQueue full = pipeline.queues().get(i);
        full.refused(outgoing.signal(), outgoing.items());
        ledger.exporter(full.exporterId()).neverQueued(DropReason.QUEUE_FULL, outgoing.items());
      }
    }
  }

  /// Gives back the places that were not filled.
  void cancel() {
    for (int i = 0; i < places.size(); i++) {
      Place place = places.set(i, null);
      if (place != null) {
        place.cancel();
      }
    }
  }
}
