package dev.headgate.gateway.receive.grpc;

import dev.headgate.pipeline.memory.Bytes;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/// Copies a message into an array of its own length, once. Nothing is parsed here: the
/// decompressors of the receiver pass bytes through, so that the worker inflates under the
/// gateway's own bounds.
///
/// **Threading:** any thread.
final class RawMarshaller implements Marshaller<RawMessage> {
  static final RawMarshaller INSTANCE = new RawMarshaller();

  private RawMarshaller() {}

  @Override
  public InputStream stream(RawMessage message) {
    return new ByteArrayInputStream(message.bytes().array(), 0, message.bytes().length());
  }

  /// The transport hands over uncompressed messages as streams of known length and compressed ones
  /// behind its size limit, which is how the two are told apart.
  @Override
  public RawMessage parse(InputStream stream) {
    try {
      byte[] bytes = new byte[stream.available()];
      int read = stream.readNBytes(bytes, 0, bytes.length);
      if (read != bytes.length || stream.read() >= 0) {
        throw new IllegalStateException(
            "message length: other than announced (expected: " + bytes.length + ")");
      }
      return new RawMessage(Bytes.of(bytes), !(stream instanceof KnownLength));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
