package dev.headgate.pipeline.process;

import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.wire.WireEditor;
import dev.headgate.pipeline.wire.WireScan;

/// The walk over the three levels that all signals share: resource envelope, scope envelope, and
/// then spans, log records or metrics. What the visitor does not keep is removed together with the
/// envelopes that become empty by it, as the Collector does; an envelope that came empty stays
/// unless the visitor says otherwise.
///
/// **Threading:** any thread; the editor and the visitor belong to one.
public final class EnvelopeWalk {
  private static final int FIRST = 1 << 3 | 2;
  private static final int SECOND = 2 << 3 | 2;

  private EnvelopeWalk() {}

  /// What is told of a request in the order of its bytes.
  public interface Visitor {
    /// The items that follow belong to this Resource: its body is `bytes[from, to)`, empty when
    /// there is none.
    void onResource(byte[] bytes, int from, int to);

    /// The items that follow belong to this InstrumentationScope: its body is `bytes[from, to)`,
    /// empty when there is none.
    void onScope(byte[] bytes, int from, int to);

    /// A span, log record or metric with the body `bytes[from, to)`. The editor stands inside it
    /// and may be used for edits in it.
    ///
    /// @return whether it stays
    boolean keep(byte[] bytes, int from, int to, WireEditor editor);

    /// Whether envelopes that came empty are removed too.
    default boolean removesEmpty() {
      return false;
    }

    /// The walk is over: lets go of the bytes, which may be large while the visitor lives on.
    default void done() {}
  }

  /// Walks a checked request. The editor was reset to the whole of it.
  public static void walk(Bytes request, WireEditor editor, Visitor visitor) {
    byte[] bytes = request.array();
    int at = 0;
    while (at < request.length()) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == FIRST) {
        int body = WireScan.varintEnd(bytes, length);
        editor.enter(at, length, body, end);
        leave(editor, walkResource(bytes, body, end, editor, visitor));
      }
      at = end;
    }
    visitor.done();
  }

  private static boolean walkResource(
      byte[] bytes, int from, int to, WireEditor editor, Visitor visitor) {
    int resource = find(bytes, from, to, FIRST);
    visitor.onResource(bytes, bodyOf(bytes, resource), endOf(bytes, resource));
    int kept = 0;
    int removed = 0;
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == SECOND) {
        int body = WireScan.varintEnd(bytes, length);
        editor.enter(at, length, body, end);
        boolean stays = walkScope(bytes, body, end, editor, visitor);
        leave(editor, stays);
        kept += stays ? 1 : 0;
        removed += stays ? 0 : 1;
      }
      at = end;
    }
    return kept > 0 || (removed == 0 && !visitor.removesEmpty());
  }

  private static boolean walkScope(
      byte[] bytes, int from, int to, WireEditor editor, Visitor visitor) {
    int scope = find(bytes, from, to, FIRST);
    visitor.onScope(bytes, bodyOf(bytes, scope), endOf(bytes, scope));
    int kept = 0;
    int removed = 0;
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == SECOND) {
        int body = WireScan.varintEnd(bytes, length);
        editor.enter(at, length, body, end);
        boolean stays = visitor.keep(bytes, body, end, editor);
        leave(editor, stays);
        kept += stays ? 1 : 0;
        removed += stays ? 0 : 1;
      }
      at = end;
    }
    return kept > 0 || (removed == 0 && !visitor.removesEmpty());
  }

  private static void leave(WireEditor editor, boolean stays) {
    if (stays) {
      editor.leave();
    } else {
      editor.leaveAndDelete();
    }
  }

  /* Where the length of the first field with a one-byte tag begins, or -1. */
  private static int find(byte[] bytes, int from, int to, int wanted) {
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      if (tag == wanted) {
        return length;
      }
      at = WireScan.skip(bytes, tag, length);
    }
    return -1;
  }

  private static int bodyOf(byte[] bytes, int length) {
    return length < 0 ? 0 : WireScan.varintEnd(bytes, length);
  }

  private static int endOf(byte[] bytes, int length) {
    return length < 0 ? 0 : WireScan.skip(bytes, FIRST, length);
  }
}
