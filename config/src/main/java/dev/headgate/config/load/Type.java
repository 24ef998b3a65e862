package dev.headgate.config.load;

import org.jspecify.annotations.Nullable;

/// How the value of a key is read, and what the reference page says about it.
interface Type<T> {
  /// The value, or null when it is not one and the problem is reported.
  @Nullable T read(Node node, Place place);

  /// What the reference page calls it: `duration`, `list of texts`.
  String title();

  /// A default as it would be written in a file.
  default String show(T value) {
    return value.toString();
  }

  /// The table of the keys below, null for values without keys.
  default @Nullable Block<?> block() {
    return null;
  }
}
