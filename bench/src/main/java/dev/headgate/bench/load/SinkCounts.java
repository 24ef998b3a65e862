package dev.headgate.bench.load;

import dev.headgate.bench.Samples;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.codec.ContentCoding;
import dev.headgate.pipeline.codec.Decompressor;
import dev.headgate.pipeline.codec.TooLargeException;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.wire.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/// What a sink has received.
///
/// **Threading:** confined to the event loop. **Ownership:** holds native memory; [#close] frees
/// it.
final class SinkCounts implements AutoCloseable, ItemWalk.Visitor {
  private static final long MAX_BYTES = 128L << 20;
  /* Older is no time of a schedule: compressed requests carry those they were encoded with. */
  private static final long LONGEST_NANOS = 3_600_000_000_000L;
  private static final byte[] SECRET = Samples.SECRET_MARK.getBytes(StandardCharsets.US_ASCII);

  private final EpochClock clock;
  private final boolean searchesSecrets;
  private final ItemWalk walk = new ItemWalk();
  private final Map<Signal, ItemFields> allFields = new EnumMap<>(Signal.class);
  private final Map<Signal, Long> itemsOf = new EnumMap<>(Signal.class);
  private final Decompressor decompressor = new Decompressor();
  private final UniqueItems unique = new UniqueItems();
  private final Histogram latency = new Histogram(3);
  private ItemFields fields = new ItemFields(Signal.TRACES, walk);
  private long requests;
  private long failedRequests;
  private long malformedRequests;
  private long items;
  private long itemsWithSecrets;
  private long wireBytes;
  private long bodyBytes;
  private long uncompressedBytes;
  private long connections;
  private CpuClock cpuAtStart = CpuClock.read();
  private long startNanos;
  private long lastTime;
  private long sameTime;

  /// Creates counts of nothing.
  ///
  /// @param searchesSecrets whether every item is searched for the mark of a sample's secret
  SinkCounts(EpochClock clock, boolean searchesSecrets) {
    this.clock = clock;
    this.searchesSecrets = searchesSecrets;
    startNanos = clock.nanos();
    for (Signal signal : Signal.values()) {
      allFields.put(signal, new ItemFields(signal, walk));
    }
    clear();
  }

  /// Books bytes of the wire.
  void onWireBytes(int bytes) {
    wireBytes += bytes;
  }

  /// Books a connection.
  void onConnection() {
    connections++;
  }

  /// Books a request that is answered with a failure.
  void onFailed() {
    failedRequests++;
  }

  /// Counts a request.
  ///
  /// @param from where the request begins in the message
  /// @return whether it can be read
  boolean count(Message message, int from) {
    int length = message.length() - from;
    byte[] body = message.bytes();
    int offset = from;
    try {
      if (message.coding != ContentCoding.IDENTITY) {
        body =
            decompressor
                .decompress(message.coding, Bytes.of(message.copy(from)), MAX_BYTES, _ -> true)
                .toArray();
        offset = 0;
        bodyBytes += length;
        length = body.length;
      } else {
        bodyBytes += length;
      }
      fields = allFields.getOrDefault(message.signal, fields);
      long before = items;
      sameTime = 0;
      walk.walk(message.signal, body, offset, offset + length, this);
      bookLatency();
      itemsOf.merge(message.signal, items - before, Long::sum);
    } catch (IndexOutOfBoundsException | MalformedInputException | TooLargeException _) {
      malformedRequests++;
      return false;
    }
    requests++;
    uncompressedBytes += length;
    return true;
  }

  @Override
  public void onItem(byte[] bytes, int from, int to) {
    items++;
    if (fields.find(bytes, from, to)) {
      unique.add(fields.number(bytes));
      long time = fields.time(bytes);
      if (time != lastTime) {
        bookLatency();
        lastTime = time;
      }
      sameTime++;
    } else {
      unique.addForeign();
    }
    if (searchesSecrets && contains(bytes, from, to)) {
      itemsWithSecrets++;
    }
  }

  private void bookLatency() {
    long nanos = clock.nanos() - lastTime;
    if (sameTime > 0 && nanos < LONGEST_NANOS) {
      latency.recordValueWithCount(Math.max(0, nanos), sameTime);
    }
    sameTime = 0;
  }

  private static boolean contains(byte[] bytes, int from, int to) {
    for (int i = from; i <= to - SECRET.length; i++) {
      if (bytes[i] == SECRET[0]
          && Arrays.equals(bytes, i, i + SECRET.length, SECRET, 0, SECRET.length)) {
        return true;
      }
    }
    return false;
  }

  /// Forgets everything.
  void clear() {
    unique.clear();
    latency.reset();
    itemsOf.clear();
    requests = 0;
    failedRequests = 0;
    malformedRequests = 0;
    items = 0;
    itemsWithSecrets = 0;
    wireBytes = 0;
    bodyBytes = 0;
    uncompressedBytes = 0;
    connections = 0;
    cpuAtStart = CpuClock.read();
    startNanos = clock.nanos();
  }

  /// Writes everything.
  void write(JsonLine json) {
    CpuClock cpu = CpuClock.read().since(cpuAtStart);
    json.field("start_epoch_nanos", startNanos)
        .field("wall_seconds", (clock.nanos() - startNanos) / 1e9)
        .field("cpu_seconds", cpu.seconds())
        .field("cpu_user_seconds", cpu.userSeconds())
        .field("cpu_system_seconds", cpu.systemSeconds())
        .field("requests", requests)
        .field("failed_requests", failedRequests)
        .field("malformed_requests", malformedRequests)
        .field("items", items)
        .field("unique_items", unique.unique())
        .field("duplicate_items", unique.duplicates())
        .field("foreign_items", unique.foreign())
        .field("items_with_secrets", searchesSecrets ? itemsWithSecrets : -1)
        .field("bytes_wire", wireBytes)
        .field("bytes_body", bodyBytes)
        .field("bytes_uncompressed", uncompressedBytes)
        .field("connections", connections)
        .begin("items_by_signal");
    itemsOf.forEach((signal, count) -> json.field(signal.key(), count));
    json.end().millis("latency_ms", latency);
  }

  @Override
  public void close() {
    decompressor.close();
  }
}
