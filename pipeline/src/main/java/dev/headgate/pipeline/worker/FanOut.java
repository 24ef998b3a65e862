package dev.headgate.pipeline.worker;

import dev.headgate.pipeline.log.RateLimitedLog;
import dev.headgate.pipeline.memory.ArrayPool;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.payload.ByteBudget;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.payload.Reservation;
import dev.headgate.pipeline.process.ChainContext;
import dev.headgate.pipeline.queue.PayloadQueue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Takes one payload into all pipelines of its route, or into none: memory first, then a place in
/// every queue; then every chain; then every commit. A refusal therefore comes before any chain has
/// seen the payload, and an `Error` in a chain leaves nothing half taken.
///
/// The chains' output is memory too: one copy of the payload per pipeline with a chain is reserved
/// before they run and becomes the charge of the new arrays. Of a payload so large that this could
/// never be had, what is free of the whole budget besides it is enough; what the output then lacks
/// is charged beyond the capacity.
///
/// **Threading:** confined to one worker.
final class FanOut {
  private final ByteBudget budget;
  private final ArrayPool pool;
  private final RateLimitedLog log;
  private final List<PipelineRun> runs = new ArrayList<>();
  private ChainContext context;

  /// @param pool lends the chains' output
  FanOut(ByteBudget budget, ArrayPool pool, RateLimitedLog log) {
    this.budget = budget;
    this.pool = pool;
    this.context = new ChainContext(pool);
    this.log = log;
  }

  /// What became of a payload.
  sealed interface Outcome {
    /// Every queue that must have it has it.
    record Committed() implements Outcome {}

    /// A queue that must have it is full.
    record Full(PayloadQueue queue) implements Outcome {}

    /// A queue that must have it can never take it.
    record NeverFits(PayloadQueue queue) implements Outcome {}

    /// The budget has no room for the chains' output.
    record NoMemory() implements Outcome {}
  }

  private static final Outcome COMMITTED = new Outcome.Committed();
  private static final Outcome NO_MEMORY = new Outcome.NoMemory();

  /// Takes a payload into the pipelines.
  ///
  /// @param reservation the charge of the payload's array, and perhaps of more, which is for the
  ///   chains; the caller keeps its own hold
  Outcome take(Payload payload, List<Pipeline> pipelines, Reservation reservation) {
    // Before the places, because making one may cost others theirs (drop_oldest).
    Reservation working = working(payload, pipelines, reservation);
    if (working == null) {
      return NO_MEMORY;
    }
    try {
      Outcome refusal = reservePlaces(payload, pipelines);
      if (refusal != null) {
        return refusal;
      }
      runChains();
      commit(reservation, working);
      return COMMITTED;
    } finally {
      working.release();
      for (PipelineRun run : runs) {
        run.cancel();
      }
      runs.clear();
    }
  }

  private @Nullable Outcome reservePlaces(Payload payload, List<Pipeline> pipelines) {
    for (Pipeline pipeline : pipelines) {
      PipelineRun run = new PipelineRun(pipeline, payload);
      runs.add(run);
      PayloadQueue full = run.reserve();
      if (full != null) {
        return full.couldEverFit(payload.sizeBytes(), payload.items())
            ? new Outcome.Full(full)
            : new Outcome.NeverFits(full);
      }
    }
    return null;
  }

  private @Nullable Reservation working(
      Payload payload, List<Pipeline> pipelines, Reservation reservation) {
    long bytes = workingBytes(payload.sizeBytes(), pipelines, budget.capacityBytes());
    int heldBytes = payload.bytes().heldBytes();
    long missingBytes = bytes - (reservation.bytes() - heldBytes);
    boolean covered = missingBytes <= 0 || reservation.tryGrow(missingBytes);
    Reservation working = covered ? reservation.splitOff(bytes) : null;
    reservation.shrinkTo(heldBytes);
    return working;
  }

  /// What the chains' output may take besides a payload of that size: a copy for each pipeline that
  /// has processors.
  static long workingBytes(long bytes, List<Pipeline> pipelines, long capacityBytes) {
    long copies = 0;
    for (Pipeline pipeline : pipelines) {
      copies += pipeline.stages().isEmpty() ? 0 : 1;
    }
    return Math.min(copies * bytes, Math.max(0, capacityBytes - bytes));
  }

  private void runChains() {
    boolean done = false;
    try {
      for (PipelineRun run : runs) {
        run.process(context, log);
      }
      done = true;
    } finally {
      if (!done) {
        context = new ChainContext(pool); // whatever state the scratch memory is in
      }
    }
  }

  private void commit(Reservation original, Reservation working) {
    for (PipelineRun run : runs) {
      Bytes made = run.takeBytes();
      if (made == null) {
        run.commit(original);
      } else {
        Reservation own = working.splitOff(made.heldBytes());
        own.carry(made);
        run.commit(own);
        own.release();
      }
    }
  }
}
