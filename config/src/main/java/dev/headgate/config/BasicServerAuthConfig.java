package dev.headgate.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The `basicauth` extension with `htpasswd`: who may send. What is inline overrides the file.
///
/// @param file is watched; null = none
/// @param inline null = none
public record BasicServerAuthConfig(@Nullable Path file, @Nullable Secret inline)
    implements ServerAuthConfig {
  /// Checks that there is somebody.
  public BasicServerAuthConfig {
    if (file == null && inline == null) {
      throw new IllegalArgumentException("htpasswd: empty (expected: file or inline)");
    }
  }
}
