package dev.headgate.gateway.cli;

import dev.headgate.config.load.ConfigChecks;
import org.jspecify.annotations.Nullable;

/// The checks of patterns and conditions, made by the code that runs them.
final class PipelineChecks implements ConfigChecks {
  @Override
  public @Nullable String checkPattern(String re2) {
    return null;
  }

  @Override
  public @Nullable String checkReplacement(String re2, String replacement) {
    return null;
  }

  @Override
  public @Nullable String checkCondition(String ottl, String context) {
    return null;
  }
}
