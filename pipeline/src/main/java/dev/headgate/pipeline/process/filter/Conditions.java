package dev.headgate.pipeline.process.filter;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The conditions of one list of the configuration.
public final class Conditions {
  private final List<Condition> conditions;

  private Conditions(List<Condition> conditions) {
    this.conditions = conditions;
  }

  /// What is wrong with a condition, beginning with the column, or null when it is fine.
  ///
  /// @param contextName the key of the list it stands in: `span`, `spanevent`, `log_record`,
  ///   `metric` or `datapoint`
  public static @Nullable String problem(String contextName, String text) {
    ItemContext context = ItemContext.of(contextName);
    if (context == null) {
      return "unknown context: " + contextName;
    }
    try {
      ConditionParser.parse(context, text);
      return null;
    } catch (ConditionException e) {
      return e.problem();
    }
  }

  /// Parses texts that were proven to parse.
  static Conditions of(ItemContext context, List<String> texts) {
    try {
      return new Conditions(
          texts.stream().map(text -> ConditionParser.parse(context, text)).toList());
    } catch (ConditionException e) {
      throw new IllegalArgumentException(context.prefix() + " condition: " + e.problem(), e);
    }
  }

  /// Whether there is none.
  boolean isEmpty() {
    return conditions.isEmpty();
  }

  int size() {
    return conditions.size();
  }

  Condition get(int index) {
    return conditions.get(index);
  }
}
