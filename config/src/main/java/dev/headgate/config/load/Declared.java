package dev.headgate.config.load;

import dev.headgate.config.ComponentId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// The components of one section.
///
/// @param valid those that could be read
/// @param marks where each id stands, the unreadable ones included
/// @param idle ids that are accepted without doing anything
record Declared<C>(Map<ComponentId, C> valid, Map<ComponentId, Mark> marks, Set<ComponentId> idle) {
  static <C> Declared<C> none() {
    return new Declared<>(Map.of(), Map.of(), Set.of());
  }

  /// The valid ones among the given, in the order of the section.
  Map<ComponentId, C> only(Set<ComponentId> used) {
    Map<ComponentId, C> kept = new LinkedHashMap<>();
    valid.forEach((id, config) -> {
      if (used.contains(id)) {
        kept.put(id, config);
      }
    });
    return kept;
  }
}
