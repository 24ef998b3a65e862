package dev.headgate.pipeline.process.filter;

import dev.headgate.config.FilterConfig;
import dev.headgate.config.OttlGroup;
import dev.headgate.pipeline.ledger.DropReason;
import dev.headgate.pipeline.log.RateLimitedLog;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.process.ChainContext;
import dev.headgate.pipeline.process.Processor;
import dev.headgate.pipeline.process.ottl.Context;
import dev.headgate.pipeline.process.ottl.FailureReport;
import dev.headgate.pipeline.process.ottl.Groups;
import dev.headgate.pipeline.process.ottl.OttlException;
import dev.headgate.pipeline.process.regex.Lender;
import dev.headgate.pipeline.wire.WireEditor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The `filter` processor: removes resources, scopes, spans, span events, log records, metrics and
/// data points for which any condition of a group holds, and what becomes empty by it.
///
/// **Threading:** any thread.
public final class FilterProcessor implements Processor {
  private final List<Pass> passes;
  private final FilterMetrics.Bound metrics;

  /// One group: its conditions and what walks a payload with them.
  private record Pass(FilterRules rules, Lender<FilterWalk> walks) {}

  /// @param id the component's id as written
  /// @param log for conditions that cannot be evaluated
  public FilterProcessor(
      String id, FilterConfig config, FilterMetrics metrics, RateLimitedLog log) {
    this.metrics = metrics.bind(id);
    this.passes = new ArrayList<>();
    for (OttlGroup group : config.groups()) {
      FilterRules rules = FilterRules.of(group);
      FailureReport failures = new FailureReport(id, group.errorMode(), this.metrics.errors(), log);
      passes.add(new Pass(rules, new Lender<>(() -> new FilterWalk(rules, failures))));
    }
  }

  /// What is wrong with a condition of a group, or null when it is fine.
  public static @Nullable String problem(OttlGroup group, String text) {
    try {
      Context context = Groups.context(group, List.of(text));
      Groups.checkCondition(group, context, text);
      return null;
    } catch (OttlException e) {
      return e.problem();
    }
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // whether a pass made another payload
  public Payload process(Payload payload, ChainContext context) {
    Payload current = payload;
    for (Pass pass : passes) {
      if (pass.rules().signal() == payload.signal() && current.items() > 0) {
        Payload next = run(pass, current, context);
        if (next != current && current != payload) {
          current.bytes().release(); // between two passes
        }
        current = next;
      }
    }
    return current;
  }

  private Payload run(Pass pass, Payload payload, ChainContext context) {
    Bytes bytes = payload.bytes();
    WireEditor editor = context.editor();
    editor.reset(bytes);
    FilterWalk walk = pass.walks().take();
    walk.run(bytes, editor);
    Bytes edited = editor.finish();
    int removed = walk.removedItems();
    metrics.add(payload.signal(), removed, walk.removedEvents());
    pass.walks().giveBack(walk);
    if (edited == null) {
      return payload;
    }
    context.drop(DropReason.FILTERED, removed);
    int items = payload.items() - removed;
    return payload.with(edited, items);
  }
}
