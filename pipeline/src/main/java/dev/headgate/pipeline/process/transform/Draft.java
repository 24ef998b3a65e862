package dev.headgate.pipeline.process.transform;

import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.process.ottl.Part;
import dev.headgate.pipeline.process.ottl.Subject;
import dev.headgate.pipeline.wire.WireEditor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The body of a message while statements change it. What reads the subject sees each change.
/// Reusable.
///
/// **Threading:** confined to one thread at a time.
final class Draft {
  private static final byte[] EMPTY = {};

  private final Part part;
  private final Subject subject;
  private final WireEditor editor = new WireEditor();
  private byte[] original = EMPTY;
  private int originalFrom;
  private int originalTo;
  private byte[] bytes = EMPTY;
  private @Nullable Bytes edited; // what has `bytes` as its array since the first change
  private int from;
  private int to;

  Draft(Part part, Subject subject) {
    this.part = part;
    this.subject = subject;
  }

  /// Starts with the body `bytes[from, to)`.
  void start(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    remember();
    subject.set(part, bytes, from, to);
  }

  private void remember() {
    edited = null;
    original = bytes;
    originalFrom = from;
    originalTo = to;
  }

  /// Starts with the body `bytes[from, to)` of a message whose children are edited by somebody
  /// else, and leaves them out.
  void startWithoutChildren(byte[] bytes, int from, int to) {
    start(bytes, from, to);
    WireEditor head = edit();
    Children.delete(part, bytes, from, to, head);
    take();
    remember();
  }

  byte[] bytes() {
    return bytes;
  }

  int from() {
    return from;
  }

  int to() {
    return to;
  }

  /// The editor for the next change of the body, to be followed by [#take] or [#discard].
  WireEditor edit() {
    editor.reset(bytes, from, to);
    return editor;
  }

  /// The body becomes what the editor made of it.
  void take() {
    Bytes result = editor.finish();
    if (result != null) {
      edited = result;
      bytes = result.array();
      from = 0;
      to = result.length();
      subject.change(part, bytes, from, to);
    }
  }

  /// The body stays what it was.
  void discard() {
    Bytes _ = editor.finish();
  }

  /// The changed body, or null when it is what it was at the start. It outlives the draft: no pool
  /// lends what this editor makes.
  @Nullable Bytes changed() {
    boolean same =
        edited == null || Arrays.equals(bytes, from, to, original, originalFrom, originalTo);
    return same ? null : edited;
  }

  /// Lets go of the bytes.
  void clear() {
    bytes = EMPTY;
    edited = null;
    original = EMPTY;
  }
}
