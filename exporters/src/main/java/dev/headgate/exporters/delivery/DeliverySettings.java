package dev.headgate.exporters.delivery;

import dev.headgate.config.BatchConfig;
import dev.headgate.config.BatchingConfig;
import dev.headgate.config.PipelineId;
import dev.headgate.config.QueueConfig;
import dev.headgate.config.RetryConfig;
import dev.headgate.config.Signal;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What one exporter's [Delivery] is told.
///
/// @param exporterId the exporter's id as written in the configuration
/// @param timeout limit of one attempt
/// @param maxBytes most bytes in the queue, what is being sent included, besides the queue's own
///   size
/// @param limits what one request to this backend may hold
/// @param feeds the pipelines that end in this exporter; the ledger knows all of them
/// @param required whether a pipeline with several exporters refuses the client when this queue is
///   full
public record DeliverySettings(
    String exporterId,
    Duration timeout,
    RetryConfig retry,
    QueueConfig queue,
    long maxBytes,
    BatchLimits limits,
    List<Feed> feeds,
    boolean required) {

  /// Copies the list and checks what would stop the delivery from ever sending anything.
  public DeliverySettings {
    feeds = List.copyOf(feeds);
    if (queue.numConsumers() < 1) {
      throw new IllegalArgumentException(
          "numConsumers: " + queue.numConsumers() + " (expected: at least 1)");
    }
    if (maxBytes < 1) {
      throw new IllegalArgumentException("maxBytes: " + maxBytes + " (expected: at least 1)");
    }
    if (limits.maxBytes() < 1) {
      throw new IllegalArgumentException(
          "limits.maxBytes: " + limits.maxBytes() + " (expected: at least 1)");
    }
  }

  /// The signals of the pipelines that end in the exporter.
  Set<Signal> signals() {
    Set<Signal> signals = EnumSet.noneOf(Signal.class);
    for (Feed feed : feeds) {
      signals.add(feed.pipeline().signal());
    }
    return signals;
  }

  /// How many batches are retried at once to a backend that takes nothing, before the rest of the
  /// queue is held back. More than one even with a single consumer, so that one batch that fails
  /// does not hold up the others.
  int maxRetrying() {
    return Math.max(queue.numConsumers(), 4);
  }

  /// One pipeline that ends in the exporter.
  ///
  /// @param batching how its payloads are joined, or null to join what waits and send at once
  public record Feed(PipelineId pipeline, @Nullable BatchingConfig batching) {
    /// The feed of a pipeline: the exporter's own `sending_queue.batch` wins over the pipeline's
    /// `batch` processor, because it stands nearer to the backend.
    public static Feed of(
        PipelineId pipeline, QueueConfig queue, @Nullable BatchConfig batchProcessor) {
      if (queue.batch() != null || batchProcessor == null) {
        return new Feed(pipeline, queue.batch());
      }
      return new Feed(
          pipeline,
          new BatchingConfig(
              batchProcessor.timeout(),
              batchProcessor.sendBatchSize(),
              batchProcessor.sendBatchMaxSize(),
              QueueConfig.Sizer.ITEMS));
    }
  }
}
