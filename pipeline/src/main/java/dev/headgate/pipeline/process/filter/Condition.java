package dev.headgate.pipeline.process.filter;

/// A parsed condition.
sealed interface Condition {
  /// Holds when one of two holds.
  record Or(Condition left, Condition right) implements Condition {}

  /// Holds when both hold.
  record And(Condition left, Condition right) implements Condition {}

  /// Holds when another does not.
  record Not(Condition inner) implements Condition {}

  /// Holds always or never.
  record Constant(boolean value) implements Condition {}

  /// Holds when two values compare so.
  record Comparison(Operand left, Operator operator, Operand right) implements Condition {}

  /// Holds when a pattern is found in a value's text.
  record IsMatch(Operand target, Match match) implements Condition {}

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
