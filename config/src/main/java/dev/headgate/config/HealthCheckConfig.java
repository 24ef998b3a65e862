package dev.headgate.config;

/// The `health_check` extension.
public record HealthCheckConfig(HostPort endpoint, String path) implements ExtensionConfig {
  /// The Collector's defaults.
  public static final HealthCheckConfig DEFAULT =
      new HealthCheckConfig(new HostPort("localhost", 13133), "/");

  /// Checks the path.
  public HealthCheckConfig {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException(
          "path: " + path + " (expected: a path that begins with /)");
    }
  }
}
