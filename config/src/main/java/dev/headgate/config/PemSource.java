package dev.headgate.config;

import java.nio.file.Path;

/// Where certificates or a key in PEM come from: a file, or the configuration itself.
public sealed interface PemSource {
  /// A file, which may be replaced while the gateway runs.
  record InFile(Path path) implements PemSource {
    @Override
    public String toString() {
      return path.toString();
    }
  }

  /// The text itself.
  record Inline(Secret text) implements PemSource {
    @Override
    public String toString() {
      return "the PEM in the configuration";
    }
  }
}
