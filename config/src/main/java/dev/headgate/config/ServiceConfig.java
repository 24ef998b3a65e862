package dev.headgate.config;

import java.time.Duration;
import java.util.List;

/// The `service` block: what of the configured components runs, and how it is watched.
///
/// @param shutdownTimeout how long a stop may take to drain and flush
public record ServiceConfig(
    List<ComponentId> extensions,
    List<PipelineConfig> pipelines,
    TelemetryConfig telemetry,
    Duration shutdownTimeout) {
  /// A little less than the 30 s that container runtimes give.
  public static final Duration DEFAULT_SHUTDOWN_TIMEOUT = Duration.ofSeconds(25);

  /// Copies the lists.
  public ServiceConfig {
    extensions = List.copyOf(extensions);
    pipelines = List.copyOf(pipelines);
    Require.notNegative("shutdown_timeout", shutdownTimeout);
  }
}
