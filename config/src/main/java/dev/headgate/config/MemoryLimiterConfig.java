package dev.headgate.config;

/// The `memory_limiter` processor, mapped onto the byte budget. Of each pair MiB and percentage one
/// is set, the other is 0; percentages are of the process' memory limit (largest heap).
public record MemoryLimiterConfig(
    long limitBytes, double limitPercentage, long spikeLimitBytes, double spikeLimitPercentage)
    implements ProcessorConfig {}
