package dev.headgate.config;

import java.time.Duration;

/// The `batch` processor: sets the batching of the pipeline's exporters.
public record BatchConfig(Duration timeout, long sendBatchSize, long sendBatchMaxSize)
    implements ProcessorConfig {}
