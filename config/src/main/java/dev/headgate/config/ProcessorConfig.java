package dev.headgate.config;

/// A processor's block.
public sealed interface ProcessorConfig
    permits MemoryLimiterConfig,
        RedactionConfig,
        LogScrubberConfig,
        SamplerConfig,
        FilterConfig,
        TransformConfig,
        AttributesConfig,
        CardinalityGuardConfig,
        BatchConfig {}
