package dev.headgate.pipeline.process.transform;

import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.process.ottl.Part;
import dev.headgate.pipeline.wire.WireEditor;
import dev.headgate.pipeline.wire.WireScan;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What statements made of the messages around the items they are about: it is known only behind
/// the items, and so written by a second walk. Messages are told by the order they come in.
///
/// **Threading:** confined to one thread at a time.
final class OuterChanges {
  private static final int FIRST = 1 << 3 | 2;
  private static final int SECOND = 2 << 3 | 2;

  private final List<@Nullable Bytes> resources = new ArrayList<>();
  private final List<@Nullable Bytes> scopes = new ArrayList<>();
  private final List<@Nullable Bytes> items = new ArrayList<>();
  private boolean any;

  /// Forgets all.
  void clear() {
    resources.clear();
    scopes.clear();
    items.clear();
    any = false;
  }

  /// Whether there is anything to write.
  boolean any() {
    return any;
  }

  /// The next Resource becomes this, or stays (null).
  void resource(@Nullable Bytes changed) {
    add(resources, changed);
  }

  /// The next InstrumentationScope becomes this, or stays (null).
  void scope(@Nullable Bytes changed) {
    add(scopes, changed);
  }

  /// The next span or metric becomes this with its events or data, or stays (null).
  void item(@Nullable Bytes changed) {
    add(items, changed);
  }

  private void add(List<@Nullable Bytes> list, @Nullable Bytes changed) {
    list.add(changed);
    any |= changed != null;
  }

  /// Writes the changes into a request that has the same messages; the editor was reset to it.
  ///
  /// @param part what the items are
  void write(Bytes request, Part part, WireEditor editor) {
    int nextResource = 0;
    int nextScope = 0;
    int nextItem = 0;
    byte[] bytes = request.array();
    int at = 0;
    while (at < request.length()) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == FIRST) {
        int body = WireScan.varintEnd(bytes, length);
        editor.enter(at, length, body, end);
        Bytes resource = next(resources, nextResource++);
        insertFirst(bytes, body, end, resource, editor);
        for (int in = body; in < end; ) {
          int innerTag = (int) WireScan.varint(bytes, in);
          int innerLength = WireScan.varintEnd(bytes, in);
          int innerEnd = WireScan.skip(bytes, innerTag, innerLength);
          if (innerTag == FIRST && resource != null) {
            replaceFirst(in, innerEnd, resource, editor);
          } else if (innerTag == SECOND) {
            int scopeBody = WireScan.varintEnd(bytes, innerLength);
            editor.enter(in, innerLength, scopeBody, innerEnd);
            Bytes scope = next(scopes, nextScope++);
            nextItem = writeScope(bytes, scopeBody, innerEnd, scope, nextItem, part, editor);
            editor.leave();
          }
          in = innerEnd;
        }
        editor.leave();
      }
      at = end;
    }
  }

  private int writeScope(
      byte[] bytes,
      int from,
      int to,
      @Nullable Bytes scope,
      int firstItem,
      Part part,
      WireEditor editor) {
    int nextItem = firstItem;
    insertFirst(bytes, from, to, scope, editor);
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == FIRST && scope != null) {
        replaceFirst(at, end, scope, editor);
      } else if (tag == SECOND) {
        Bytes item = next(items, nextItem++);
        if (item != null) {
          int body = WireScan.varintEnd(bytes, length);
          editor.enter(at, length, body, end);
          Children.replaceOthers(part, bytes, body, end, item, editor);
          editor.leave();
        }
      }
      at = end;
    }
    return nextItem;
  }

  private static @Nullable Bytes next(List<@Nullable Bytes> list, int index) {
    return index < list.size() ? list.get(index) : null;
  }

  /// Writes the Resource or InstrumentationScope of an envelope that has none.
  static void insertFirst(
      byte[] bytes, int from, int to, @Nullable Bytes message, WireEditor editor) {
    if (message != null && !new Splice().find(bytes, from, to, 1)) {
      editor.edit(from, from).writeBytesField(1, message.array(), 0, message.length());
    }
  }

  /// Writes the Resource or InstrumentationScope in the place of the field `[from, to)`.
  static void replaceFirst(int from, int to, Bytes message, WireEditor editor) {
    editor.edit(from, to).writeBytesField(1, message.array(), 0, message.length());
  }
}
