package dev.headgate.config;

import java.time.Duration;
import java.util.List;

/// The `service` block: what of the configured components runs, and how it is watched.
public record ServiceConfig(
    List<ComponentId> extensions,
    List<PipelineConfig> pipelines,
    TelemetryConfig telemetry,
    Duration shutdownTimeout) {}
