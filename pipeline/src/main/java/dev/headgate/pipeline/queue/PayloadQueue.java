package dev.headgate.pipeline.queue;

import dev.headgate.config.PipelineId;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.payload.Reservation;
import org.jspecify.annotations.Nullable;

/// The way into one exporter, as a worker sees it: reserve a place first, run the chain, then
/// commit. `PayloadQueueContract` in the tests says what every implementation does.
///
/// **Threading:** any thread.
public interface PayloadQueue {
  /// The exporter's id as written in the configuration.
  String exporterId();

  /// Whether a pipeline with several exporters refuses the client when this queue is full.
  boolean required();

  /// Whether a full queue parks the client's request until its deadline. Otherwise it waits for a
  /// moment at most.
  boolean blocksOnOverflow();

  /// Reserves a place for a payload of this length, or returns null when there is none. With
  /// `overflow: drop_oldest` the oldest waiting payloads are dropped (and booked) to make one.
  @Nullable Place tryReserve(Signal signal, long bytes, int items);

  /// Counts items that found no place and do not come again.
  void refused(Signal signal, int items);

  /// Whether it is worth the work to find out what a payload of about this size holds: false while
  /// the queue refuses such payloads anyway.
  boolean mayTake(long bytes);

  /// Whether a payload of this size could ever fit, were the queue empty.
  boolean couldEverFit(long bytes, int items);

  /// Calls back once, on any thread, as soon as something leaves the queue (delivered, dropped or
  /// cancelled); at once when something has left since the last refusal, or the queue is empty.
  /// Never while nothing has left, however much room there is: otherwise a request too large for
  /// that room would be tried without end. The callback is short, does not block and does not
  /// throw; the queue holds none of its locks while it runs.
  void onRoom(Runnable callback);

  /// A reserved place. Exactly one of its methods is called, once.
  interface Place {
    /// Fills the place, and books the items as queued on the pipeline's ledger before a sender can
    /// see them. What the chain made smaller is given back; a payload that it made larger is taken
    /// all the same and counted with its real size, which in bytes is that of its array.
    ///
    /// **Ownership:** takes one hold of the reservation.
    void commit(PipelineId pipeline, Payload payload, Reservation reservation);

    /// Gives the place back.
    void cancel();
  }
}
