package dev.headgate.exporters.delivery;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.otlp.OtlpCounter;
import dev.headgate.pipeline.wire.MalformedInputException;
import dev.headgate.pipeline.wire.WireReader;
import dev.headgate.pipeline.wire.WireType;
import java.util.ArrayList;
import java.util.List;

/// Sorts the resources of a metrics request into lanes by their hash, so that the points of one
/// service instance stay in order whatever it shares its requests with.
final class MetricLane {
  /// `ExportMetricsServiceRequest.resource_metrics` and `ResourceMetrics.resource` both.
  private static final int FIRST = WireType.tag(1, WireType.LENGTH_DELIMITED);

  private MetricLane() {}

  /// What of a request belongs to one lane: a request as well.
  record Part(int lane, Bytes bytes, int items) {}

  /// The parts of a request that hold any items, one a lane; the identical bytes when all items
  /// belong to one.
  ///
  /// @param items how many the request holds
  static List<Part> split(Bytes request, int items, int lanes) {
    int[] bytesOf = new int[lanes];
    int first = -1;
    boolean several = false;
    try {
      WireReader reader = new WireReader(request);
      while (!reader.atEnd()) {
        int from = reader.position();
        int lane = next(reader, Math.max(0, first), lanes);
        several |= first >= 0 && lane != first;
        first = first < 0 ? lane : first;
        bytesOf[lane] += reader.position() - from;
      }
    } catch (MalformedInputException malformed) {
      // Payloads were checked; one that was not belongs to some lane like any other.
      return List.of(new Part(0, request, items));
    }
    List<Part> parts = several ? parts(request, bytesOf, first) : List.of();
    if (parts.size() > 1) {
      return parts;
    }
    int only = parts.isEmpty() ? Math.max(0, first) : parts.getFirst().lane();
    return List.of(new Part(only, request, items));
  }

  private static List<Part> parts(Bytes request, int[] bytesOf, int first) {
    int lanes = bytesOf.length;
    byte[][] bytes = new byte[lanes][];
    int[] written = new int[lanes];
    for (int lane = 0; lane < lanes; lane++) {
      bytes[lane] = new byte[bytesOf[lane]];
    }
    WireReader reader = new WireReader(request);
    while (!reader.atEnd()) {
      int from = reader.position();
      int lane = next(reader, first, lanes);
      int length = reader.position() - from;
      System.arraycopy(request.array(), from, bytes[lane], written[lane], length);
      written[lane] += length;
    }
    List<Part> parts = new ArrayList<>();
    for (int lane = 0; lane < lanes; lane++) {
      Bytes part = Bytes.of(bytes[lane]);
      int items = OtlpCounter.count(Signal.METRICS, part);
      if (items > 0) {
        parts.add(new Part(lane, part, items));
      }
    }
    return parts;
  }

  /// Steps over one field of the request and says whose it is.
  ///
  /// @param other the lane of what is no resource
  private static int next(WireReader reader, int other, int lanes) {
    int tag = reader.readTag();
    if (tag != FIRST) {
      reader.skip(tag);
      return other;
    }
    int outer = reader.pushLimit(reader.readLength());
    int lane = 0;
    while (!reader.atEnd()) {
      int inner = reader.readTag();
      if (inner == FIRST) {
        int length = reader.readLength();
        lane = Math.floorMod(hash(reader.array(), reader.position(), length), lanes);
        break;
      }
      reader.skip(inner);
    }
    reader.popLimit(outer);
    return lane;
  }

  private static int hash(byte[] bytes, int from, int length) {
    int hash = 1;
    for (int i = from; i < from + length; i++) {
      hash = 31 * hash + bytes[i];
    }
    return hash ^ hash >>> 16;
  }
}
