package dev.headgate.exporters.delivery;

import dev.headgate.pipeline.wire.MalformedInputException;
import dev.headgate.pipeline.wire.WireReader;
import dev.headgate.pipeline.wire.WireType;

/// Picks the lane of a metrics request by the hash of its first resource, so that the points of one
/// service instance stay in order.
final class MetricLane {
  /// `ExportMetricsServiceRequest.resource_metrics` and `ResourceMetrics.resource` both.
  private static final int FIRST_FIELD = 1;

  private MetricLane() {}

  /// The lane, from 0 up to and without `lanes`.
  static int of(byte[] request, int lanes) {
    WireReader reader = new WireReader(request);
    try {
      boolean inResourceMetrics = enterFirstField(reader);
      boolean inResource = inResourceMetrics && enterFirstField(reader);
      return inResource ? Math.floorMod(hash(reader), lanes) : 0;
    } catch (MalformedInputException malformed) {
      // Payloads were checked; one that was not belongs to some lane like any other.
      return 0;
    }
  }

  private static boolean enterFirstField(WireReader reader) {
    while (!reader.atEnd()) {
      int tag = reader.readTag();
      if (WireType.field(tag) == FIRST_FIELD && WireType.type(tag) == WireType.LENGTH_DELIMITED) {
        reader.pushLimit(reader.readLength());
        return true;
      }
      reader.skip(tag);
    }
    return false;
  }

  private static int hash(WireReader reader) {
    byte[] bytes = reader.array();
    int hash = 1;
    for (int i = reader.position(); i < reader.limit(); i++) {
      hash = 31 * hash + bytes[i];
    }
    return hash ^ hash >>> 16;
  }
}
