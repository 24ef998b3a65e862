package dev.headgate.gateway.cli;

import picocli.CommandLine.IVersionProvider;

/// The version of this build.
final class Version implements IVersionProvider {
  Version() {}

  /// The version, `development` when it was not built into a jar.
  static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {"headgate " + text()};
  }
}
