package dev.headgate.gateway.cli;

/// The version of this build.
final class Version {
  private Version() {}

  /// The version, `development` when it was not built into a jar.
  static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
