package dev.headgate.gateway.cli;

import dev.headgate.config.load.ConfigChecks;
import dev.headgate.pipeline.process.attributes.AttributesProcessor;
import dev.headgate.pipeline.process.filter.Conditions;
import dev.headgate.pipeline.process.regex.RegexChecks;
import org.jspecify.annotations.Nullable;

/// The checks of patterns and conditions, made by the code that runs them.
public final class PipelineChecks implements ConfigChecks {
  @Override
  public @Nullable String checkPattern(String re2) {
    return RegexChecks.problem(re2);
  }

  @Override
  public @Nullable String checkExtraction(String re2) {
    return AttributesProcessor.extractionProblem(re2);
  }

  @Override
  public @Nullable String checkReplacement(String re2, String replacement) {
    return RegexChecks.problem(re2, replacement);
  }

  @Override
  public @Nullable String checkCondition(String ottl, String context) {
    return Conditions.problem(context, ottl);
  }
}
