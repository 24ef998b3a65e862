package dev.headgate.config;

import java.util.List;

/// One entry of `service.pipelines`; processors run in the order given.
public record PipelineConfig(
    PipelineId id,
    List<ComponentId> receivers,
    List<ComponentId> processors,
    List<ComponentId> exporters) {}
