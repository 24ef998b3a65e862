package dev.headgate.gateway.fuzz;

import dev.headgate.config.load.ConfigException;
import dev.headgate.config.load.ConfigLoader;
import dev.headgate.config.load.ConfigSource;
import dev.headgate.gateway.cli.PipelineChecks;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Configurations: loaded, or refused with problems that name the file.
public final class ConfigFuzz {
  private ConfigFuzz() {}

  /// One input: a configuration.
  public static void fuzzerTestOneInput(byte[] data) {
    String yaml = new String(data, StandardCharsets.UTF_8);
    try {
      new ConfigLoader(name -> name.length() == 1 ? "x" : null, new PipelineChecks())
          .load(List.of(new ConfigSource("fuzz.yaml", yaml)), List.of());
    } catch (ConfigException e) {
      if (e.problems().isEmpty()) {
        throw new AssertionError("refused without a problem", e);
      }
    }
  }
}
