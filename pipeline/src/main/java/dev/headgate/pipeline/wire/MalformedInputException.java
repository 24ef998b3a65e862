package dev.headgate.pipeline.wire;

/// Bytes that are not what they claim to be. Carries no payload text and no stack trace, because
/// hostile clients can cause it at any rate.
public final class MalformedInputException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final int offset;

  /// @param offset where in the input, in bytes
  /// @param reason what is wrong, without any of the input's text
  public MalformedInputException(int offset, String reason) {
    super(reason + " at byte " + offset, null, false, false);
    this.offset = offset;
  }

  /// The offset in the input, in bytes.
  public int offset() {
    return offset;
  }
}
