package dev.headgate.config;

import java.util.List;

/// The `filter` processor: an item for which any condition of a group holds is dropped.
///
/// @param groups applied in order, each to what the one before has left
public record FilterConfig(List<OttlGroup> groups) implements ProcessorConfig {
  /// Copies the list.
  public FilterConfig {
    groups = List.copyOf(groups);
  }
}
