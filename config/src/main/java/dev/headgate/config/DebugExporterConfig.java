package dev.headgate.config;

/// The `debug` exporter: prints what reaches it.
public record DebugExporterConfig(Verbosity verbosity, DeliveryConfig delivery)
    implements ExporterConfig {
  /// How much is printed of each request.
  public enum Verbosity {
    BASIC,
    NORMAL,
    DETAILED
  }
}
