package dev.headgate.pipeline.process.filter;

import dev.headgate.config.FilterConfig;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.process.EnvelopeWalk;
import dev.headgate.pipeline.process.filter.Operand.Part;
import dev.headgate.pipeline.wire.WireEditor;
import dev.headgate.pipeline.wire.WireScan;

/// Walks a payload and removes the items, span events and data points for which a condition holds.
///
/// **Threading:** confined to one thread.
final class ItemFilter implements EnvelopeWalk.Visitor {
  private static final int EVENT = 11 << 3 | 2;
  private static final int POINT = 1 << 3 | 2;

  private final Rules rules;
  private final Evaluator evaluator;
  private final Subject subject = new Subject();
  private Signal signal = Signal.TRACES;
  private int removedItems;
  private int removedEvents;
  private int keptPoints;

  ItemFilter(Rules rules, FilterConfig.ErrorMode errorMode) {
    this.rules = rules;
    this.evaluator = new Evaluator(errorMode);
  }

  /// The conditions of a filter by what they are about.
  record Rules(
      Conditions span,
      Conditions spanEvent,
      Conditions logRecord,
      Conditions metric,
      Conditions dataPoint) {
    static Rules of(FilterConfig config) {
      return new Rules(
          Conditions.of(ItemContext.SPAN, config.span()),
          Conditions.of(ItemContext.SPAN_EVENT, config.spanEvent()),
          Conditions.of(ItemContext.LOG, config.logRecord()),
          Conditions.of(ItemContext.METRIC, config.metric()),
          Conditions.of(ItemContext.DATA_POINT, config.dataPoint()));
    }

    /// Whether there is nothing to do for a signal.
    boolean isEmpty(Signal signal) {
      return switch (signal) {
        case TRACES -> span.isEmpty() && spanEvent.isEmpty();
        case LOGS -> logRecord.isEmpty();
        case METRICS -> metric.isEmpty() && dataPoint.isEmpty();
      };
    }
  }

  /// Starts a payload.
  void start(Signal signal) {
    this.signal = signal;
    removedItems = 0;
    removedEvents = 0;
    evaluator.takeErrors();
  }

  /// Spans, log records or data points that were removed.
  int removedItems() {
    return removedItems;
  }

  /// Span events that were removed from spans that stay.
  int removedEvents() {
    return removedEvents;
  }

  /// Conditions that could not be evaluated since the start.
  long takeErrors() {
    return evaluator.takeErrors();
  }

  @Override
  public void onResource(byte[] bytes, int from, int to) {
    subject.set(Part.RESOURCE, bytes, from, to);
  }

  @Override
  public void done() {
    subject.clear();
  }

  @Override
  public void onScope(byte[] bytes, int from, int to) {
    subject.set(Part.SCOPE, bytes, from, to);
  }

  @Override
  public boolean keep(byte[] bytes, int from, int to, WireEditor editor) {
    return switch (signal) {
      case TRACES -> keepSpan(bytes, from, to, editor);
      case LOGS -> {
        subject.set(Part.LOG, bytes, from, to);
        yield !dropsItem(rules.logRecord);
      }
      case METRICS -> keepMetric(bytes, from, to, editor);
    };
  }

  private boolean dropsItem(Conditions conditions) {
    boolean drops = evaluator.any(conditions, subject);
    removedItems += drops ? 1 : 0;
    return drops;
  }

  private boolean keepSpan(byte[] bytes, int from, int to, WireEditor editor) {
    subject.set(Part.SPAN, bytes, from, to);
    if (dropsItem(rules.span)) {
      return false;
    }
    if (rules.spanEvent.isEmpty()) {
      return true;
    }
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == EVENT) {
        subject.set(Part.SPAN_EVENT, bytes, WireScan.varintEnd(bytes, length), end);
        if (evaluator.any(rules.spanEvent, subject)) {
          editor.delete(at, end);
          removedEvents++;
        }
      }
      at = end;
    }
    return true;
  }

  private boolean keepMetric(byte[] bytes, int from, int to, WireEditor editor) {
    subject.set(Part.METRIC, bytes, from, to);
    boolean drops = evaluator.any(rules.metric, subject);
    if (!drops && rules.dataPoint.isEmpty()) {
      return true;
    }
    int before = removedItems;
    keptPoints = 0;
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      int attributesField = pointAttributesField(tag);
      if (attributesField != 0) {
        int body = WireScan.varintEnd(bytes, length);
        subject.pointAttributesField(attributesField);
        editor.enter(at, length, body, end);
        walkPoints(bytes, body, end, drops, editor);
        editor.leave();
      }
      at = end;
    }
    return !drops && (keptPoints > 0 || removedItems == before);
  }

  private void walkPoints(byte[] bytes, int from, int to, boolean dropAll, WireEditor editor) {
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == POINT && dropAll) {
        removedItems++;
      } else if (tag == POINT) {
        subject.set(Part.DATA_POINT, bytes, WireScan.varintEnd(bytes, length), end);
        if (dropsItem(rules.dataPoint)) {
          editor.delete(at, end);
        } else {
          keptPoints++;
        }
      }
      at = end;
    }
  }

  /* The number of the points' attributes in a metric's data, or 0 for a field that is none. */
  private static int pointAttributesField(int dataTag) {
    return switch (dataTag) {
      // Gauge, sum and summary.
      case 5 << 3 | 2, 7 << 3 | 2, 11 << 3 | 2 -> 7;
      // Histogram.
      case 9 << 3 | 2 -> 9;
      // Exponential histogram.
      case 10 << 3 | 2 -> 1;
      default -> 0;
    };
  }
}
