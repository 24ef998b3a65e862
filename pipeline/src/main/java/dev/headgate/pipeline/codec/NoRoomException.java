package dev.headgate.pipeline.codec;

/// There is no memory to decompress a body into just now. Sending it again later can help.
public final class NoRoomException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// @param bytes what was asked for in vain
  public NoRoomException(long bytes) {
    super("no room to decompress: " + bytes + " more bytes", null, false, false);
  }
}
