package dev.headgate.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The `attributes` and `resource` processors: actions in order on an item's or a resource's
/// attributes.
///
/// @param include which items alone are changed, or null for all; a metric stands for its points
/// @param exclude which of those are not changed, or null for none
public record AttributesConfig(
    Target target,
    @Nullable MatchProperties include,
    @Nullable MatchProperties exclude,
    List<AttributeAction> actions)
    implements ProcessorConfig {
  /// Copies the list.
  public AttributesConfig {
    actions = List.copyOf(actions);
  }

  /// Whose attributes are changed.
  public enum Target {
    ITEM,
    RESOURCE
  }
}
