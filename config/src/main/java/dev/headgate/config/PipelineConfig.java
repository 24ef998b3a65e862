package dev.headgate.config;

import java.util.List;

/// One entry of `service.pipelines`; processors run in the order given.
public record PipelineConfig(
    PipelineId id,
    List<ComponentId> receivers,
    List<ComponentId> processors,
    List<ComponentId> exporters) {
  /// Copies the lists.
  public PipelineConfig {
    receivers = List.copyOf(receivers);
    processors = List.copyOf(processors);
    exporters = List.copyOf(exporters);
  }
}
