package dev.headgate.pipeline.process.filter;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.otlp.MetricData;
import dev.headgate.pipeline.otlp.OtlpCounter;
import dev.headgate.pipeline.process.ottl.Conditions;
import dev.headgate.pipeline.process.ottl.Context;
import dev.headgate.pipeline.process.ottl.Evaluator;
import dev.headgate.pipeline.process.ottl.FailureReport;
import dev.headgate.pipeline.process.ottl.Part;
import dev.headgate.pipeline.process.ottl.Subject;
import dev.headgate.pipeline.wire.WireEditor;
import dev.headgate.pipeline.wire.WireScan;

/// Walks a request and removes what the conditions of a group hold for, and what becomes empty by
/// it; what came empty stays. Reusable.
///
/// **Threading:** confined to one thread at a time.
final class FilterWalk {
  private static final int FIRST = 1 << 3 | 2;
  private static final int SECOND = 2 << 3 | 2;
  private static final int EVENT = 11 << 3 | 2;
  private static final byte[] EMPTY = {};

  private final Signal signal;
  private final Conditions resource;
  private final Conditions scope;
  private final Conditions item;
  private final Conditions part;
  private final FailureReport failures;
  private final Evaluator evaluator = new Evaluator();
  private final Subject subject = new Subject();
  private byte[] bytes = EMPTY;
  private WireEditor editor = new WireEditor();
  private int removedItems;
  private int removedEvents;

  FilterWalk(FilterRules rules, FailureReport failures) {
    this.signal = rules.signal();
    this.failures = failures;
    this.resource = rules.of(Context.RESOURCE);
    this.scope = rules.of(Context.SCOPE);
    this.item =
        switch (signal) {
          case TRACES -> rules.of(Context.SPAN);
          case LOGS -> rules.of(Context.LOG);
          case METRICS -> rules.of(Context.METRIC);
        };
    this.part =
        switch (signal) {
          case TRACES -> rules.of(Context.SPAN_EVENT);
          case LOGS -> Conditions.NONE;
          case METRICS -> rules.of(Context.DATA_POINT);
        };
  }

  /// Spans, log records or data points that the last run removed.
  int removedItems() {
    return removedItems;
  }

  /// Span events that the last run removed from spans that stay.
  int removedEvents() {
    return removedEvents;
  }

  /// Walks a checked request; the editor was reset to the whole of it.
  void run(Bytes request, WireEditor requestEditor) {
    bytes = request.array();
    editor = requestEditor;
    removedItems = 0;
    removedEvents = 0;
    int at = 0;
    while (at < request.length()) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == FIRST) {
        int body = enter(at, length, end);
        leave(keepsResource(body, end), body, end, Level.RESOURCE);
      }
      at = end;
    }
    subject.clear();
    evaluator.clear();
    bytes = EMPTY;
  }

  /// What is removed as a whole, for counting the items in it.
  private enum Level {
    RESOURCE,
    SCOPE
  }

  private int enter(int tagStart, int lengthStart, int end) {
    int body = WireScan.varintEnd(bytes, lengthStart);
    editor.enter(tagStart, lengthStart, body, end);
    return body;
  }

  private void leave(Kept kept, int from, int to, Level level) {
    if (kept == Kept.ALL) {
      editor.leave();
      return;
    }
    if (kept == Kept.DROPPED) {
      removedItems +=
          switch (level) {
            case RESOURCE -> OtlpCounter.countInResource(signal, bytes, from, to);
            case SCOPE -> OtlpCounter.countInScope(signal, bytes, from, to);
          };
    }
    editor.leaveAndDelete();
  }

  /// What a level's conditions and those below it left of a message.
  private enum Kept {
    ALL,
    /// Nothing is left in it; what was in it is counted.
    EMPTY,
    /// A condition held for it; what is in it is not counted yet.
    DROPPED
  }

  private Kept keepsResource(int from, int to) {
    setPart(Part.RESOURCE, from, to);
    if (resource.anyHolds(subject, evaluator, failures)) {
      return Kept.DROPPED;
    }
    boolean deeper = !scope.isEmpty() || !item.isEmpty() || !part.isEmpty();
    int kept = 0;
    int removed = 0;
    int at = deeper ? from : to;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == SECOND) {
        int body = enter(at, length, end);
        Kept stays = keepsScope(body, end);
        leave(stays, body, end, Level.SCOPE);
        kept += stays == Kept.ALL ? 1 : 0;
        removed += stays == Kept.ALL ? 0 : 1;
      }
      at = end;
    }
    return kept > 0 || removed == 0 ? Kept.ALL : Kept.EMPTY;
  }

  private Kept keepsScope(int from, int to) {
    setPart(Part.SCOPE, from, to);
    if (scope.anyHolds(subject, evaluator, failures)) {
      return Kept.DROPPED;
    }
    boolean deeper = !item.isEmpty() || !part.isEmpty();
    int kept = 0;
    int removed = 0;
    int at = deeper ? from : to;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == SECOND) {
        boolean stays = keepsItem(at, length, end);
        kept += stays ? 1 : 0;
        removed += stays ? 0 : 1;
      }
      at = end;
    }
    return kept > 0 || removed == 0 ? Kept.ALL : Kept.EMPTY;
  }

  /* The Resource or InstrumentationScope of an envelope is its first field, empty when absent. */
  private void setPart(Part envelope, int from, int to) {
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == FIRST) {
        subject.set(envelope, bytes, WireScan.varintEnd(bytes, length), end);
        return;
      }
      at = end;
    }
    subject.set(envelope, bytes, from, from);
  }

  private boolean keepsItem(int tagStart, int lengthStart, int end) {
    int body = enter(tagStart, lengthStart, end);
    boolean stays =
        switch (signal) {
          case TRACES -> keepsSpan(body, end);
          case LOGS -> keepsRecord(body, end);
          case METRICS -> keepsMetric(body, end);
        };
    if (stays) {
      editor.leave();
    } else {
      editor.leaveAndDelete();
    }
    return stays;
  }

  private boolean keepsRecord(int from, int to) {
    subject.set(Part.LOG, bytes, from, to);
    boolean drops = item.anyHolds(subject, evaluator, failures);
    removedItems += drops ? 1 : 0;
    return !drops;
  }

  private boolean keepsSpan(int from, int to) {
    subject.set(Part.SPAN, bytes, from, to);
    if (item.anyHolds(subject, evaluator, failures)) {
      removedItems++;
      return false;
    }
    int at = part.isEmpty() ? to : from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == EVENT) {
        subject.set(Part.SPAN_EVENT, bytes, WireScan.varintEnd(bytes, length), end);
        if (part.anyHolds(subject, evaluator, failures)) {
          editor.delete(at, end);
          removedEvents++;
        }
      }
      at = end;
    }
    return true;
  }

  private boolean keepsMetric(int from, int to) {
    subject.set(Part.METRIC, bytes, from, to);
    if (item.anyHolds(subject, evaluator, failures)) {
      removedItems += OtlpCounter.countInMetric(bytes, from, to);
      return false;
    }
    boolean stays = true;
    int at = part.isEmpty() ? to : from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      MetricData data = MetricData.ofTag(tag);
      if (data != MetricData.NONE) {
        subject.metricData(data);
        int body = enter(at, length, end);
        stays = keepsPoints(body, end);
        editor.leave();
      }
      at = end;
    }
    return stays;
  }

  private boolean keepsPoints(int from, int to) {
    int kept = 0;
    int before = removedItems;
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == MetricData.POINT_TAG) {
        subject.set(Part.DATA_POINT, bytes, WireScan.varintEnd(bytes, length), end);
        if (part.anyHolds(subject, evaluator, failures)) {
          editor.delete(at, end);
          removedItems++;
        } else {
          kept++;
        }
      }
      at = end;
    }
    return kept > 0 || removedItems == before;
  }
}
