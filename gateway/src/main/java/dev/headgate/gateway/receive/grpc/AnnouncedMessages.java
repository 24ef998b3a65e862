package dev.headgate.gateway.receive.grpc;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Connection;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/// Messages of which the client has sent the beginning and waits: each says there how long it is
/// (gRPC over HTTP/2, "Length-Prefixed-Message"), so that all of it can be reserved before the rest
/// is sent. A message that is refused after most of it has come costs as much to read as one that
/// is taken.
///
/// **Threading:** confined to the connection's event loop.
final class AnnouncedMessages {
  private static final int FLAG_BYTES = 1;
  private static final int PREFIX_BYTES = FLAG_BYTES + Integer.BYTES;

  private final Http2Connection connection;
  private final ClientWindow window;
  private final Http2Connection.PropertyKey messages;

  AnnouncedMessages(Http2Connection connection, ClientWindow window) {
    this.connection = connection;
    this.window = window;
    this.messages = connection.newKey();
  }

  /// What is known of a stream's message.
  private static final class Message {
    private static final long UNKNOWN = -1;

    private long bytes = UNKNOWN;
    private @Nullable WireCharge charge;
  }

  private @Nullable Message message(int streamId) {
    Http2Stream stream = connection.stream(streamId);
    return stream == null ? null : stream.getProperty(messages);
  }

  /// A stream begins whose client may send little.
  void begins(int streamId) {
    Http2Stream stream = connection.stream(streamId);
    if (stream != null) {
      stream.setProperty(messages, new Message());
    }
  }

  /// Learns from its first bytes how long the message is. One that does not say it there is not
  /// reserved ahead.
  void data(int streamId, ByteBuf data) {
    Message message = message(streamId);
    if (message != null && message.bytes == Message.UNKNOWN && data.isReadable()) {
      long bytes =
          data.readableBytes() < PREFIX_BYTES
              ? 0
              : PREFIX_BYTES + data.getUnsignedInt(data.readerIndex() + FLAG_BYTES);
      message.bytes = Math.min(bytes, ClientWindow.WIDE_BYTES);
    }
  }

  /// A call's message is wanted.
  void taken(int streamId, WireCharge charge) {
    Message message = message(streamId);
    if (message != null) {
      message.charge = charge;
      ask(streamId);
    }
  }

  /// Asks for room if a message is wanted, its length is known and not all of it is here.
  void ask(int streamId) {
    Http2Stream stream = connection.stream(streamId);
    Message message = message(streamId);
    if (stream == null || message == null || stream.state() != Http2Stream.State.OPEN) {
      return;
    }
    WireCharge charge = message.charge;
    if (charge == null || message.bytes == Message.UNKNOWN) {
      return;
    }
    message.charge = null;
    charge.announced(message.bytes, () -> window.open(streamId));
  }
}
