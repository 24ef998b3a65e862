package dev.headgate.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The `basicauth` extension with `client_auth`: as whom an exporter sends. Files are watched, and
/// win over what is in the configuration.
public record BasicClientAuthConfig(
    String username,
    @Nullable Path usernameFile,
    @Nullable Secret password,
    @Nullable Path passwordFile)
    implements ClientAuthConfig {
  /// Checks that there is a user, whose name ends at the colon (RFC 7617 section 2).
  public BasicClientAuthConfig {
    if (username.isEmpty() && usernameFile == null) {
      throw new IllegalArgumentException(
          "client_auth: no user (expected: username or username_file)");
    }
    if (username.indexOf(':') >= 0) {
      throw new IllegalArgumentException("client_auth.username: has a colon (expected: none)");
    }
    if (password == null && passwordFile == null) {
      throw new IllegalArgumentException(
          "client_auth: no password (expected: password or password_file)");
    }
  }
}
