package dev.headgate.config;

import java.util.List;

/// The `transform` processor: statements that change items, scopes and resources.
///
/// @param groups applied in order, each to what the one before has left
public record TransformConfig(List<OttlGroup> groups) implements ProcessorConfig {
  /// Copies the list.
  public TransformConfig {
    groups = List.copyOf(groups);
  }
}
