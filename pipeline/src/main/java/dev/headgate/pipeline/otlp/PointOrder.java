package dev.headgate.pipeline.otlp;

import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.wire.WireEditor;
import dev.headgate.pipeline.wire.WireScan;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Brings the data points of every series in a metrics request into the order of their times, and
/// leaves one where several have the same time: the last. All other points stay where they are.
///
/// **Threading:** confined to one thread; one instance per request.
public final class PointOrder {
  /*
   * The first walk notes each point: where it is, its time, the hash of its series. A table of the
   * last point of each series shows whether any two are out of order, which is rare; only then the
   * points of that series are sorted, and a second walk writes each into the next place that its
   * series had. That place may be in another message of the request: the hash covers everything that
   * stands around a point but the schema URLs.
   */
  private static final int FIRST = 1 << 3 | 2;
  private static final int SECOND = 2 << 3 | 2;
  private static final int TIME = 3 << 3 | 1;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final SeededHash hash;
  private final byte[] bytes;
  private final int length;
  private int points;
  private long[] series = new long[64];
  private long[] times = new long[64];
  private int[] starts = new int[64];
  private int[] ends = new int[64];

  /// What the second walk needs: an editor, and for each place the point that comes there, or NONE.
  private record Rewrite(WireEditor editor, int[] sources) {}

  private PointOrder(SeededHash hash, Bytes request) {
    this.hash = hash;
    this.bytes = request.array();
    this.length = request.length();
  }

  /// A request whose points are in order.
  ///
  /// @param bytes the identical ones when they were
  /// @param duplicates how many points were left out
  public record Result(Bytes bytes, int duplicates) {}

  /// Sorts the points of a checked metrics request.
  public static Result sort(SeededHash hash, Bytes request) {
    PointOrder order = new PointOrder(hash, request);
    order.request(null);
    SeriesOrder places = new SeriesOrder(order.series, order.times, order.points);
    int[] sources = places.sources();
    if (sources == null) {
      return new Result(request, 0);
    }
    WireEditor editor = new WireEditor();
    editor.reset(request);
    order.points = 0;
    order.request(new Rewrite(editor, sources));
    Bytes edited = editor.finish();
    return new Result(edited == null ? request : edited, places.duplicates());
  }

  // --- the walk; returns of the levels: whether anything is left ---------------------------------

  private void request(@Nullable Rewrite rewrite) {
    int at = 0;
    while (at < length) {
      int tag = (int) WireScan.varint(bytes, at);
      int lengthStart = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, lengthStart);
      if (tag == FIRST) {
        int body = enter(rewrite, at, lengthStart, end);
        leave(rewrite, scopes(body, end, rewrite));
      }
      at = end;
    }
  }

  private boolean scopes(int from, int to, @Nullable Rewrite rewrite) {
    long resource = hashOf(FIRST, from, to);
    int kept = 0;
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == SECOND) {
        int body = enter(rewrite, at, length, end);
        kept += leave(rewrite, metrics(resource, body, end, rewrite));
      }
      at = end;
    }
    return kept > 0;
  }

  private boolean metrics(long resource, int from, int to, @Nullable Rewrite rewrite) {
    long scope = hash.mix(resource, hashOf(FIRST, from, to));
    int kept = 0;
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == SECOND) {
        int body = enter(rewrite, at, length, end);
        kept += leave(rewrite, metric(scope, body, end, rewrite));
      }
      at = end;
    }
    return kept > 0;
  }

  private boolean metric(long scope, int from, int to, @Nullable Rewrite rewrite) {
    long header = headerHash(scope, from, to);
    int kept = 0;
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      int attributes = MetricData.attributesTag(tag);
      if (attributes != 0) {
        int body = enter(rewrite, at, length, end);
        kept += leave(rewrite, data(header, attributes, body, end, rewrite));
      }
      at = end;
    }
    return kept > 0;
  }

  private boolean data(long header, int attributes, int from, int to, @Nullable Rewrite rewrite) {
    int kept = 0;
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == FIRST) {
        if (rewrite == null) {
          note(header, attributes, at, WireScan.varintEnd(bytes, length), end);
          kept++;
        } else if (put(rewrite)) {
          kept++;
        }
      }
      at = end;
    }
    return kept > 0;
  }

  private int enter(@Nullable Rewrite rewrite, int at, int length, int end) {
    int body = WireScan.varintEnd(bytes, length);
    if (rewrite != null) {
      rewrite.editor.enter(at, length, body, end);
    }
    return body;
  }

  /// An envelope that lost its last point goes too; which of them came empty does not matter here.
  private static int leave(@Nullable Rewrite rewrite, boolean stays) {
    if (rewrite != null) {
      if (stays) {
        rewrite.editor.leave();
      } else {
        rewrite.editor.leaveAndDelete();
      }
    }
    return stays ? 1 : 0;
  }

  // --- the first walk --------------------------------------------------------------------------

  /// The hash of the first field with a tag.
  private long hashOf(int wanted, int from, int to) {
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int value = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, value);
      if (tag == wanted) {
        return hash.bytes(bytes, WireScan.varintEnd(bytes, value), end);
      }
      at = end;
    }
    return 0;
  }

  /// The hash of a metric without its points.
  private long headerHash(long scope, int from, int to) {
    long sum = scope;
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int value = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, value);
      if (MetricData.attributesTag(tag) == 0) {
        sum = hash.mix(sum, hash.bytes(bytes, at, end));
      } else {
        sum = hash.mix(sum, tag);
        int inner = WireScan.varintEnd(bytes, value);
        while (inner < end) {
          int innerTag = (int) WireScan.varint(bytes, inner);
          int innerEnd = WireScan.skip(bytes, innerTag, WireScan.varintEnd(bytes, inner));
          if (innerTag != FIRST) {
            sum = hash.mix(sum, hash.bytes(bytes, inner, innerEnd));
          }
          inner = innerEnd;
        }
      }
      at = end;
    }
    return sum;
  }

  private void note(long header, int attributes, int start, int body, int end) {
    // A sum does not know the order of the attributes; the hashes under it are secret.
    long labels = 0;
    long time = 0;
    int at = body;
    while (at < end) {
      int tag = (int) WireScan.varint(bytes, at);
      int value = WireScan.varintEnd(bytes, at);
      int next = WireScan.skip(bytes, tag, value);
      if (tag == attributes) {
        labels += hash.bytes(bytes, WireScan.varintEnd(bytes, value), next);
      } else if (tag == TIME) {
        time = (long) LONG.get(bytes, value);
      }
      at = next;
    }
    if (points == times.length) {
      int larger = points * 2;
      series = Arrays.copyOf(series, larger);
      times = Arrays.copyOf(times, larger);
      starts = Arrays.copyOf(starts, larger);
      ends = Arrays.copyOf(ends, larger);
    }
    series[points] = hash.mix(header, labels);
    times[points] = time;
    starts[points] = start;
    ends[points] = end;
    points++;
  }

  // --- the second walk -------------------------------------------------------------------------

  /// Writes what comes to the next place.
  ///
  /// @return whether anything does
  private boolean put(Rewrite rewrite) {
    int place = points++;
    int source = rewrite.sources[place];
    if (source == SeriesOrder.NONE) {
      rewrite.editor.delete(starts[place], ends[place]);
      return false;
    }
    if (source != place) {
      rewrite.editor.edit(starts[place], ends[place]).writeRaw(bytes, starts[source], ends[source]);
    }
    return true;
  }
}
