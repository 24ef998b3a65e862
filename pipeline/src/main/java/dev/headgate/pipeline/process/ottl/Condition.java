package dev.headgate.pipeline.process.ottl;

/// A parsed condition.
public sealed interface Condition {
  /// Holds when one of two holds.
  record Or(Condition left, Condition right) implements Condition {}

  /// Holds when both hold.
  record And(Condition left, Condition right) implements Condition {}

  /// Holds when another does not.
  record Not(Condition inner) implements Condition {}

  /// Holds always or never.
  record Constant(boolean value) implements Condition {}

  /// Holds when two values compare so.
  record Comparison(Expression left, Operator operator, Expression right) implements Condition {}

  /// Holds when a converter says so.
  record Test(Expression.Call call) implements Condition {}

  /// A comparison's operator.
  enum Operator {
    EQ,
    NE,
    LT,
    LE,
    GT,
    GE
  }
}
