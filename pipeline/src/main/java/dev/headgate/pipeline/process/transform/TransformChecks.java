package dev.headgate.pipeline.process.transform;

import dev.headgate.config.OttlGroup;
import dev.headgate.pipeline.process.ottl.Context;
import dev.headgate.pipeline.process.ottl.Groups;
import dev.headgate.pipeline.process.ottl.OttlException;

/// Checks of a transform's texts before they are used.
public final class TransformChecks {
  private TransformChecks() {}

  /// Learns what is wrong.
  public interface Sink {
    /// A text of the group is wrong.
    ///
    /// @param statement whether it is a statement, not a condition
    /// @param index its index in its list, or -1 when the group as a whole is meant
    void onProblem(boolean statement, int index, String problem);
  }

  /// Says what is wrong with a group.
  public static void check(OttlGroup group, Sink problems) {
    Context context;
    try {
      context = StatementGroup.context(group);
    } catch (OttlException e) {
      problems.onProblem(true, -1, e.problem());
      return;
    }
    boolean named = group.context().isEmpty();
    for (int i = 0; i < group.statements().size(); i++) {
      try {
        StatementGroup.step(context, named, group.statements().get(i));
      } catch (OttlException e) {
        problems.onProblem(true, i, e.problem());
      }
    }
    for (int i = 0; i < group.conditions().size(); i++) {
      try {
        Groups.checkCondition(group, context, group.conditions().get(i));
      } catch (OttlException e) {
        problems.onProblem(false, i, e.problem());
      }
    }
  }
}
