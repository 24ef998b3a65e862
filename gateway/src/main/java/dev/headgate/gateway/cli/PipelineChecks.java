package dev.headgate.gateway.cli;

import dev.headgate.config.OttlGroup;
import dev.headgate.config.load.ConfigChecks;
import dev.headgate.pipeline.process.attributes.AttributesProcessor;
import dev.headgate.pipeline.process.filter.FilterProcessor;
import dev.headgate.pipeline.process.regex.RegexChecks;
import dev.headgate.pipeline.process.transform.TransformChecks;
import java.util.ArrayList;
import java.util.List;
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
  public List<OttlProblem> checkOttl(OttlGroup group) {
    List<OttlProblem> problems = new ArrayList<>();
    if (!group.statements().isEmpty()) {
      TransformChecks.check(
          group,
          (statement, index, problem) -> problems.add(new OttlProblem(statement, index, problem)));
      return problems;
    }
    for (int i = 0; i < group.conditions().size(); i++) {
      String problem = FilterProcessor.problem(group, group.conditions().get(i));
      if (problem != null) {
        problems.add(new OttlProblem(false, i, problem));
      }
    }
    return problems;
  }
}
