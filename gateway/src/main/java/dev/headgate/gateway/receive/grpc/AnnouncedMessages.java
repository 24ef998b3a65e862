package dev.headgate.gateway.receive.grpc;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Connection;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/// Messages of which the client may send no more than the beginning: it says there how long each is
/// (gRPC over HTTP/2, "Length-Prefixed-Message"). The rest is sent when all of it is reserved, or
/// as much as the client may send then, or the call is refused before it: a message that is refused
/// half-way costs as much to read as one that is taken.
///
/// **Threading:** confined to the connection's event loop.
final class AnnouncedMessages {
  private static final int FLAG_BYTES = 1;
  private static final int PREFIX_BYTES = FLAG_BYTES + Integer.BYTES;

  private final Http2Connection connection;
  private final ClientWindow window;
  private final Http2Connection.PropertyKey beginnings;

  AnnouncedMessages(Http2Connection connection, ClientWindow window) {
    this.connection = connection;
    this.window = window;
    this.beginnings = connection.newKey();
  }

  /// A call begins.
  ///
  /// @param largestBytes what its message may have at most
  void begins(int streamId, WireCharge charge, long largestBytes) {
    Http2Stream stream = connection.stream(streamId);
    if (stream != null && window.isNarrow()) {
      stream.setProperty(beginnings, new Beginning(charge, largestBytes));
    }
  }

  /// A call's message is wanted.
  void wanted(int streamId) {
    Http2Stream stream = connection.stream(streamId);
    Beginning beginning = stream == null ? null : beginning(stream);
    if (stream != null && beginning != null) {
      beginning.wanted = true;
      if (beginning.isKnown() && tryTake(stream, beginning)) {
        window.flush(); // nothing is being read that would do it
      }
    }
  }

  /// Data of a stream has come, and nobody has seen it yet. Returns whether anybody shall: not when
  /// its call is refused for this or the data before.
  ///
  /// @param last whether nothing comes behind it
  boolean data(int streamId, ByteBuf data, boolean last) {
    Http2Stream stream = connection.stream(streamId);
    Beginning beginning = stream == null ? null : beginning(stream);
    if (stream == null || beginning == null) {
      return true;
    }
    if (beginning.refused) {
      return false;
    }
    if (last) {
      forget(stream);
      return true;
    }
    beginning.read(data);
    return !beginning.wanted || !beginning.isKnown() || tryTake(stream, beginning);
  }

  private @Nullable Beginning beginning(Http2Stream stream) {
    return stream.getProperty(beginnings);
  }

  private void forget(Http2Stream stream) {
    Beginning _ = stream.removeProperty(beginnings);
  }

  /// Has the rest come. False: there is no room, the call is refused.
  private boolean tryTake(Http2Stream stream, Beginning beginning) {
    long bytes = beginning.neededBytes();
    if (bytes > 0) {
      if (!beginning.charge.reserveAhead(bytes)) {
        beginning.refused = true;
        return false;
      }
      window.open(stream);
    }
    forget(stream);
    return true;
  }

  /// What is known of a message whose rest is not sent yet.
  private static final class Beginning {
    private final WireCharge charge;
    private final long largestBytes;
    private boolean wanted;
    private boolean refused;
    private int prefixBytes;
    private long messageBytes;

    Beginning(WireCharge charge, long largestBytes) {
      this.charge = charge;
      this.largestBytes = largestBytes;
    }

    void read(ByteBuf data) {
      for (int i = data.readerIndex(); prefixBytes < PREFIX_BYTES && i < data.writerIndex(); i++) {
        if (prefixBytes >= FLAG_BYTES) {
          messageBytes = messageBytes << Byte.SIZE | data.getUnsignedByte(i);
        }
        prefixBytes++;
      }
    }

    boolean isKnown() {
      return prefixBytes == PREFIX_BYTES;
    }

    /// What the client sends if it may, with the prefix. What has come already, or comes anyway, or
    /// is too large, which grpc-java says at once, needs nothing.
    long neededBytes() {
      long bytes = PREFIX_BYTES + messageBytes;
      return bytes <= ClientWindow.NARROW_BYTES || messageBytes > largestBytes
          ? 0
          : Math.min(bytes, ClientWindow.WIDE_BYTES);
    }
  }
}
