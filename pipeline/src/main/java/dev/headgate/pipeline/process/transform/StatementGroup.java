package dev.headgate.pipeline.process.transform;

import dev.headgate.config.OttlGroup;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.process.ottl.Condition;
import dev.headgate.pipeline.process.ottl.Conditions;
import dev.headgate.pipeline.process.ottl.Context;
import dev.headgate.pipeline.process.ottl.Groups;
import dev.headgate.pipeline.process.ottl.OttlParser;
import dev.headgate.pipeline.process.ottl.Part;
import dev.headgate.pipeline.process.ottl.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// The statements of one group, ready to be executed.
///
/// @param conditions of which one must hold, if there are any
/// @param outer the messages around what the context is about that statements may change
record StatementGroup(
    Signal signal, Context context, Conditions conditions, List<Step> steps, Set<Part> outer) {
  /// One statement.
  record Step(Editor editor, Condition where) {}

  /// Parses a group.
  ///
  /// @throws dev.headgate.pipeline.process.ottl.OttlException when this version cannot
  static StatementGroup of(OttlGroup group) {
    Context context = context(group);
    boolean named = group.context().isEmpty();
    List<Step> steps = new ArrayList<>();
    Set<Part> outer = EnumSet.noneOf(Part.class);
    for (String text : group.statements()) {
      Step step = step(context, named, text);
      steps.add(step);
      if (step.editor().target().part() != context.part()) {
        outer.add(step.editor().target().part());
      }
    }
    Conditions conditions = Conditions.of(context, named, group.conditions());
    return new StatementGroup(group.signal(), context, conditions, List.copyOf(steps), outer);
  }

  /// The context of a group: its statements and conditions have one together.
  static Context context(OttlGroup group) {
    List<String> texts = new ArrayList<>(group.statements());
    texts.addAll(group.conditions());
    return Groups.context(group, texts);
  }

  /// Parses one statement.
  static Step step(Context context, boolean named, String text) {
    Statement statement = OttlParser.statement(context, named, text);
    return new Step(EditorCompiler.compile(statement), statement.where());
  }
}
