package dev.headgate.pipeline.process.ottl;

import java.util.ArrayList;
import java.util.List;

/// Conditions of which any may hold.
///
/// **Threading:** immutable; any thread.
public final class Conditions {
  /// No condition.
  public static final Conditions NONE = new Conditions(List.of());

  private final List<Condition> conditions;

  private Conditions(List<Condition> conditions) {
    this.conditions = List.copyOf(conditions);
  }

  /// Parses conditions.
  ///
  /// @param named whether every path must begin with the name of a context
  /// @throws OttlException when this version cannot parse one
  public static Conditions of(Context context, boolean named, List<String> texts) {
    List<Condition> parsed = new ArrayList<>();
    for (String text : texts) {
      parsed.add(OttlParser.condition(context, named, text));
    }
    return new Conditions(parsed);
  }

  /// Whether there is none.
  public boolean isEmpty() {
    return conditions.isEmpty();
  }

  /// Whether any condition holds. One that cannot be evaluated does not, and is reported.
  public boolean anyHolds(Subject subject, Evaluator evaluator, Failures failures) {
    for (int i = 0; i < conditions.size(); i++) {
      evaluator.start();
      boolean holds = evaluator.holds(conditions.get(i), subject);
      if (evaluator.failed()) {
        failures.onFailure("condition", i);
      } else if (holds) {
        return true;
      }
    }
    return false;
  }

  /// Learns what could not be evaluated.
  public interface Failures {
    /// A condition or statement could not be evaluated on an item.
    ///
    /// @param what `condition` or `statement`
    /// @param index its index in its list
    void onFailure(String what, int index);
  }
}
