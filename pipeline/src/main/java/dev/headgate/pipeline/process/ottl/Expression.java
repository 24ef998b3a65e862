package dev.headgate.pipeline.process.ottl;

import dev.headgate.pipeline.process.CachedPattern;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Something with a value.
public sealed interface Expression
    permits Expression.Literal, Path, Expression.Call, Expression.Arithmetic, Expression.Negation {
  /// A value that never changes.
  record Literal(Value value) implements Expression {}

  /// A converter.
  ///
  /// @param pattern the compiled second argument of IsMatch, null for others
  record Call(Function function, List<Expression> arguments, @Nullable CachedPattern pattern)
      implements Expression {}

  /// Two numbers and what is done with them.
  record Arithmetic(Expression left, Operation operation, Expression right) implements Expression {}

  /// A number with the other sign.
  record Negation(Expression inner) implements Expression {}

  /// What is done with two numbers.
  enum Operation {
    ADD,
    SUBTRACT,
    MULTIPLY,
    DIVIDE
  }
}
