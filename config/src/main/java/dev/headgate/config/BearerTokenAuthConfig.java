package dev.headgate.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The `bearertokenauth` extension: receivers take any of the tokens, exporters send the first.
///
/// @param header the header that holds the token
/// @param scheme the word in front of the token, empty = none
/// @param tokens the tokens, empty when there is a file
/// @param filename holds a token a line, and is watched; null when there are tokens
public record BearerTokenAuthConfig(
    String header, String scheme, List<Secret> tokens, @Nullable Path filename)
    implements ServerAuthConfig, ClientAuthConfig {
  /// Checks that there is a token, or will be one.
  public BearerTokenAuthConfig {
    Require.notEmpty("header", header);
    tokens = List.copyOf(tokens);
    if (tokens.isEmpty() == (filename == null)) {
      throw new IllegalArgumentException("no token (expected: token, tokens or filename)");
    }
  }
}
