package dev.headgate.gateway.ops;

import dev.headgate.config.PipelineId;
import dev.headgate.config.Signal;
import dev.headgate.gateway.readback.JsonValue;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.otlp.JsonRenderer;
import dev.headgate.pipeline.otlp.OtlpItem;
import dev.headgate.pipeline.payload.NanoClock;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.worker.Tap;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// One look through the [Tap]: a few items of a few payloads, each as an OTLP/JSON request of its
/// own with its resource and scope.
///
/// Workers copy what fits into a few small places, at most every [#BETWEEN_COPIES_NANOS], and pass
/// by when there is none; whoever looks does the rest, and copies only the items that it shows. So
/// a tap holds 2 MiB of copies and one item besides its answer and slows nobody down.
///
/// **Threading:** [#see] by workers, [#collect] by one thread.
final class TapSession implements Tap.Viewer {
  private static final int MAX_PAYLOAD_BYTES = 512 << 10;
  private static final int MAX_LOOKED_AT = 2_000;
  private static final int PLACES = 4;
  private static final long BETWEEN_COPIES_NANOS = 50_000_000L;
  private static final int ITEMS_OF_A_PAYLOAD = 5;
  private static final int MAX_ANSWER_BYTES = 4 << 20;

  private final NanoClock clock;
  private final @Nullable Signal signal;
  private final String service;
  private final AtomicLong nextCopyNanos;
  private final ArrayBlockingQueue<Copy> copies = new ArrayBlockingQueue<>(PLACES);

  /// The next line did not fit into the answer.
  private boolean full;

  private record Copy(Signal signal, byte[] bytes, int items) {}

  /// @param signal the only signal to look at, null = all
  /// @param service the only `service.name` to look at, empty = all
  TapSession(NanoClock clock, @Nullable Signal signal, String service) {
    this.clock = clock;
    this.signal = signal;
    this.service = service;
    this.nextCopyNanos = new AtomicLong(clock.nanoTime());
  }

  @Override
  public void see(PipelineId pipeline, Payload payload) {
    if ((signal != null && signal != payload.signal())
        || payload.sizeBytes() > MAX_PAYLOAD_BYTES
        || copies.remainingCapacity() == 0) {
      return;
    }
    long now = clock.nanoTime();
    long next = nextCopyNanos.get();
    if (now - next >= 0 && nextCopyNanos.compareAndSet(next, now + BETWEEN_COPIES_NANOS)) {
      // When another worker was quicker this one is not part of the sample.
      var _ = copies.offer(new Copy(payload.signal(), payload.bytes().toArray(), payload.items()));
    }
  }

  /// Waits for items.
  ///
  /// @param limit the most items
  /// @param deadlineNanos when to be content with fewer
  /// @return a line each
  byte[] collect(int limit, long deadlineNanos) throws IOException, InterruptedException {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    int items = 0;
    while (items < limit && !full) {
      long leftNanos = deadlineNanos - clock.nanoTime();
      Copy copy = leftNanos <= 0 ? null : copies.poll(leftNanos, TimeUnit.NANOSECONDS);
      if (copy == null) {
        break;
      }
      items += render(copy, Math.min(limit - items, ITEMS_OF_A_PAYLOAD), deadlineNanos, lines);
    }
    return lines.toByteArray();
  }

  /// Renders some of the items, evenly spread over the payload.
  private int render(Copy copy, int most, long deadlineNanos, ByteArrayOutputStream lines)
      throws IOException {
    Bytes request = Bytes.of(copy.bytes());
    JsonRenderer renderer = new JsonRenderer();
    // The most is what is wanted, or what may be looked at to find it: each costs a walk.
    int looks = service.isEmpty() ? most : MAX_LOOKED_AT;
    int step = Math.max(1, copy.items() / looks);
    int rendered = 0;
    for (int i = 0; i < copy.items() && rendered < most; i += step) {
      if (deadlineNanos - clock.nanoTime() <= 0) {
        break;
      }
      byte[] line = renderer.render(copy.signal(), OtlpItem.take(copy.signal(), request, i));
      if (service.isEmpty() || isOf(service, copy.signal(), line)) {
        if (lines.size() + line.length >= MAX_ANSWER_BYTES) {
          full = true;
          break;
        }
        lines.write(line);
        lines.write('\n');
        rendered++;
      }
    }
    return rendered;
  }

  private static boolean isOf(String service, Signal signal, byte[] json) throws IOException {
    String resources =
        switch (signal) {
          case TRACES -> "resourceSpans";
          case LOGS -> "resourceLogs";
          case METRICS -> "resourceMetrics";
        };
    for (JsonValue resource : JsonValue.parseObject(json).get(resources).items()) {
      for (JsonValue attribute : resource.get("resource").get("attributes").items()) {
        if (attribute.get("key").text().equals("service.name")
            && attribute.get("value").get("stringValue").text().equals(service)) {
          return true;
        }
      }
    }
    return false;
  }
}
