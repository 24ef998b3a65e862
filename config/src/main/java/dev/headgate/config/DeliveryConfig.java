package dev.headgate.config;

import java.time.Duration;

/// What every exporter has: time limit per attempt, retry, queue.
///
/// @param timeout the limit of one attempt; zero = none
/// @param required whether this exporter's full queue refuses the client even where a pipeline has
///   several exporters
public record DeliveryConfig(
    Duration timeout,
    RetryConfig retry,
    QueueConfig queue,
    BackendConfig backend,
    boolean required) {
  /// The Collector's defaults of an OTLP/gRPC exporter.
  public static final DeliveryConfig DEFAULT =
      new DeliveryConfig(
          Duration.ofSeconds(5),
          RetryConfig.DEFAULT,
          QueueConfig.DEFAULT,
          BackendConfig.of(BackendKind.OTLP),
          false);

  /// Checks the timeout.
  public DeliveryConfig {
    Require.notNegative("timeout", timeout);
  }
}
