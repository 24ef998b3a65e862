package dev.headgate.pipeline.otlp;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.wire.WireScan;
import dev.headgate.pipeline.wire.WireType;
import java.util.Objects;

/// Counts the items of checked requests: spans, log records, data points.
///
/// **Threading:** any thread.
public final class OtlpCounter {
  private OtlpCounter() {}

  /// The items of a checked request.
  public static int count(Signal signal, Bytes bytes) {
    return count(OtlpLevel.root(signal), bytes.array(), 0, bytes.length());
  }

  /// The items in the body of a ResourceSpans, ResourceLogs or ResourceMetrics.
  public static int countInResource(Signal signal, byte[] bytes, int from, int to) {
    return count(below(OtlpLevel.root(signal), 1), bytes, from, to);
  }

  /// The items in the body of a ScopeSpans, ScopeLogs or ScopeMetrics.
  public static int countInScope(Signal signal, byte[] bytes, int from, int to) {
    return count(below(below(OtlpLevel.root(signal), 1), 2), bytes, from, to);
  }

  /// The data points in the body of a Metric.
  public static int countInMetric(byte[] bytes, int from, int to) {
    OtlpLevel scope = below(below(OtlpLevel.root(Signal.METRICS), 1), 2);
    return count(below(scope, 2), bytes, from, to);
  }

  private static OtlpLevel below(OtlpLevel level, int field) {
    return Objects.requireNonNull(level.child(field));
  }

  /// The items in the body `[from, to)` of a message that stands on a level.
  static int count(OtlpLevel level, byte[] bytes, int from, int to) {
    int items = 0;
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int value = WireScan.varintEnd(bytes, at);
      at = WireScan.skip(bytes, tag, value);
      OtlpLevel child = level.child(WireType.field(tag));
      if (child == null) {
        continue;
      }
      items += child.isItem() ? 1 : count(child, bytes, WireScan.varintEnd(bytes, value), at);
    }
    return items;
  }
}
