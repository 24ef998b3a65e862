package dev.headgate.pipeline.process.filter;

/// A condition that this version cannot parse; never leaves the package.
final class ConditionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// @param column where, counted from 1
  /// @param problem what is wrong and what is expected
  ConditionException(int column, String problem) {
    super("column " + column + ": " + problem, null, false, false);
  }

  /// The column and the problem.
  String problem() {
    return String.valueOf(getMessage());
  }
}
