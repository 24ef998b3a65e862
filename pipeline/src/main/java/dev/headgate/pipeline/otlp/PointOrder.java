package dev.headgate.pipeline.otlp;

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

  private static final int NONE = -1;

  private final SeededHash hash;
  private final byte[] bytes;
  private int points;
  private long[] series = new long[64];
  private long[] times = new long[64];
  private int[] starts = new int[64];
  private int[] ends = new int[64];
  private int duplicates;

  /// What the second walk needs: an editor, and for each place the point that comes there, or NONE.
  private record Rewrite(WireEditor editor, int[] sources) {}

  private PointOrder(SeededHash hash, byte[] bytes) {
    this.hash = hash;
    this.bytes = bytes;
  }

  /// A request whose points are in order.
  ///
  /// @param bytes the identical array when they were
  /// @param duplicates how many points were left out
  public record Result(byte[] bytes, int duplicates) {}

  /// Sorts the points of a checked metrics request.
  public static Result sort(SeededHash hash, byte[] request) {
    PointOrder order = new PointOrder(hash, request);
    order.request(null);
    int[] sources = order.sources();
    if (sources == null) {
      return new Result(request, 0);
    }
    WireEditor editor = new WireEditor();
    editor.reset(request, 0, request.length);
    order.points = 0;
    order.request(new Rewrite(editor, sources));
    byte[] edited = editor.finish();
    return new Result(edited == null ? request : edited, order.duplicates);
  }

  // --- the walk; returns of the levels: whether anything is left ---------------------------------

  private void request(@Nullable Rewrite rewrite) {
    int at = 0;
    while (at < bytes.length) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == FIRST) {
        int body = enter(rewrite, at, length, end);
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
      int attributes = attributesTag(tag);
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

  /// The tag of the attributes in the points of a metric's data; 0 for other fields of a metric.
  static int attributesTag(int dataTag) {
    return switch (dataTag) {
      // gauge, sum, summary
      case 5 << 3 | 2, 7 << 3 | 2, 11 << 3 | 2 -> 7 << 3 | 2;
      case 9 << 3 | 2 -> 9 << 3 | 2; // histogram
      case 10 << 3 | 2 -> 1 << 3 | 2; // exponential histogram
      default -> 0;
    };
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
      if (attributesTag(tag) == 0) {
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

  // --- sorting ---------------------------------------------------------------------------------

  /// For each place the point that comes there; null when all are in order.
  private int @Nullable [] sources() {
    // Open addressing; heads and lasts hold the number of a point plus one.
    int mask = Math.max(16, Integer.highestOneBit(points) * 4) - 1;
    int[] heads = new int[mask + 1];
    int[] lasts = new int[mask + 1];
    int[] next = new int[points];
    boolean[] unordered = new boolean[points];
    boolean any = false;
    for (int point = 0; point < points; point++) {
      int slot = (int) series[point] & mask;
      while (heads[slot] != 0 && series[heads[slot] - 1] != series[point]) {
        slot = (slot + 1) & mask;
      }
      next[point] = NONE;
      if (heads[slot] == 0) {
        heads[slot] = point + 1;
      } else {
        int last = lasts[slot] - 1;
        next[last] = point;
        if (Long.compareUnsigned(times[last], times[point]) >= 0) {
          unordered[heads[slot] - 1] = true;
          any = true;
        }
      }
      lasts[slot] = point + 1;
    }
    return any ? sources(next, unordered) : null;
  }

  private int[] sources(int[] next, boolean[] unordered) {
    int[] sources = new int[points];
    for (int i = 0; i < points; i++) {
      sources[i] = i;
    }
    int[] chain = new int[16];
    for (int head = 0; head < points; head++) {
      if (!unordered[head]) {
        continue;
      }
      int count = 0;
      for (int point = head; point != NONE; point = next[point]) {
        if (count == chain.length) {
          chain = Arrays.copyOf(chain, count * 2);
        }
        chain[count++] = point;
      }
      arrange(chain, count, sources);
    }
    return sources;
  }

  /// Gives the places of one series, in the order of the request, to its points in the order of
  /// time.
  private void arrange(int[] places, int count, int[] sources) {
    int[] byTime = mergeSorted(Arrays.copyOf(places, count));
    int place = 0;
    for (int i = 0; i < count; i++) {
      boolean repeated = i + 1 < count && times[byTime[i]] == times[byTime[i + 1]];
      if (!repeated) {
        sources[places[place++]] = byTime[i];
      }
    }
    duplicates += count - place;
    while (place < count) {
      sources[places[place++]] = NONE;
    }
  }

  /// Sorts points by time; those of one time keep their order.
  private int[] mergeSorted(int[] order) {
    int[] from = order;
    int[] to = new int[order.length];
    for (int width = 1; width < order.length; width *= 2) {
      for (int low = 0; low < order.length; low += 2 * width) {
        merge(
            from,
            to,
            low,
            Math.min(low + width, order.length),
            Math.min(low + 2 * width, order.length));
      }
      int[] swap = from;
      from = to;
      to = swap;
    }
    return from;
  }

  private void merge(int[] from, int[] to, int low, int middle, int high) {
    int left = low;
    int right = middle;
    for (int i = low; i < high; i++) {
      boolean takeLeft =
          left < middle
              && (right >= high
                  || Long.compareUnsigned(times[from[left]], times[from[right]]) <= 0);
      to[i] = takeLeft ? from[left++] : from[right++];
    }
  }

  // --- the second walk -------------------------------------------------------------------------

  /// Writes what comes to the next place.
  ///
  /// @return whether anything does
  private boolean put(Rewrite rewrite) {
    int place = points++;
    int source = rewrite.sources[place];
    if (source == NONE) {
      rewrite.editor.delete(starts[place], ends[place]);
      return false;
    }
    if (source != place) {
      rewrite.editor.edit(starts[place], ends[place]).writeRaw(bytes, starts[source], ends[source]);
    }
    return true;
  }
}
