package dev.headgate.pipeline.codec;

/// A body is larger than its limit once it is decompressed. Sending it again cannot help.
public final class TooLargeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// @param limitBytes the limit that was passed
  public TooLargeException(long limitBytes) {
    super("decompressed body over its limit: " + limitBytes + " bytes", null, false, false);
  }
}
