package dev.headgate.config;

/// An exporter's block.
public sealed interface ExporterConfig
    permits OtlpGrpcExporterConfig,
        OtlpHttpExporterConfig,
        FileExporterConfig,
        DebugExporterConfig,
        NopExporterConfig {}
