package dev.headgate.pipeline.otlp;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.memory.ArrayPool;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.wire.WireScan;
import dev.headgate.pipeline.wire.WireType;
import dev.headgate.pipeline.wire.WireWriter;
import java.util.ArrayList;
import java.util.List;

/// Splits a checked request into smaller ones at resource, scope, metric and item level. Every part
/// repeats what stands around its items: resource, scope, schema URLs, a metric's name, unit and
/// temporality, unknown fields.
///
/// **Threading:** confined to one thread; one instance per split.
public final class OtlpSplitter {
  /*
   * The walk keeps a frame for each message between the request and its position. The frames [0,
   * opened) are open in the part being written, which means that their tags, placeholders for their
   * lengths and their headers (all fields that do not lead to items) stand there. A part is closed by
   * filling in those lengths; the next item opens the frames again in the next part.
   */
  private static final int MAX_LEVELS = 6;
  private static final int FRAME_BYTES = 6;

  /// Headers may be repeated until they make up this many times the request. What would need more
  /// than that is not split, because a request with a large resource and many small items would
  /// otherwise grow without bound.
  private static final int MAX_REPEATED = 4;

  private static final int SMALLEST_ARRAY_BYTES = 1 << 10;

  private final byte[] source;
  private final long maxBytes;
  private final int maxItems;
  private final ArrayPool pool;
  private final int partBytes;
  private WireWriter out = new WireWriter(0);
  private final List<Part> parts = new ArrayList<>();

  private final OtlpLevel[] level = new OtlpLevel[MAX_LEVELS];
  private final int[] tag = new int[MAX_LEVELS];
  private final int[] from = new int[MAX_LEVELS];
  private final int[] to = new int[MAX_LEVELS];
  private final int[] headerBytes = new int[MAX_LEVELS];
  private final int[] mark = new int[MAX_LEVELS];
  private int depth;
  private int opened;
  private int items;
  private boolean written;
  private long repeatableBytes;

  private OtlpSplitter(Bytes request, int count, long maxBytes, int maxItems, ArrayPool pool) {
    this.source = request.array();
    this.maxBytes = maxBytes;
    this.maxItems = maxItems;
    this.pool = pool;
    long share = (long) request.length() * Math.min(count, maxItems) / count;
    // What is repeated, and items that are longer than others: an array that is too short grows.
    long expected = share + share / 16 + SMALLEST_ARRAY_BYTES;
    this.partBytes = (int) Math.min(expected, Math.min(maxBytes, request.length()) + FRAME_BYTES);
    this.repeatableBytes = (long) MAX_REPEATED * request.length();
  }

  /// One of the requests that a request was split into.
  ///
  /// **Ownership:** whoever split is the first holder of the bytes, unless they are the request's.
  ///
  /// @param items spans, log records or data points in it
  public record Part(Bytes bytes, int items) {}

  /// Splits a request. The items keep their order, over all parts and in each. A part is larger
  /// than the limits only if it holds one item, or nothing that could be divided, or if the headers
  /// would have to be repeated beyond all proportion.
  ///
  /// @param bytes a checked request
  /// @param maxBytes the most bytes of one part
  /// @param maxItems the most items of one part
  /// @param pool lends the arrays of the parts
  /// @return the parts, at least one; the identical bytes when it is within the limits
  public static List<Part> split(
      Signal signal, Bytes bytes, long maxBytes, int maxItems, ArrayPool pool) {
    if (maxBytes < 1 || maxItems < 1) {
      throw new IllegalArgumentException(
          "limits: " + maxBytes + " bytes, " + maxItems + " items (expected: at least 1)");
    }
    int count = OtlpCounter.count(signal, bytes);
    if (count <= 1 || (bytes.length() <= maxBytes && count <= maxItems)) {
      return List.of(new Part(bytes, count));
    }
    OtlpSplitter splitter = new OtlpSplitter(bytes, count, maxBytes, maxItems, pool);
    splitter.enter(OtlpLevel.root(signal), 0, 0, bytes.length());
    splitter.children();
    splitter.close();
    return List.copyOf(splitter.parts);
  }

  /// Puts the children of the innermost frame into parts.
  private void children() {
    int frame = depth - 1;
    int at = from[frame];
    int end = to[frame];
    while (at < end) {
      int tagStart = at;
      int childTag = (int) WireScan.varint(source, at);
      int lengthStart = WireScan.varintEnd(source, at);
      at = WireScan.skip(source, childTag, lengthStart);
      OtlpLevel child = level[frame].child(WireType.field(childTag));
      if (child != null) {
        child(child, childTag, tagStart, WireScan.varintEnd(source, lengthStart), at);
      }
    }
  }

  private void child(OtlpLevel child, int childTag, int tagStart, int bodyFrom, int end) {
    int count = child.isItem() ? 1 : OtlpCounter.count(child, source, bodyFrom, end);
    int size = end - tagStart;
    if (!fits(size, count)) {
      if (count > 1 && maySplit(size, count, childTag, bodyFrom, end, child)) {
        enter(child, childTag, bodyFrom, end);
        children();
        leave();
        return;
      }
      close();
    }
    open();
    out.writeRaw(source, tagStart, end);
    items += count;
    written = true;
  }

  /// Whether a child fits into the part being written, counting the frames that it needs opened.
  private boolean fits(int size, int count) {
    long needed = (long) out.size() + size;
    for (int i = opened; i < depth; i++) {
      needed += headerBytes[i] + FRAME_BYTES;
    }
    return needed <= maxBytes && items + count <= maxItems;
  }

  private boolean maySplit(
      int size, int count, int childTag, int bodyFrom, int end, OtlpLevel child) {
    enter(child, childTag, bodyFrom, end);
    long around = 0;
    for (int i = 0; i < depth; i++) {
      around += headerBytes[i] + FRAME_BYTES;
    }
    leave();
    long room = Math.max(1, maxBytes - around);
    long repeats = Math.min(count, 1 + Math.max(size / room, count / maxItems));
    long repeated = repeats * around;
    if (repeated > repeatableBytes) {
      return false;
    }
    repeatableBytes -= repeated;
    return true;
  }

  private void enter(OtlpLevel child, int childTag, int bodyFrom, int end) {
    level[depth] = child;
    tag[depth] = childTag;
    from[depth] = bodyFrom;
    to[depth] = end;
    headerBytes[depth] = 0;
    headers(depth, false);
    depth++;
  }

  private void leave() {
    depth--;
    if (opened > depth) {
      out.endLength(mark[depth]);
      opened = depth;
    }
  }

  /// Opens every frame that is not open in this part yet.
  private void open() {
    if (!written) {
      out = WireWriter.over(pool.take(partBytes));
    }
    for (; opened < depth; opened++) {
      if (opened > 0) {
        out.writeVarint(tag[opened]);
        mark[opened] = out.beginLength();
      }
      headers(opened, true);
    }
  }

  /// Adds up, or writes, the fields of a frame that do not lead to items.
  private void headers(int frame, boolean write) {
    OtlpLevel here = level[frame];
    int at = from[frame];
    int end = to[frame];
    while (at < end) {
      int tagStart = at;
      int fieldTag = (int) WireScan.varint(source, at);
      at = WireScan.skip(source, fieldTag, WireScan.varintEnd(source, at));
      if (here.child(WireType.field(fieldTag)) != null) {
        continue;
      }
      if (write) {
        out.writeRaw(source, tagStart, at);
      } else {
        headerBytes[frame] += at - tagStart;
      }
    }
  }

  /// Ends the part being written, if there is anything in it.
  private void close() {
    while (opened > 1) {
      opened--;
      out.endLength(mark[opened]);
    }
    opened = 0;
    if (written) {
      parts.add(new Part(pool.lend(out.array(), out.size()), items));
    }
    out = new WireWriter(0);
    items = 0;
    written = false;
  }
}
