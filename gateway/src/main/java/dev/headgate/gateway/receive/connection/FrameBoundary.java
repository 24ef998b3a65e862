package dev.headgate.gateway.receive.connection;

import java.nio.ByteBuffer;

/// Follows the bytes of an HTTP/2 client from frame to frame (RFC 9113 sections 3.4, 4.1 and 6.10)
/// to know whether something is begun that is not complete: the preface, a frame, or a header
/// block.
///
/// **Threading:** confined to the connection's event loop.
public final class FrameBoundary {
  private static final int PREFACE_BYTES = 24;
  private static final int HEAD_BYTES = 9;
  private static final int HEADERS = 1;
  private static final int CONTINUATION = 9;
  private static final int END_HEADERS = 4;

  private final Connection connection;
  private final byte[] head = new byte[HEAD_BYTES];
  private int headBytes;
  private int missingBytes = PREFACE_BYTES;
  private boolean inHeaderBlock;

  /// @param connection is told what is open
  public FrameBoundary(Connection connection) {
    this.connection = connection;
    connection.frames(true, true);
  }

  /// Takes the next bytes, to their end.
  public void bytes(ByteBuffer in) {
    boolean completed = false;
    while (in.hasRemaining()) {
      if (missingBytes > 0) {
        int skipped = Math.min(missingBytes, in.remaining());
        in.position(in.position() + skipped);
        missingBytes -= skipped;
      } else {
        head[headBytes++] = in.get();
        if (headBytes == HEAD_BYTES) {
          headBytes = 0;
          onHead();
        }
      }
      completed |= missingBytes == 0 && headBytes == 0 && !inHeaderBlock;
    }
    connection.frames(missingBytes > 0 || headBytes > 0 || inHeaderBlock, completed);
  }

  private void onHead() {
    missingBytes = (head[0] & 0xff) << 16 | (head[1] & 0xff) << 8 | (head[2] & 0xff);
    if (head[3] == HEADERS || head[3] == CONTINUATION) {
      inHeaderBlock = (head[4] & END_HEADERS) == 0;
    }
  }
}
