package dev.headgate.config;

import java.time.Duration;

/// The `batch` processor: sets the batching of the pipeline's exporters.
///
/// @param timeout a batch leaves when its oldest payload is this old
/// @param sendBatchSize or when it holds so many items
/// @param sendBatchMaxSize and holds at most so many items; 0 = no limit but the exporter's bytes
public record BatchConfig(Duration timeout, long sendBatchSize, long sendBatchMaxSize)
    implements ProcessorConfig {
  /// The Collector's defaults.
  public static final BatchConfig DEFAULT = new BatchConfig(Duration.ofMillis(200), 8192, 0);

  /// Checks that the sizes fit together.
  public BatchConfig {
    Require.notNegative("timeout", timeout);
    Require.atLeast("send_batch_size", sendBatchSize, 0);
    Require.atLeast("send_batch_max_size", sendBatchMaxSize, 0);
    if (sendBatchMaxSize != 0) {
      Require.atLeast("send_batch_max_size", sendBatchMaxSize, sendBatchSize);
    }
  }
}
