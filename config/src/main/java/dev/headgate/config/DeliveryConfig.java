package dev.headgate.config;

import java.time.Duration;

/// What every network exporter has: time limit per attempt, retry, queue.
///
/// @param required whether this exporter's full queue refuses the client even where a pipeline has
///   several exporters
public record DeliveryConfig(
    Duration timeout,
    RetryConfig retry,
    QueueConfig queue,
    BackendKind backend,
    boolean required) {}
