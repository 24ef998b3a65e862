package dev.headgate.pipeline.wire;

import dev.headgate.pipeline.memory.ArrayPool;
import dev.headgate.pipeline.memory.Bytes;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Edits a protobuf message while it is being walked: untouched runs are copied as they are, edited
/// fields are written anew, and the lengths of the messages around an edit are filled in
/// afterwards. As long as nothing is edited nothing is written and nothing is allocated.
///
/// The walk tells the editor where it is with [#enter] and [#leave]; edits are made in ascending
/// order of their source offsets.
///
/// **Threading:** confined to one thread.
public final class WireEditor {
  /*
   * Frames are the messages around the walk's position. A frame is opened, that is its tag and a
   * placeholder for its length are written, by the first edit inside it; opened frames are always the
   * outermost ones: frames [0, opened) of [0, depth). Source bytes [start, copied) are already in the
   * output or were replaced by it; the rest is copied when the next edit or the end of an opened frame
   * shows how far it reaches.
   */
  private static final byte[] EMPTY = {};
  private static final int SCRATCH_BYTES = 1 << 12;
  private static final int KEEP_BYTES = 1 << 20;

  /** What an edited message may leave unused of a lent array: a quarter. */
  private static final int UNUSED_FRACTION = 4;

  private final WireWriter out = new WireWriter(SCRATCH_BYTES);
  private final ArrayPool pool;
  // What `out` writes to instead of its own memory, which waits in `scratch`: not given back yet.
  private byte @Nullable [] lent;
  private byte[] scratch = EMPTY;
  private byte[] source = EMPTY;
  private int end;
  private int copied;
  private boolean changed;
  private int depth;
  private int opened;
  private int[] tagStart = new int[16];
  private int[] lengthStart = new int[16];
  private int[] bodyStart = new int[16];
  private int[] bodyEnd = new int[16];
  private int[] mark = new int[16];

  /// An editor that makes arrays of their own.
  public WireEditor() {
    this(ArrayPool.NONE);
  }

  /// @param pool lends the arrays of edited messages
  public WireEditor(ArrayPool pool) {
    this.pool = pool;
  }

  /// Starts editing a message, see [#reset(byte[], int, int)].
  public void reset(Bytes message) {
    reset(message.array(), 0, message.length());
  }

  /// Starts editing `source[from, to)`. An edit that makes more than [WireWriter#resetForEdit]
  /// allows of it ends in an [OutputLimitException].
  public void reset(byte[] source, int from, int to) {
    this.source = source;
    this.end = to;
    this.copied = from;
    this.changed = false;
    this.depth = 0;
    this.opened = 0;
    giveBack(); // what an edit had that ended in an exception
    out.resetForEdit(KEEP_BYTES, to - from);
  }

  /// The walk goes into a message.
  ///
  /// @param tagStart where its tag begins
  /// @param lengthStart where its length begins
  /// @param bodyStart where its first byte is
  /// @param bodyEnd behind its last byte
  public void enter(int tagStart, int lengthStart, int bodyStart, int bodyEnd) {
    if (depth == mark.length) {
      growFrames();
    }
    this.tagStart[depth] = tagStart;
    this.lengthStart[depth] = lengthStart;
    this.bodyStart[depth] = bodyStart;
    this.bodyEnd[depth] = bodyEnd;
    depth++;
  }

  /// The walk leaves the message entered last.
  public void leave() {
    depth--;
    if (opened > depth) {
      copyTo(bodyEnd[depth]);
      out.endLength(mark[depth]);
      opened = depth;
    }
  }

  /// Leaves the message entered last and removes it, edits inside it included.
  public void leaveAndDelete() {
    depth--;
    if (opened > depth) {
      out.truncate(mark[depth] - (lengthStart[depth] - tagStart[depth]));
      copied = bodyEnd[depth];
      opened = depth;
    } else {
      delete(tagStart[depth], bodyEnd[depth]);
    }
  }

  /// Removes the source bytes `[from, to)`.
  public void delete(int from, int to) {
    edit(from, to);
  }

  /// Replaces the source bytes `[from, to)` by what the caller appends to the writer returned; with
  /// `from == to` that is an insertion.
  public WireWriter edit(int from, int to) {
    if (!changed && (pool.lends(end - copied) || end - copied > KEEP_BYTES)) {
      // Once and straight into the array that it will have, instead of by doubling: the copies of a
      // large message are what memory is short of.
      int length = end - copied;
      lent = pool.take(length + length / 16);
      scratch = out.exchange(lent);
    }
    for (; opened < depth; opened++) {
      copyTo(lengthStart[opened]);
      mark[opened] = out.beginLength();
      copied = bodyStart[opened];
    }
    copyTo(from);
    copied = to;
    changed = true;
    return out;
  }

  /// Replaces the end `[from, to)` of a message in which nothing was edited and that was not
  /// entered, by what the caller appends to the writer returned.
  ///
  /// @param lengthStart where its length is, of one byte before and after
  /// @param length what its length becomes
  public WireWriter editTail(int lengthStart, int length, int from, int to) {
    edit(from, to);
    out.set(out.size() - (from - lengthStart), length);
    return out;
  }

  /// Whether anything was edited since [#reset].
  public boolean changed() {
    return changed;
  }

  /// The edited message, or null when nothing was edited.
  ///
  /// **Ownership:** the caller is its first holder.
  ///
  /// @throws IllegalStateException when the walk has not left every message it entered
  public @Nullable Bytes finish() {
    if (depth != 0) {
      throw new IllegalStateException("messages not left: " + depth + " (expected: 0)");
    }
    Bytes result = null;
    if (changed) {
      copyTo(end);
      result = result();
    }
    source = EMPTY;
    return result;
  }

  private Bytes result() {
    int size = out.size();
    byte[] array = lent;
    Bytes result;
    if (array != null && isInLent() && size >= array.length - array.length / UNUSED_FRACTION) {
      result = pool.lend(array, size);
      out.exchange(scratch);
      lent = null;
    } else {
      result = pool.copy(out.array(), size);
      giveBack();
      out.reset(KEEP_BYTES);
    }
    return result;
  }

  @SuppressWarnings("ReferenceEquality") // the very array, or a larger one of the writer's own
  private boolean isInLent() {
    return out.array() == lent;
  }

  private void giveBack() {
    byte[] array = lent;
    if (array != null) {
      out.exchange(scratch);
      lent = null;
      pool.giveBack(array);
    }
  }

  private void copyTo(int to) {
    if (to > copied) {
      out.writeRaw(source, copied, to);
      copied = to;
    }
  }

  private void growFrames() {
    int length = mark.length * 2;
    tagStart = Arrays.copyOf(tagStart, length);
    lengthStart = Arrays.copyOf(lengthStart, length);
    bodyStart = Arrays.copyOf(bodyStart, length);
    bodyEnd = Arrays.copyOf(bodyEnd, length);
    mark = Arrays.copyOf(mark, length);
  }
}
