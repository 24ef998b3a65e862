package dev.headgate.exporters.backend;

import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.otlp.MetricData;
import dev.headgate.pipeline.wire.WireEditor;
import dev.headgate.pipeline.wire.WireScan;

/// Removes from a metrics request what Mimir and Prometheus refuse, the latter with everything else
/// in the request: points without a time, metrics without a name, delta temporality, attributes
/// whose keys are no names. Envelopes that become empty by it go too.
///
/// **Threading:** confined to one thread; one instance per request.
final class PointFilter {
  private static final int FIRST = 1 << 3 | 2;
  private static final int SECOND = 2 << 3 | 2;
  private static final int NAME = 1 << 3 | 2;
  private static final int TEMPORALITY = 2 << 3;
  private static final int CUMULATIVE = 2;
  private static final int TIME = 3 << 3 | 1;
  private static final int SCOPE_ATTRIBUTES = 3 << 3 | 2;

  private final boolean series;
  private final boolean dropsDelta;
  private final WireEditor editor = new WireEditor();
  private final LabelKeys keys = new LabelKeys();
  private byte[] bytes = {};
  private int unsupported;
  private int invalid;
  private int kept;

  /// @param series whether the backend stores series, whose points need a time and a name
  /// @param dropsDelta whether only cumulative sums and histograms pass
  PointFilter(boolean series, boolean dropsDelta) {
    this.series = series;
    this.dropsDelta = dropsDelta;
  }

  /// The request as the backend takes it; the identical bytes when it is so already.
  Bytes adapt(Bytes request) {
    bytes = request.array();
    editor.reset(request);
    level(0, request.length(), 0);
    Bytes edited = editor.finish();
    return edited == null ? request : edited;
  }

  /// Points of a temporality that the backend does not know.
  int unsupported() {
    return unsupported;
  }

  /// Points without a time or a name.
  int invalid() {
    return invalid;
  }

  /// Points that are left.
  int kept() {
    return kept;
  }

  /// Attributes removed for their keys.
  int unusableKeys() {
    return keys.removed();
  }

  /// The request (depth 0), a ResourceMetrics (1) or a ScopeMetrics (2): walks the owner and what
  /// leads to points.
  ///
  /// @return whether it lost its last child
  private boolean level(int from, int to, int depth) {
    int childTag = depth == 0 ? FIRST : SECOND;
    int stay = 0;
    int gone = 0;
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == childTag) {
        int body = WireScan.varintEnd(bytes, length);
        editor.enter(at, length, body, end);
        boolean empty = depth == 2 ? metric(body, end) : level(body, end, depth + 1);
        if (empty) {
          editor.leaveAndDelete();
          gone++;
        } else {
          editor.leave();
          stay++;
        }
      } else if (tag == FIRST && series) {
        int body = WireScan.varintEnd(bytes, length);
        editor.enter(at, length, body, end);
        keys.walk(bytes, body, end, depth == 1 ? FIRST : SCOPE_ATTRIBUTES, editor);
        editor.leave();
      }
      at = end;
    }
    return gone > 0 && stay == 0;
  }

  private boolean metric(int from, int to) {
    boolean named = !series;
    int stay = 0;
    int gone = 0;
    int at = from;
    while (at < to && !named) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      named = tag == NAME && WireScan.varint(bytes, length) != 0;
      at = WireScan.skip(bytes, tag, length);
    }
    at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      int attributes = MetricData.attributesTag(tag);
      if (attributes != 0) {
        int body = WireScan.varintEnd(bytes, length);
        boolean known = !dropsDelta || isCumulative(tag, body, end);
        if (!named || !known) {
          int points = points(body, end);
          invalid += named ? 0 : points;
          unsupported += named ? points : 0;
          gone++;
        } else {
          editor.enter(at, length, body, end);
          boolean empty = data(body, end, attributes);
          editor.leave();
          gone += empty ? 1 : 0;
          stay += empty ? 0 : 1;
        }
      }
      at = end;
    }
    return gone > 0 && stay == 0;
  }

  /// @return whether it lost its last point
  private boolean data(int from, int to, int attributes) {
    int stay = 0;
    int gone = 0;
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == FIRST) {
        int body = WireScan.varintEnd(bytes, length);
        if (series && !hasTime(body, end)) {
          editor.delete(at, end);
          gone++;
        } else {
          if (series) {
            editor.enter(at, length, body, end);
            keys.walk(bytes, body, end, attributes, editor);
            editor.leave();
          }
          stay++;
        }
      }
      at = end;
    }
    invalid += gone;
    kept += stay;
    return gone > 0 && stay == 0;
  }

  private boolean hasTime(int from, int to) {
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int value = WireScan.varintEnd(bytes, at);
      at = WireScan.skip(bytes, tag, value);
      if (tag == TIME) {
        for (int i = value; i < at; i++) {
          if (bytes[i] != 0) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private boolean isCumulative(int dataTag, int from, int to) {
    if (!MetricData.ofTag(dataTag).hasTemporality()) {
      return true;
    }
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int value = WireScan.varintEnd(bytes, at);
      if (tag == TEMPORALITY) {
        return WireScan.varint(bytes, value) == CUMULATIVE;
      }
      at = WireScan.skip(bytes, tag, value);
    }
    return false;
  }

  private int points(int from, int to) {
    int count = 0;
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      at = WireScan.skip(bytes, tag, WireScan.varintEnd(bytes, at));
      count += tag == FIRST ? 1 : 0;
    }
    return count;
  }
}
