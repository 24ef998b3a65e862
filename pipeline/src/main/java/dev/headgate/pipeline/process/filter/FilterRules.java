package dev.headgate.pipeline.process.filter;

import dev.headgate.config.OttlGroup;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.process.ottl.Conditions;
import dev.headgate.pipeline.process.ottl.Context;
import dev.headgate.pipeline.process.ottl.Groups;
import dev.headgate.pipeline.process.ottl.OttlException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The conditions of one group by what they are about.
///
/// **Threading:** immutable; any thread.
final class FilterRules {
  private final Signal signal;
  private final Map<Context, Conditions> conditions = new EnumMap<>(Context.class);

  private FilterRules(Signal signal) {
    this.signal = signal;
  }

  /// Parses a group that was proven to parse. Without a context of the group, each condition has
  /// the one that is inferred from it alone.
  static FilterRules of(OttlGroup group) {
    FilterRules rules = new FilterRules(group.signal());
    Map<Context, List<String>> texts = new EnumMap<>(Context.class);
    try {
      for (String text : group.conditions()) {
        Context context = Groups.context(group, List.of(text));
        texts.computeIfAbsent(context, _ -> new ArrayList<>()).add(text);
      }
      boolean named = group.context().isEmpty();
      texts.forEach(
          (context, list) -> rules.conditions.put(context, Conditions.of(context, named, list)));
    } catch (OttlException e) {
      throw new IllegalArgumentException("condition: " + e.problem(), e);
    }
    return rules;
  }

  Signal signal() {
    return signal;
  }

  /// The conditions of a context, which may be none.
  Conditions of(Context context) {
    return conditions.getOrDefault(context, Conditions.NONE);
  }
}
