package dev.headgate.exporters.delivery;

import dev.headgate.pipeline.memory.Content;
import dev.headgate.pipeline.memory.Slices;
import dev.headgate.pipeline.otlp.OtlpSplitter;
import dev.headgate.pipeline.payload.Payload;
import java.util.List;

/// Cuts batches in two, by payloads while there are several, by items then. The parts are slices of
/// the payload: cutting takes no memory.
///
/// Every part repeats its resource and scope. How often is bounded: a hostile resource of many
/// megabytes over many tiny items, sent with each of them, would be terabytes.
///
/// **Threading:** confined to the delivery thread, but for measuring.
final class Splits {
  /// What cuts may repeat of a payload, this many times its length and so much.
  private static final long MAX_REPEATED = 4;

  private static final long FREE_REPEATED_BYTES = 8 << 20;

  private volatile BatchLimits limits;
  private final RateLimitedLog log;

  Splits(BatchLimits limits, RateLimitedLog log) {
    this.limits = limits;
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
    long items = chunk.items();
    long bound = batch.group.bounds.items();
    if (items <= bound) {
      return cut(chunk, (chunk.items() + 1) / 2);
    }
    // The first part is a multiple of the bound, so that in the end all but one are full.
    long requests = (items + bound - 1) / bound;
    return cut(chunk, (int) ((requests + 1) / 2 * bound));
  }

  /// @param items how many of the chunk's items are to be in the first part
  private List<List<Chunk>> cut(Chunk chunk, int items) {
    if (chunk.items() <= 1) {
      return List.of();
    }
    List<Slices> parts = split(chunk, items);
    if (parts.isEmpty() || !mayRepeat(chunk, parts)) {
      return List.of();
    }
    chunk.owner().cut();
    int middle = chunk.firstItem() + items;
    return List.of(
        List.of(part(chunk, parts.getFirst(), chunk.firstItem(), items)),
        List.of(part(chunk, parts.getLast(), middle, chunk.items() - items)));
  }

  private List<Slices> split(Chunk chunk, int items) {
    Payload source = chunk.source();
    int from = chunk.firstItem();
    int to = from + chunk.items();
    try {
      List<Slices> parts =
          OtlpSplitter.split(
              source.signal(), source.bytes(), source.items(), from, from + items, to);
      if (parts.isEmpty()) {
        log.warn(RateLimitedLog.Kind.WHOLE, chunk.items(), "not to be cut in slices", "");
      }
      return parts;
    } catch (RuntimeException e) {
      log.warn(RateLimitedLog.Kind.WHOLE, chunk.items(), e.getClass().getSimpleName(), "");
      return List.of();
    }
  }

  private static boolean mayRepeat(Chunk chunk, List<Slices> parts) {
    long together = (long) parts.getFirst().length() + parts.getLast().length();
    long repeated = Math.max(0, together - chunk.content().length());
    long most = MAX_REPEATED * chunk.source().sizeBytes() + FREE_REPEATED_BYTES;
    return chunk.owner().tryRepeat(repeated, most);
  }

  private Chunk part(Chunk of, Slices slices, int firstItem, int items) {
    long measured = measured(of.source(), slices);
    return new Chunk(of.owner(), of.source(), slices, items, firstItem, measured);
  }

  /// A payload, or its part of one that is divided, as the backend counts it; on any thread.
  Chunk chunk(QueuedPayload owner, Payload source) {
    long measured = measured(source, source.bytes());
    return new Chunk(owner, source, source.bytes(), source.items(), 0, measured);
  }

  private long measured(Payload source, Content content) {
    try {
      return limits.sizer().sizeBytes(source.signal(), content);
    } catch (RuntimeException e) {
      log.warn(RateLimitedLog.Kind.UNMEASURED, source.items(), e.getClass().getSimpleName(), "");
      return content.length();
    }
  }
}
