package dev.headgate.pipeline.otlp;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.wire.WireScan;
import dev.headgate.pipeline.wire.WireType;
import dev.headgate.pipeline.wire.WireWriter;

/// Takes one item out of a checked request, as a request of its own with all that stands around it.
/// It copies that item only; the padded lengths of the messages around it may make it a few bytes
/// longer than a request that holds nothing else.
///
/// **Threading:** confined to one thread; one instance per item.
public final class OtlpItem {
  private static final int USUAL_BYTES = 1 << 10;

  private final byte[] source;
  private final WireWriter out = new WireWriter(USUAL_BYTES);

  /// How many items are still to be passed.
  private int before;

  private OtlpItem(byte[] source, int index) {
    this.source = source;
    this.before = index;
  }

  /// The request with one item.
  ///
  /// @param request a checked request
  /// @param index of the item, from 0 and below the request's count
  public static Bytes take(Signal signal, Bytes request, int index) {
    int count = OtlpCounter.count(signal, request);
    if (index < 0 || index >= count) {
      throw new IllegalArgumentException(
          "index: " + index + " (expected: 0 to below " + count + ")");
    }
    OtlpItem item = new OtlpItem(request.array(), index);
    item.copy(OtlpLevel.root(signal), 0, request.length());
    return Bytes.of(item.out.toByteArray());
  }

  private void copy(OtlpLevel level, int from, int to) {
    int at = from;
    while (at < to) {
      int tagStart = at;
      int tag = (int) WireScan.varint(source, at);
      int lengthStart = WireScan.varintEnd(source, at);
      at = WireScan.skip(source, tag, lengthStart);
      OtlpLevel child = level.child(WireType.field(tag));
      if (child == null) {
        out.writeRaw(source, tagStart, at);
        continue;
      }
      int bodyFrom = WireScan.varintEnd(source, lengthStart);
      int count = child.isItem() ? 1 : OtlpCounter.count(child, source, bodyFrom, at);
      if (before >= 0 && before < count) {
        if (child.isItem()) {
          out.writeRaw(source, tagStart, at);
          before = -1;
        } else {
          out.writeVarint(tag);
          int mark = out.beginLength();
          copy(child, bodyFrom, at);
          out.endLength(mark);
        }
      } else if (before >= 0) {
        before -= count;
      }
    }
  }
}
