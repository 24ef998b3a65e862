package dev.headgate.config;

import org.jspecify.annotations.Nullable;

/// The `service.telemetry` block.
///
/// @param metricsAddress where `/metrics` listens, null when switched off (`level: none`)
/// @param withTypeSuffix whether the Collector's counters carry `_total` (`without_type_suffix:
///   false`)
/// @param logLevel the least severe level that is logged: DEBUG, INFO, WARN or ERROR
/// @param admin who may use the operator's API and page there, null when there is none
public record TelemetryConfig(
    @Nullable HostPort metricsAddress,
    boolean withTypeSuffix,
    String logLevel,
    @Nullable AdminConfig admin) {
  /// Metrics on loopback, the names that a scrape of the Collector shows, log level INFO.
  public static final TelemetryConfig DEFAULT =
      new TelemetryConfig(new HostPort("localhost", 8888), false, "INFO", null);
}
