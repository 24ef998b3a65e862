package dev.headgate.pipeline.wire;

/// What is being written would become larger than its limit.
public final class OutputLimitException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// @param limitBytes the limit that would be passed
  public OutputLimitException(long limitBytes) {
    super("output over its limit: " + limitBytes + " bytes", null, false, false);
  }
}
