package dev.headgate.bench.load;

import com.google.protobuf.MessageLite;
import dev.headgate.bench.Samples;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.codec.Compressor;
import dev.headgate.pipeline.codec.ContentCoding;
import dev.headgate.pipeline.memory.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// A pool of different encoded requests. Compressed ones are sent as they are: their ids and times
/// vary over the pool only.
///
/// **Threading:** confined to the event loop.
final class Templates {
  private static final int POOL_BYTES = 24 << 20;
  private static final int FEWEST = 4;
  private static final int MOST = 256;
  private static final int GRPC_PREFIX_BYTES = 5;
  private static final int LONGEST_SPAN_NANOS = 1_000_000_000;

  private final Queue<Template> free = new ArrayDeque<>();
  private final List<Template> all = new ArrayList<>();

  private Templates() {}

  /// Encodes requests.
  static Templates create(GeneratePlan plan) {
    Templates templates = new Templates();
    Samples samples = new Samples(plan.seed());
    Compressor compressor = new Compressor();
    long counter = 0;
    int count = MOST;
    for (int i = 0; i < count; i++) {
      byte[] body = sample(samples, plan).toByteArray();
      if (i == 0) {
        count = Math.clamp(POOL_BYTES / body.length, FEWEST, MOST);
      }
      Builder builder = new Builder(plan, body);
      if (plan.compression() == ContentCoding.IDENTITY) {
        templates.all.add(builder.plain());
      } else {
        builder.number(counter);
        templates.all.add(
            builder.compressed(compressor.compress(plan.compression(), List.of(Bytes.of(body)))));
      }
      if (i == 0) {
        // Each connection holds one while it writes, and while the peer lets it write no more.
        int bytes = templates.all.getFirst().bytes.capacity();
        count = Math.max(count, Math.min(plan.connections(), 2 * POOL_BYTES / bytes));
      }
      counter += plan.items();
    }
    compressor.close();
    templates.free.addAll(templates.all);
    return templates;
  }

  private static MessageLite sample(Samples samples, GeneratePlan plan) {
    return switch (plan.signal()) {
      case TRACES -> samples.traces(plan.items(), plan.secretPercent());
      case LOGS -> samples.logs(plan.items(), plan.secretPercent());
      case METRICS -> samples.metrics(plan.items());
    };
  }

  /// A request that nobody uses, null when all are being sent.
  @Nullable Template take() {
    return free.poll();
  }

  /// Takes a request back.
  void give(Template template) {
    free.add(template);
  }

  /// How many there are.
  int count() {
    return all.size();
  }

  /// The bytes of a request on the wire, on average.
  long meanWireBytes() {
    return all.stream().mapToLong(t -> t.bytes.capacity()).sum() / all.size();
  }

  /// The bytes of a request before compression, on average.
  long meanUncompressedBytes() {
    return all.stream().mapToLong(t -> t.request.uncompressedBytes()).sum() / all.size();
  }

  /* Makes a template of an encoded request. */
  private static final class Builder {
    private final GeneratePlan plan;
    private final byte[] body;
    private final int[] ids;
    private final int[] times;
    private int found;

    Builder(GeneratePlan plan, byte[] body) {
      this.plan = plan;
      this.body = body;
      ids = new int[plan.items()];
      times = new int[plan.items()];
      ItemWalk walk = new ItemWalk();
      ItemFields fields = new ItemFields(plan.signal(), walk);
      walk.walk(
          plan.signal(),
          body,
          0,
          body.length,
          (bytes, from, to) -> {
            if (!fields.find(bytes, from, to)) {
              throw new IllegalStateException("sample without id or time");
            }
            ids[found] = fields.idAt();
            times[found++] = fields.timeAt();
          });
      if (found != plan.items()) {
        throw new IllegalStateException("sample: " + found + " items");
      }
    }

    /* Puts numbers in that no other template has. */
    void number(long counter) {
      ByteBuffer buffer = ByteBuffer.wrap(body);
      for (int i = 0; i < found; i++) {
        long number = ItemIds.number(plan.run(), counter + i);
        buffer.putLong(
            ids[i],
            plan.signal() == Signal.METRICS ? Long.reverseBytes(number) : ItemIds.scatter(number));
      }
    }

    Template plain() {
      return template(body, ids, times);
    }

    Template compressed(byte[] bytes) {
      return template(bytes, new int[0], new int[0]);
    }

    private Template template(byte[] wire, int[] ids, int[] times) {
      return plan.grpc() ? grpc(wire, ids, times) : http(wire, ids, times);
    }

    private Template http(byte[] wire, int[] ids, int[] times) {
      StringBuilder head = new StringBuilder();
      head.append("POST ")
          .append(plan.path())
          .append(" HTTP/1.1\r\nhost: ")
          .append(plan.authority());
      head.append("\r\nuser-agent: headgate-bench\r\ncontent-type: application/x-protobuf");
      if (plan.compression() != ContentCoding.IDENTITY) {
        head.append("\r\ncontent-encoding: ").append(plan.compression().token());
      }
      head.append("\r\ncontent-length: ").append(wire.length).append("\r\n\r\n");
      byte[] start = head.toString().getBytes(StandardCharsets.US_ASCII);
      ByteBuffer bytes = ByteBuffer.allocateDirect(start.length + wire.length);
      bytes.put(start).put(wire);
      Template.Parts parts =
          new Template.Parts(false, new int[] {bytes.capacity()}, new int[] {wire.length});
      return new Template(
          bytes,
          parts,
          patches(moved(ids, start.length), moved(times, start.length)),
          plan.items(),
          body.length);
    }

    private static int[] moved(int[] offsets, int by) {
      return Arrays.stream(offsets).map(offset -> offset + by).toArray();
    }

    /* DATA frames of at most 16 KiB, none of which ends within bytes that are patched. */
    private Template grpc(byte[] wire, int[] ids, int[] times) {
      byte[] message = new byte[GRPC_PREFIX_BYTES + wire.length];
      ByteBuffer.wrap(message)
          .put((byte) (plan.compression() == ContentCoding.IDENTITY ? 0 : 1))
          .putInt(wire.length)
          .put(wire);
      int[] cuts = cuts(message.length, ids, times);
      ByteBuffer bytes =
          ByteBuffer.allocateDirect(message.length + cuts.length * Http2.FRAME_HEADER_BYTES);
      int[] ends = new int[cuts.length];
      int[] dataBytes = new int[cuts.length];
      int from = 0;
      for (int i = 0; i < cuts.length; i++) {
        int flags = i == cuts.length - 1 ? Http2.END_STREAM : 0;
        Http2.frame(bytes, cuts[i] - from, Http2.DATA, flags, 0);
        bytes.put(message, from, cuts[i] - from);
        ends[i] = bytes.position();
        dataBytes[i] = cuts[i] - from;
        from = cuts[i];
      }
      return new Template(
          bytes,
          new Template.Parts(true, ends, dataBytes),
          patches(framed(ids, cuts), framed(times, cuts)),
          plan.items(),
          body.length);
    }

    private int[] cuts(int length, int[] ids, int[] times) {
      // The first byte of each run of bytes that is patched, and the one behind it.
      int[][] runs = new int[ids.length + times.length][];
      int widest = plan.signal() == Signal.METRICS ? 0 : Long.BYTES;
      for (int i = 0; i < ids.length; i++) {
        int id = ids[i] + GRPC_PREFIX_BYTES;
        int time = times[i] + GRPC_PREFIX_BYTES;
        runs[2 * i] = new int[] {id - widest, id + Long.BYTES};
        // The end of a span stands right behind its start.
        runs[2 * i + 1] = new int[] {time, time + 2 * Long.BYTES + 1};
      }
      Arrays.sort(runs, (a, b) -> Integer.compare(a[0], b[0]));
      List<Integer> cuts = new ArrayList<>();
      int at = 0;
      int run = 0;
      while (at < length) {
        int cut = Math.min(length, at + Http2.MAX_FRAME_BYTES);
        while (run < runs.length && runs[run][1] <= cut) {
          run++;
        }
        if (run < runs.length && runs[run][0] < cut) {
          cut = runs[run][0];
        }
        cuts.add(cut);
        at = cut;
      }
      return cuts.stream().mapToInt(Integer::intValue).toArray();
    }

    /* Where offsets of the body are once the message is framed. */
    private static int[] framed(int[] offsets, int[] cuts) {
      int[] framed = new int[offsets.length];
      int frame = 0;
      for (int i = 0; i < offsets.length; i++) {
        int offset = offsets[i] + GRPC_PREFIX_BYTES;
        while (offset >= cuts[frame]) {
          frame++;
        }
        framed[i] = offset + (frame + 1) * Http2.FRAME_HEADER_BYTES;
      }
      return framed;
    }

    private Template.Patches patches(int[] ids, int[] times) {
      boolean scattered = plan.signal() != Signal.METRICS;
      if (plan.signal() != Signal.TRACES) {
        return new Template.Patches(scattered, ids, times, new int[0], new int[0]);
      }
      // start_time_unix_nano = 7 and end_time_unix_nano = 8 stand next to each other.
      int[] ends = moved(times, Long.BYTES + 1);
      int[] durations = new int[ends.length];
      for (int i = 0; i < ends.length; i++) {
        durations[i] = (int) ((i * 7_919_321L) % LONGEST_SPAN_NANOS);
      }
      return new Template.Patches(scattered, ids, times, ends, durations);
    }
  }
}
