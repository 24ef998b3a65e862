package dev.headgate.pipeline.process.cardinality;

import dev.headgate.config.CardinalityGuardConfig;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.ledger.DropReason;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.process.ChainContext;
import dev.headgate.pipeline.process.EnvelopeWalk;
import dev.headgate.pipeline.process.Processor;
import dev.headgate.pipeline.process.regex.Lender;
import dev.headgate.pipeline.wire.WireEditor;

/// The `cardinality_guard` processor: a budget of distinct series per service and metric, and of
/// distinct values per label. A series is known by its point's attributes alone, so that replicas
/// of a service share one budget. Points over budget are removed, with the metrics and envelopes
/// they leave empty; everything else passes untouched.
///
/// **Threading:** any thread.
public final class CardinalityGuardProcessor implements Processor {
  private final Lender<MetricGuard> guards;

  /// @param id the component's id as written
  /// @param state what is remembered; the same for every processor of that id
  public CardinalityGuardProcessor(
      String id, CardinalityGuardConfig config, GuardState state, GuardMetrics metrics) {
    GuardMetrics.Bound bound = metrics.bind(id, config.enforce(), state);
    LabelRules rules = new LabelRules(config, state.hash(), bound.unlisted());
    guards = new Lender<>(() -> new MetricGuard(config, state, rules, bound));
  }

  @Override
  public Payload process(Payload payload, ChainContext context) {
    if (payload.signal() != Signal.METRICS) {
      return payload;
    }
    Bytes bytes = payload.bytes();
    WireEditor editor = context.editor();
    editor.reset(bytes);
    MetricGuard guard = guards.take();
    guard.start();
    EnvelopeWalk.walk(bytes, editor, guard);
    Bytes edited = editor.finish();
    int removed = guard.removedPoints();
    guards.giveBack(guard);
    if (edited == null) {
      return payload;
    }
    context.drop(DropReason.CARDINALITY, removed);
    int items = payload.items() - removed;
    return payload.with(edited, items);
  }
}
