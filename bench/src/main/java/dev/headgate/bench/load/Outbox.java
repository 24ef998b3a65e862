package dev.headgate.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// Bytes that wait to be written to a socket: what is small, gathered.
///
/// **Threading:** confined to the event loop.
final class Outbox {
  private static final int START_BYTES = 1 << 14;

  private ByteBuffer bytes = ByteBuffer.allocateDirect(START_BYTES);

  /// The buffer, with room for so much more.
  ByteBuffer room(int more) {
    if (bytes.remaining() < more) {
      ByteBuffer larger =
          ByteBuffer.allocateDirect(Math.max(2 * bytes.capacity(), bytes.position() + more));
      bytes = larger.put(bytes.flip());
    }
    return bytes;
  }

  /// Whether nothing waits.
  boolean isEmpty() {
    return bytes.position() == 0;
  }

  /// Forgets what waits.
  void clear() {
    bytes.clear();
  }

  /// Writes what waits, as far as the socket takes it.
  ///
  /// @return whether nothing waits any more
  boolean flush(SocketChannel channel) throws IOException {
    if (isEmpty()) {
      return true;
    }
    bytes.flip();
    channel.write(bytes);
    bytes.compact();
    return isEmpty();
  }

  /// Writes what waits and then of `body` as far as the socket takes it.
  ///
  /// @return whether nothing waits any more and `body` has no remaining bytes
  boolean flush(SocketChannel channel, ByteBuffer body) throws IOException {
    if (isEmpty()) {
      channel.write(body);
      return !body.hasRemaining();
    }
    bytes.flip();
    channel.write(new ByteBuffer[] {bytes, body});
    bytes.compact();
    return isEmpty() && !body.hasRemaining();
  }
}
