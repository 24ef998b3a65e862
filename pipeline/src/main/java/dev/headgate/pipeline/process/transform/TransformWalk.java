package dev.headgate.pipeline.process.transform;

import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.otlp.MetricData;
import dev.headgate.pipeline.process.ottl.Context;
import dev.headgate.pipeline.process.ottl.FailureReport;
import dev.headgate.pipeline.process.ottl.Part;
import dev.headgate.pipeline.wire.WireEditor;
import dev.headgate.pipeline.wire.WireScan;
import org.jspecify.annotations.Nullable;

/// Walks a request and executes the statements of a group on each message that its context is
/// about. Reusable.
///
/// **Threading:** confined to one thread at a time.
final class TransformWalk {
  /*
   * A message that the context is about is edited where the walk meets it. Messages around it may be
   * changed as long as the walk is inside them, behind the place where they are written: their changes
   * are collected and written by a second walk, see OuterChanges. A span or metric whose events or
   * points are edited is then changed without these.
   */
  private static final int FIRST = 1 << 3 | 2;
  private static final int SECOND = 2 << 3 | 2;
  private static final byte[] EMPTY = {};

  private final StatementGroup group;
  private final Context context;
  private final StatementRun run;
  private final OuterChanges outer = new OuterChanges();
  private final Splice splice = new Splice();
  private final Part itemPart;
  private byte[] bytes = EMPTY;
  private WireEditor editor = new WireEditor();

  TransformWalk(StatementGroup group, FailureReport failures) {
    this.group = group;
    this.context = group.context();
    this.run = new StatementRun(group, failures);
    this.itemPart =
        switch (group.signal()) {
          case TRACES -> Part.SPAN;
          case LOGS -> Part.LOG;
          case METRICS -> Part.METRIC;
        };
  }

  /// The request with the statements executed, or null when they change nothing.
  @Nullable Bytes run(Bytes request, WireEditor requestEditor) {
    bytes = request.array();
    editor = requestEditor;
    outer.clear();
    run.start(request.length());
    editor.reset(request);
    walk(request.length());
    Bytes edited = editor.finish();
    run.clear();
    bytes = EMPTY;
    if (!outer.any()) {
      return edited;
    }
    Bytes inner = edited == null ? request : edited;
    editor.reset(inner);
    outer.write(inner, itemPart, editor);
    outer.clear();
    Bytes result = editor.finish();
    if (result != null && edited != null) {
      edited.release();
    }
    return result == null ? edited : result;
  }

  private void walk(int to) {
    int at = 0;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == FIRST) {
        int body = enter(at, length, end);
        walkResource(body, end);
        editor.leave();
      }
      at = end;
    }
  }

  private int enter(int tagStart, int lengthStart, int end) {
    int body = WireScan.varintEnd(bytes, lengthStart);
    editor.enter(tagStart, lengthStart, body, end);
    return body;
  }

  private void walkResource(int from, int to) {
    Draft resource = startFirst(Part.RESOURCE, from, to);
    if (context == Context.RESOURCE) {
      run.execute();
      writeFirst(resource.changed(), from, to);
      return;
    }
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == SECOND) {
        int body = enter(at, length, end);
        walkScope(body, end);
        editor.leave();
      }
      at = end;
    }
    if (!group.outer().isEmpty()) {
      outer.resource(resource.changed());
    }
  }

  private void walkScope(int from, int to) {
    Draft scope = startFirst(Part.SCOPE, from, to);
    if (context == Context.SCOPE) {
      run.execute();
      writeFirst(scope.changed(), from, to);
      return;
    }
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == SECOND) {
        int body = enter(at, length, end);
        walkItem(body, end);
        editor.leave();
      }
      at = end;
    }
    if (!group.outer().isEmpty()) {
      outer.scope(scope.changed());
    }
  }

  /* The Resource or InstrumentationScope of an envelope, empty when it is absent. */
  private Draft startFirst(Part part, int from, int to) {
    Draft draft = run.draft(part);
    if (splice.find(bytes, from, to, 1)) {
      draft.start(bytes, splice.bodyFrom(bytes), splice.end());
    } else {
      draft.start(bytes, from, from);
    }
    return draft;
  }

  private void writeFirst(@Nullable Bytes changed, int from, int to) {
    if (changed == null) {
      return;
    }
    if (splice.find(bytes, from, to, 1)) {
      OuterChanges.replaceFirst(splice.tagStart(), splice.end(), changed, editor);
    } else {
      OuterChanges.insertFirst(bytes, from, to, changed, editor);
    }
  }

  private void walkItem(int from, int to) {
    Draft item = run.draft(itemPart);
    if (context.part() == itemPart) {
      item.start(bytes, from, to);
      run.execute();
      write(item, from, to);
      return;
    }
    boolean changes = group.outer().contains(itemPart);
    if (changes) {
      item.startWithoutChildren(bytes, from, to);
    } else {
      item.start(bytes, from, to);
    }
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (context == Context.SPAN_EVENT && tag == Children.EVENT) {
        walkPart(Part.SPAN_EVENT, at, length, end);
      } else if (context == Context.DATA_POINT && MetricData.ofTag(tag) != MetricData.NONE) {
        run.subject().metricData(MetricData.ofTag(tag));
        int body = enter(at, length, end);
        walkPoints(body, end);
        editor.leave();
      }
      at = end;
    }
    if (!group.outer().isEmpty()) {
      outer.item(changes ? item.changed() : null);
    }
  }

  private void walkPoints(int from, int to) {
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == MetricData.POINT_TAG) {
        walkPart(Part.DATA_POINT, at, length, end);
      }
      at = end;
    }
  }

  private void walkPart(Part part, int tagStart, int lengthStart, int end) {
    int body = enter(tagStart, lengthStart, end);
    Draft draft = run.draft(part);
    draft.start(bytes, body, end);
    run.execute();
    write(draft, body, end);
    editor.leave();
  }

  private void write(Draft draft, int from, int to) {
    Bytes changed = draft.changed();
    if (changed != null) {
      editor.edit(from, to).writeRaw(changed.array(), 0, changed.length());
    }
  }
}
