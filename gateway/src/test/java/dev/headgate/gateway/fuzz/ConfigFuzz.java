package dev.headgate.gateway.fuzz;

import dev.headgate.config.load.ConfigChecks;
import dev.headgate.config.load.ConfigException;
import dev.headgate.config.load.ConfigLoader;
import dev.headgate.config.load.ConfigSource;
import dev.headgate.pipeline.process.filter.Conditions;
import dev.headgate.pipeline.process.regex.RegexChecks;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Configurations: loaded, or refused with problems that name the file.
public final class ConfigFuzz {
  /// The checks as the gateway makes them.
  static final ConfigChecks CHECKS =
      new ConfigChecks() {
        @Override
        public @Nullable String checkPattern(String re2) {
          return RegexChecks.problem(re2);
        }

        @Override
        public @Nullable String checkReplacement(String re2, String replacement) {
          return RegexChecks.problem(re2, replacement);
        }

        @Override
        public @Nullable String checkCondition(String ottl, String context) {
          return Conditions.problem(context, ottl);
        }
      };

  private ConfigFuzz() {}

  /// One input: a configuration.
  public static void fuzzerTestOneInput(byte[] data) {
    String yaml = new String(data, StandardCharsets.UTF_8);
    try {
      new ConfigLoader(name -> name.length() == 1 ? "x" : null, CHECKS)
          .load(List.of(new ConfigSource("fuzz.yaml", yaml)), List.of());
    } catch (ConfigException e) {
      if (e.problems().isEmpty()) {
        throw new AssertionError("refused without a problem", e);
      }
    }
  }
}
