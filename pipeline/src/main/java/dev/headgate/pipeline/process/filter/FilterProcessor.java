package dev.headgate.pipeline.process.filter;

import dev.headgate.config.FilterConfig;
import dev.headgate.pipeline.ledger.DropReason;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.process.ChainContext;
import dev.headgate.pipeline.process.EnvelopeWalk;
import dev.headgate.pipeline.process.Processor;
import dev.headgate.pipeline.wire.WireEditor;

/// The `filter` processor: removes spans, span events, log records, metrics and data points for
/// which any condition of their list holds, and what becomes empty by it.
///
/// **Threading:** any thread.
public final class FilterProcessor implements Processor {
  private static final byte[] NOTHING = {};

  private final ItemFilter.Rules rules;
  private final FilterMetrics.Bound metrics;
  private final ThreadLocal<ItemFilter> filters;

  /// @param id the component's id as written
  public FilterProcessor(String id, FilterConfig config, FilterMetrics metrics) {
    this.rules = ItemFilter.Rules.of(config);
    this.metrics = metrics.bind(id);
    this.filters = ThreadLocal.withInitial(() -> new ItemFilter(rules, config.errorMode()));
  }

  @Override
  public Payload process(Payload payload, ChainContext context) {
    if (rules.isEmpty(payload.signal())) {
      return payload;
    }
    byte[] bytes = payload.bytes();
    WireEditor editor = context.editor();
    editor.reset(bytes, 0, bytes.length);
    ItemFilter filter = filters.get();
    filter.start(payload.signal());
    EnvelopeWalk.walk(bytes, editor, filter);
    byte[] edited = editor.finish();
    int removed = filter.removedItems();
    metrics.add(payload.signal(), removed, filter.removedEvents(), filter.takeErrors());
    if (edited == null) {
      return payload;
    }
    context.drop(DropReason.FILTERED, removed);
    int items = payload.items() - removed;
    return payload.with(items == 0 ? NOTHING : edited, items);
  }
}
