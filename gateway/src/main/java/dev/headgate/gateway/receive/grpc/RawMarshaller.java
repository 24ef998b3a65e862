package dev.headgate.gateway.receive.grpc;

import dev.headgate.pipeline.memory.ArrayPool;
import dev.headgate.pipeline.memory.Bytes;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/// Copies a message into an array, once. Nothing is parsed here: the decompressors of the receiver
/// pass bytes through, so that the worker inflates under the gateway's own bounds.
///
/// **Threading:** any thread.
final class RawMarshaller implements Marshaller<RawMessage> {
  private final ArrayPool pool;

  /// @param pool lends the arrays
  RawMarshaller(ArrayPool pool) {
    this.pool = pool;
  }

  @Override
  public InputStream stream(RawMessage message) {
    return new Body(message.bytes());
  }

  /// Leaves in one piece: what is not Drainable the transport copies through 8 KiB, made for each.
  private static final class Body extends ByteArrayInputStream implements Drainable {
    Body(Bytes message) {
      super(message.array(), 0, message.length());
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
      int bytes = count - pos;
      target.write(buf, pos, bytes);
      pos = count;
      return bytes;
    }
  }

  /// The transport hands over uncompressed messages as streams of known length and compressed ones
  /// behind its size limit, which is how the two are told apart.
  @Override
  public RawMessage parse(InputStream stream) {
    try {
      int length = stream.available();
      byte[] array = pool.take(length);
      int read = stream.readNBytes(array, 0, length);
      if (read != length || stream.read() >= 0) {
        throw new IllegalStateException(
            "message length: other than announced (expected: " + length + ")");
      }
      return new RawMessage(pool.lend(array, length), !(stream instanceof KnownLength));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
