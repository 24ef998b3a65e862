package dev.headgate.exporters.delivery;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.payload.Payload;
import java.util.ArrayList;
import java.util.List;

/// Cuts batches in two, by payloads while there are several, by items then.
///
/// Always in two: every part repeats its resource and scope, and a hostile resource of many
/// megabytes over many tiny items would fill the memory if all parts were made at once. What the
/// parts hold more than the whole is charged to the queue's bytes; the budget is charged for the
/// parts instead of the whole.
///
/// **Threading:** confined to the delivery thread, but for measuring.
final class Splits {
  /// How much larger than the whole (as a fraction) the parts may be even in a full queue.
  private static final int FREE_FRACTION = 8;

  private final PayloadSplitter splitter;
  private volatile BatchLimits limits;
  private final Admission admission;
  private final RateLimitedLog log;

  Splits(PayloadSplitter splitter, BatchLimits limits, Admission admission, RateLimitedLog log) {
    this.splitter = splitter;
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
      return cut(batch.group, chunks.getFirst(), (chunks.getFirst().items() + 1) / 2);
    }
    int middle = 1;
    long left = chunks.getFirst().bytes().length();
    while (middle < chunks.size() - 1
        && left + chunks.get(middle).bytes().length() <= batch.bytes / 2) {
      left += chunks.get(middle).bytes().length();
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
      return cut(batch.group, chunk, (chunk.items() + 1) / 2);
    }
    // The first part is a multiple of the bound, so that in the end all but one are full.
    long requests = (items + bound - 1) / bound;
    return cut(batch.group, chunk, (int) ((requests + 1) / 2 * bound));
  }

  private List<List<Chunk>> cut(Group group, Chunk chunk, int maxItems) {
    if (chunk.items() <= 1) {
      return List.of();
    }
    Signal signal = group.key.pipeline().signal();
    List<PayloadSplitter.Part> made = split(signal, chunk, maxItems);
    List<List<Chunk>> parts = new ArrayList<>();
    int items = 0;
    for (PayloadSplitter.Part part : made) {
      if (part.items() > 0) {
        int firstItem = chunk.firstItem() + items;
        parts.add(List.of(chunk(group, chunk.owner(), part, firstItem)));
        items += part.items();
      }
    }
    if (!replaces(chunk, parts, items)) {
      letGo(made, chunk.bytes());
      return List.of();
    }
    chunk.letGo();
    return parts;
  }

  /// Charges the parts in the place of a chunk, or returns false when they cannot take it.
  private boolean replaces(Chunk chunk, List<List<Chunk>> parts, int items) {
    if (parts.size() < 2) {
      return false;
    }
    if (items != chunk.items()) {
      log.warn(RateLimitedLog.Kind.WHOLE, chunk.items(), "parts hold " + items, "");
      return false;
    }
    long bytes = 0;
    long heldBytes = 0;
    for (List<Chunk> part : parts) {
      bytes += part.getFirst().bytes().length();
      heldBytes += part.getFirst().bytes().heldBytes();
    }
    long extra = Math.max(0, heldBytes - chunk.bytes().heldBytes());
    // That lent arrays are longer than needed is no reason not to cut.
    long longer = bytes - chunk.bytes().length();
    if (!admission.tryTakeMore(extra, longer <= chunk.bytes().length() / FREE_FRACTION)) {
      return false;
    }
    chunk.owner().split(chunk.bytes(), parts.size(), heldBytes, extra);
    return true;
  }

  @SuppressWarnings("ReferenceEquality") // the very bytes of the chunk, if they were not cut
  private static void letGo(List<PayloadSplitter.Part> made, Bytes whole) {
    for (PayloadSplitter.Part part : made) {
      if (part.bytes() != whole) {
        part.bytes().release();
      }
    }
  }

  private List<PayloadSplitter.Part> split(Signal signal, Chunk chunk, int maxItems) {
    try {
      return splitter.split(signal, chunk.bytes(), Long.MAX_VALUE, maxItems);
    } catch (RuntimeException e) {
      log.warn(RateLimitedLog.Kind.WHOLE, chunk.items(), e.getClass().getSimpleName(), "");
      return List.of();
    }
  }

  private Chunk chunk(Group group, QueuedPayload owner, PayloadSplitter.Part part, int firstItem) {
    Payload payload =
        new Payload(group.key.pipeline().signal(), group.key.tenant(), part.bytes(), part.items());
    return chunk(owner, payload, true, firstItem);
  }

  /// A payload that its reservation carries, as the backend counts it; on any thread.
  Chunk chunk(QueuedPayload owner, Payload payload) {
    return chunk(owner, payload, false, 0);
  }

  private Chunk chunk(QueuedPayload owner, Payload payload, boolean own, int firstItem) {
    long measured;
    try {
      measured = limits.sizer().sizeBytes(payload);
    } catch (RuntimeException e) {
      log.warn(RateLimitedLog.Kind.UNMEASURED, payload.items(), e.getClass().getSimpleName(), "");
      measured = payload.sizeBytes();
    }
    return new Chunk(owner, payload.bytes(), own, payload.items(), firstItem, measured);
  }
}
