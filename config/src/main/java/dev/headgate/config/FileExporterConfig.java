package dev.headgate.config;

import java.nio.file.Path;

/// The `file` exporter: OTLP JSON, one request a line.
///
/// @param maxFileBytes size at which the file is rotated, 0 = never
/// @param maxBackups rotated files that are kept
public record FileExporterConfig(
    Path path, boolean append, long maxFileBytes, int maxBackups, DeliveryConfig delivery)
    implements ExporterConfig {}
