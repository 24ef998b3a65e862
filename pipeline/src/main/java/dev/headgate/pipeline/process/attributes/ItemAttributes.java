package dev.headgate.pipeline.process.attributes;

import dev.headgate.config.MatchProperties;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.otlp.AnyValueCursor;
import dev.headgate.pipeline.otlp.MetricData;
import dev.headgate.pipeline.payload.Tenant;
import dev.headgate.pipeline.process.EnvelopeWalk;
import dev.headgate.pipeline.wire.WireEditor;
import dev.headgate.pipeline.wire.WireScan;
import dev.headgate.pipeline.wire.WireType;
import dev.headgate.pipeline.wire.WireWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Applies actions to the attributes of items or resources.
///
/// **Threading:** confined to one thread.
final class ItemAttributes implements EnvelopeWalk.Visitor {
  private static final int FIRST = 1 << 3 | 2;
  private static final int SPAN_ATTRIBUTES = 9;
  private static final int LOG_ATTRIBUTES = 6;
  private static final int RESOURCE_ATTRIBUTES = 1;

  private final List<CompiledAction> actions;
  private final Set<String> headerNames;
  private final Map<String, byte[]> headers = new HashMap<>();
  private final @Nullable ItemMatcher include;
  private final @Nullable ItemMatcher exclude;
  private final AttributeList list = new AttributeList();
  private final AnyValueCursor cursor = new AnyValueCursor();
  private Signal signal = Signal.TRACES;

  ItemAttributes(
      List<CompiledAction> actions,
      Set<String> headerNames,
      @Nullable MatchProperties include,
      @Nullable MatchProperties exclude) {
    this.actions = actions;
    this.headerNames = headerNames;
    this.include = include == null ? null : new ItemMatcher(include);
    this.exclude = exclude == null ? null : new ItemMatcher(exclude);
  }

  /// Begins with a request.
  void begin(Signal signal, Tenant tenant) {
    this.signal = signal;
    headers.clear();
    for (String name : headerNames) {
      String value = tenant.header(name);
      if (value != null) {
        headers.put(name, Values.ofString(value));
      }
    }
  }

  /// Edits the items of a request.
  void editItems(Bytes bytes, WireEditor editor) {
    EnvelopeWalk.walk(bytes, editor, this);
  }

  /// Edits the resources of a request. One that has none gets it when there is something to add.
  void editResources(Bytes request, WireEditor editor) {
    byte[] bytes = request.array();
    int at = 0;
    while (at < request.length()) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == FIRST) {
        int body = WireScan.varintEnd(bytes, length);
        editor.enter(at, length, body, end);
        editResource(bytes, body, end, editor);
        editor.leave();
      }
      at = end;
    }
    done();
  }

  private void editResource(byte[] bytes, int from, int to, WireEditor editor) {
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == FIRST) {
        int body = WireScan.varintEnd(bytes, length);
        editor.enter(at, length, body, end);
        edit(bytes, body, end, RESOURCE_ATTRIBUTES, editor);
        editor.leave();
        return;
      }
      at = end;
    }
    apply(bytes, from, from, RESOURCE_ATTRIBUTES);
    if (list.hasAdded()) {
      WireWriter out = editor.edit(from, from);
      out.writeTag(1, WireType.LENGTH_DELIMITED);
      int mark = out.beginLength();
      list.writeAdded(out);
      out.endLength(mark);
    }
  }

  @Override
  public void onResource(byte[] bytes, int from, int to) {
    if (include != null) {
      include.onResource(bytes, from, to);
    }
    if (exclude != null) {
      exclude.onResource(bytes, from, to);
    }
  }

  @Override
  public void onScope(byte[] bytes, int from, int to) {
    if (include != null) {
      include.onScope(bytes, from, to);
    }
    if (exclude != null) {
      exclude.onScope(bytes, from, to);
    }
  }

  @Override
  public boolean keep(byte[] bytes, int from, int to, WireEditor editor) {
    if (!isWanted(bytes, from, to)) {
      return true;
    }
    switch (signal) {
      case TRACES -> edit(bytes, from, to, SPAN_ATTRIBUTES, editor);
      case LOGS -> edit(bytes, from, to, LOG_ATTRIBUTES, editor);
      case METRICS -> editMetric(bytes, from, to, editor);
    }
    return true;
  }

  private boolean isWanted(byte[] bytes, int from, int to) {
    boolean included =
        include == null || !include.concerns(signal) || include.matches(signal, bytes, from, to);
    return included
        && (exclude == null
            || !exclude.concerns(signal)
            || !exclude.matches(signal, bytes, from, to));
  }

  private void editMetric(byte[] bytes, int from, int to, WireEditor editor) {
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      int field = MetricData.ofTag(tag).attributesField();
      if (field != 0) {
        int body = WireScan.varintEnd(bytes, length);
        editor.enter(at, length, body, end);
        editPoints(bytes, body, end, field, editor);
        editor.leave();
      }
      at = end;
    }
  }

  private void editPoints(byte[] bytes, int from, int to, int field, WireEditor editor) {
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == FIRST) {
        int body = WireScan.varintEnd(bytes, length);
        editor.enter(at, length, body, end);
        edit(bytes, body, end, field, editor);
        editor.leave();
      }
      at = end;
    }
  }

  private void edit(byte[] bytes, int from, int to, int field, WireEditor editor) {
    apply(bytes, from, to, field);
    list.apply(editor, to);
  }

  private void apply(byte[] bytes, int from, int to, int field) {
    list.read(bytes, from, to, field);
    for (int i = 0; i < actions.size(); i++) {
      actions.get(i).apply(list, cursor, headers);
    }
  }

  /// Lets go of the bytes and headers looked at last.
  @Override
  public void done() {
    list.clear();
    headers.clear();
  }
}
