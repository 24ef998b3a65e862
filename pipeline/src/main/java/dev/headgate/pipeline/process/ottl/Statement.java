package dev.headgate.pipeline.process.ottl;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A parsed statement: an editor's name and arguments, and when it is to be called.
///
/// @param where holds when the editor is to be called
public record Statement(String editor, List<Argument> arguments, Condition where) {
  /// An argument of an editor.
  ///
  /// @param expression null where the argument is a list
  /// @param list null where it is an expression
  /// @param column where it begins, counted from 1
  public record Argument(
      @Nullable Expression expression, @Nullable List<Expression> list, int column) {}

  /// Copies the arguments.
  public Statement {
    arguments = List.copyOf(arguments);
  }
}
