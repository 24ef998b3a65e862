package dev.headgate.exporters.delivery;

import dev.headgate.pipeline.ledger.DropReason;
import java.util.ArrayList;
import java.util.List;

/// What becomes of a batch that the backend will never take as it is: smaller batches that may be
/// taken, or an entry in the ledger.
///
/// **Threading:** confined to the delivery thread.
final class Refusals {
  private final WaitingRoom room;
  private final Splits splits;
  private final Booking booking;
  private final ExporterMetrics.Bound metrics;
  private final RateLimitedLog log;
  private final HuntAllowance allowance;

  Refusals(SendLoop.Parts parts, HuntAllowance allowance) {
    this.room = parts.room();
    this.splits = parts.splits();
    this.booking = parts.booking();
    this.metrics = parts.metrics();
    this.log = parts.log();
    this.allowance = allowance;
  }

  /// Refused for good.
  void permanent(Batch batch, ExportOutcome.Permanent outcome) {
    boolean joined = batch.chunks().size() > 1;
    switch (outcome.remedy()) {
      case NONE -> giveUp(batch, outcome);
      case ISOLATE -> {
        if (joined) {
          isolate(batch, outcome);
        } else {
          giveUp(batch, outcome);
        }
      }
      case BISECT -> {
        if (joined) {
          isolate(batch, outcome);
        } else {
          hunt(batch, outcome);
        }
      }
    }
  }

  private void isolate(Batch batch, ExportOutcome.Permanent outcome) {
    log.warn(RateLimitedLog.Kind.ISOLATED, batch.items, outcome.errorType(), outcome.message());
    List<List<Chunk>> alone = new ArrayList<>(batch.chunks().size());
    for (Chunk chunk : batch.chunks()) {
      alone.add(List.of(chunk));
    }
    room.replace(batch, alone);
  }

  /// Sends a payload that was refused as a whole in parts, until what it was refused for stands
  /// alone.
  private void hunt(Batch batch, ExportOutcome.Permanent outcome) {
    if (batch.hunt != null) {
      batch.hunt.refused();
    }
    if (batch.items == 1) {
      Chunk poison = batch.chunks().getFirst();
      String name = ItemName.of(batch.signal(), poison);
      log.warn(RateLimitedLog.Kind.POISON, 1, outcome.errorType(), name);
      end(batch, DropReason.POISON, outcome.errorType());
      return;
    }
    Hunt hunt = batch.hunt;
    if (hunt == null) {
      hunt = new Hunt(allowance, batch.items);
      batch.hunt = hunt;
    }
    List<List<Chunk>> halves = hunt.tryHalve() ? splits.halve(batch) : List.of();
    if (halves.isEmpty()) {
      giveUp(batch, outcome);
      return;
    }
    metrics.bisected(batch.signal(), halves.size());
    log.warn(RateLimitedLog.Kind.BISECTED, batch.items, outcome.errorType(), outcome.message());
    room.replace(batch, halves);
  }

  /// Too large for the backend.
  void tooLarge(Batch batch, ExportOutcome.TooLarge outcome) {
    Cuts cuts = batch.cuts == null ? new Cuts() : batch.cuts;
    List<List<Chunk>> halves = cuts.tryTake() ? splits.halve(batch) : List.of();
    if (halves.isEmpty()) {
      giveUp(batch, DropReason.TOO_LARGE, outcome.errorType(), outcome.message());
      return;
    }
    log.warn(RateLimitedLog.Kind.SPLIT, batch.items, outcome.errorType(), outcome.message());
    batch.cuts = cuts;
    room.replace(batch, halves);
  }

  private void giveUp(Batch batch, ExportOutcome.Permanent outcome) {
    giveUp(batch, DropReason.PERMANENT_ERROR, outcome.errorType(), outcome.message());
  }

  /// Books a batch as lost and says so.
  void giveUp(Batch batch, DropReason reason, String errorType, String message) {
    log.warn(RateLimitedLog.Kind.DROPPED, batch.items, reason.label() + ", " + errorType, message);
    end(batch, reason, errorType);
  }

  private void end(Batch batch, DropReason reason, String errorType) {
    room.done(batch);
    booking.dropped(batch, reason, errorType);
  }
}
