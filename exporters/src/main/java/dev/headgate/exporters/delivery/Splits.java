package dev.headgate.exporters.delivery;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.memory.Content;
import dev.headgate.pipeline.memory.Slices;
import dev.headgate.pipeline.otlp.OtlpSplitter;
import dev.headgate.pipeline.payload.Payload;
import java.util.ArrayList;
import java.util.List;

/// Cuts batches into smaller ones, by payloads while there are several, by items then. The parts
/// are slices of the payload: cutting copies nothing.
///
/// **Threading:** confined to the delivery thread, but for measuring.
final class Splits {
  /// What is to be in more parts is cut on when the first of them are gone.
  private static final int MAX_PARTS = 64;

  private volatile BatchLimits limits;
  private final Admission admission;
  private final RateLimitedLog log;

  Splits(BatchLimits limits, Admission admission, RateLimitedLog log) {
    this.limits = limits;
    this.admission = admission;
    this.log = log;
  }

  /// Measures by other limits from now on.
  void use(BatchLimits newLimits) {
    limits = newLimits;
  }

  /// Cuts a batch that the backend found too large; empty when there is nothing left to cut.
  List<List<Chunk>> halve(Batch batch) {
    List<Chunk> chunks = batch.chunks();
    if (chunks.size() == 1) {
      return cut(chunks.getFirst(), (chunks.getFirst().items() + 1) / 2);
    }
    int middle = 1;
    long left = chunks.getFirst().content().length();
    while (middle < chunks.size() - 1
        && left + chunks.get(middle).content().length() <= batch.bytes / 2) {
      left += chunks.get(middle).content().length();
      middle++;
    }
    return List.of(
        List.copyOf(chunks.subList(0, middle)), List.copyOf(chunks.subList(middle, chunks.size())));
  }

  /// Cuts the only chunk of a batch that is over its group's bounds; empty when it cannot be cut.
  List<List<Chunk>> cutToBounds(Batch batch) {
    Chunk chunk = batch.chunks().getFirst();
    Group.Bounds bounds = batch.group.bounds;
    long requests =
        Math.max(
            requests(chunk.content().length(), bounds.bytes()),
            requests(chunk.measuredBytes(), bounds.measuredBytes()));
    return cut(chunk, (int) Math.min(bounds.items(), requests(chunk.items(), requests)));
  }

  /// How many requests take so much.
  private static long requests(long all, long most) {
    return Math.ceilDiv(all, Math.max(1, most));
  }

  /// @param each how many of the chunk's items are to be in each part
  private List<List<Chunk>> cut(Chunk chunk, int each) {
    int items = chunk.items();
    if (items <= each || items <= 1) {
      return List.of();
    }
    int[] bounds = new int[Math.min(MAX_PARTS, Math.ceilDiv(items, each)) + 1];
    for (int i = 0; i < bounds.length - 1; i++) {
      bounds[i] = chunk.firstItem() + i * each;
    }
    bounds[bounds.length - 1] = chunk.firstItem() + items;
    List<Slices> slices = split(chunk, bounds);
    if (slices.isEmpty()) {
      return List.of();
    }
    if (!chunk.owner().tryCut(slices.size(), repeated(chunk, slices), admission)) {
      log.warn(RateLimitedLog.Kind.WHOLE, items, "its parts would be too many or too long", "");
      return List.of();
    }
    List<List<Chunk>> parts = new ArrayList<>(slices.size());
    for (int i = 0; i < slices.size(); i++) {
      parts.add(List.of(part(chunk, slices.get(i), bounds[i], bounds[i + 1] - bounds[i])));
    }
    return parts;
  }

  private List<Slices> split(Chunk chunk, int[] bounds) {
    Payload source = chunk.source();
    if (!chunk.owner().tryLookAt(source.items())) {
      log.warn(RateLimitedLog.Kind.WHOLE, chunk.items(), "it was cut too often", "");
      return List.of();
    }
    try {
      List<Slices> parts =
          OtlpSplitter.split(source.signal(), source.bytes(), source.items(), bounds);
      if (parts.isEmpty()) {
        log.warn(RateLimitedLog.Kind.WHOLE, chunk.items(), "fields between the items", "");
      }
      return parts;
    } catch (RuntimeException e) {
      log.warn(RateLimitedLog.Kind.WHOLE, chunk.items(), e.getClass().getSimpleName(), "");
      return List.of();
    }
  }

  private static long repeated(Chunk chunk, List<Slices> parts) {
    long together = 0;
    for (Slices part : parts) {
      together += part.length();
    }
    return Math.max(0, together - chunk.content().length());
  }

  private Chunk part(Chunk of, Slices slices, int firstItem, int items) {
    long measured = measured(of.source().signal(), slices, items);
    return new Chunk(of.owner(), of.source(), slices, items, firstItem, measured);
  }

  /// A payload, or its part of one that is divided, as the backend counts it; on any thread.
  Chunk chunk(QueuedPayload owner, Payload source) {
    long measured = measured(source.signal(), source.bytes(), source.items());
    return new Chunk(owner, source, source.bytes(), source.items(), 0, measured);
  }

  private long measured(Signal signal, Content content, int items) {
    try {
      return limits.sizer().sizeBytes(signal, content);
    } catch (RuntimeException e) {
      log.warn(RateLimitedLog.Kind.UNMEASURED, items, e.getClass().getSimpleName(), "");
      return content.length();
    }
  }
}
