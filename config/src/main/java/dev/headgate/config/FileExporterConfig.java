package dev.headgate.config;

import java.nio.file.Path;

/// The `file` exporter: OTLP JSON, one request a line.
///
/// @param append whether an existing file is continued, or replaced at start
/// @param maxFileBytes size at which the file is rotated, 0 = never
/// @param maxBackups rotated files that are kept, 0 = all
public record FileExporterConfig(
    Path path, boolean append, long maxFileBytes, int maxBackups, DeliveryConfig delivery)
    implements ExporterConfig {
  /// Checks the sizes.
  public FileExporterConfig {
    Require.atLeast("rotation.max_megabytes", maxFileBytes, 0);
    Require.atLeast("rotation.max_backups", maxBackups, 0);
  }
}
