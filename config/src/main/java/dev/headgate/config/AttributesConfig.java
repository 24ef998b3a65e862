package dev.headgate.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The `attributes` and `resource` processors: actions in order on an item's or a resource's
/// attributes.
public record AttributesConfig(Target target, List<Action> actions) implements ProcessorConfig {
  /// Copies the list.
  public AttributesConfig {
    actions = List.copyOf(actions);
  }

  /// Whose attributes are changed.
  public enum Target {
    ITEM,
    RESOURCE
  }

  /// What an action does.
  public enum Kind {
    INSERT,
    UPDATE,
    UPSERT,
    DELETE,
    HASH,
    EXTRACT
  }

  /// One action.
  ///
  /// @param key the attribute, empty when only `pattern` is given
  /// @param value a String, Long, Double or Boolean, or null
  /// @param fromAttribute the attribute to copy the value from, or null
  /// @param pattern RE2 text: keys to delete or hash, or named groups to extract, or null
  public record Action(
      Kind kind,
      String key,
      @Nullable Object value,
      @Nullable String fromAttribute,
      @Nullable String pattern) {
    /// Checks that the value is of a scalar type.
    public Action {
      switch (value) {
        case null -> {}
        case String _, Long _, Double _, Boolean _ -> {}
        default ->
            throw new IllegalArgumentException(
                "value: a " + value.getClass().getSimpleName() + " (expected: a scalar)");
      }
    }
  }
}
