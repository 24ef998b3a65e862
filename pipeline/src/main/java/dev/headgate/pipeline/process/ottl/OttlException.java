package dev.headgate.pipeline.process.ottl;

/// A text that this version cannot read as OTTL; never leaves the checks of the configuration.
public final class OttlException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// @param column where, counted from 1
  /// @param problem what is wrong and what is expected
  public OttlException(int column, String problem) {
    super("column " + column + ": " + problem, null, false, false);
  }

  /// @param problem what is wrong with the text as a whole, and what is expected
  public OttlException(String problem) {
    super(problem, null, false, false);
  }

  /// The column and the problem.
  public String problem() {
    return String.valueOf(getMessage());
  }
}
