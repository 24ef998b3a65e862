package dev.headgate.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Reads HTTP/2 frames as their bytes come in; DATA is handed on in pieces, without being gathered.
///
/// **Threading:** confined to the event loop.
final class FrameReader {
  /// Takes what frames say.
  interface Listener {
    /// A DATA frame begins that takes so much from the windows.
    void onDataFrame(int stream, int windowBytes);

    /// A piece of data: the next `bytes` bytes of `in`, whose position is to be left as it is.
    void onData(int stream, ByteBuffer in, int bytes);

    /// The peer has said all on a stream.
    void onEnd(int stream);

    /// Headers or trailers.
    void onHeaders(int stream, Http2Headers headers);

    /// The peer gave a stream up.
    void onReset(int stream, int code);

    /// A setting of the peer.
    void onSetting(int identifier, int value);

    /// The settings are complete and want an answer.
    void onSettingsEnd();

    /// A ping that wants an answer.
    void onPing(long data);

    /// The peer wants no more streams.
    void onGoAway();

    /// The peer takes so many bytes more, on a stream or (0) on the connection.
    void onWindowUpdate(int stream, int bytes);
  }

  private static final int MAX_BLOCK_BYTES = 1 << 16;

  private final Listener listener;
  private final DefaultHttp2HeadersDecoder headers = new DefaultHttp2HeadersDecoder(false, 65_536);
  private final ByteBuffer head = ByteBuffer.allocate(Http2.FRAME_HEADER_BYTES);
  private final ByteBuf block = Unpooled.buffer(1024);
  private final ByteBuffer control = ByteBuffer.allocate(Http2.MAX_FRAME_BYTES);
  private int skip;
  private boolean inFrame;
  private int type;
  private int flags;
  private int stream;
  private int left;
  private int padding;
  private boolean paddingUnknown;
  private boolean endsStream;

  /// Creates a reader.
  ///
  /// @param skip bytes before the first frame: the preface, on the server's side
  FrameReader(Listener listener, int skip) {
    this.listener = listener;
    this.skip = skip;
  }

  /// Reads all of `in`.
  void read(ByteBuffer in) throws IOException {
    while (in.hasRemaining()) {
      if (skip > 0) {
        int bytes = Math.min(skip, in.remaining());
        in.position(in.position() + bytes);
        skip -= bytes;
      } else if (!inFrame) {
        readHead(in);
      } else if (type == Http2.DATA) {
        readData(in);
      } else {
        int bytes = Math.min(left, in.remaining());
        control.put(control.position(), in, in.position(), bytes);
        control.position(control.position() + bytes);
        in.position(in.position() + bytes);
        left -= bytes;
        endIfComplete();
      }
    }
  }

  private void readHead(ByteBuffer in) throws IOException {
    if (head.position() == 0 && in.remaining() >= Http2.FRAME_HEADER_BYTES) {
      int at = in.position();
      begin(in.getInt(at), in.get(at + 4), in.getInt(at + Http2.STREAM_OFFSET));
      in.position(at + Http2.FRAME_HEADER_BYTES);
    } else {
      while (head.hasRemaining() && in.hasRemaining()) {
        head.put(in.get());
      }
      if (head.hasRemaining()) {
        return;
      }
      head.clear();
      begin(head.getInt(0), head.get(4), head.getInt(Http2.STREAM_OFFSET));
    }
    endIfComplete();
  }

  private void begin(int lengthAndType, byte flags, int stream) throws IOException {
    left = lengthAndType >>> 8;
    type = lengthAndType & 0xff;
    this.flags = flags;
    this.stream = stream & 0x7fffffff;
    if (left > Http2.MAX_FRAME_BYTES) {
      throw new IOException("HTTP/2 frame: " + left + " B (expected: at most 16384)");
    }
    inFrame = true;
    control.clear();
    padding = 0;
    paddingUnknown = type == Http2.DATA && (flags & Http2.PADDED) != 0;
    if (type == Http2.DATA) {
      listener.onDataFrame(this.stream, left);
    }
  }

  private void readData(ByteBuffer in) throws IOException {
    if (paddingUnknown) {
      padding = in.get() & 0xff;
      paddingUnknown = false;
      left--;
    }
    int bytes = Math.min(left - padding, in.remaining());
    if (bytes > 0) {
      listener.onData(stream, in, bytes);
      in.position(in.position() + bytes);
      left -= bytes;
    } else {
      int padded = Math.min(left, in.remaining());
      in.position(in.position() + padded);
      left -= padded;
      padding -= padded;
    }
    endIfComplete();
  }

  private void endIfComplete() throws IOException {
    if (left > 0) {
      return;
    }
    inFrame = false;
    switch (type) {
      case Http2.DATA -> endStream();
      case Http2.HEADERS, Http2.CONTINUATION -> endHeaders();
      case Http2.RST_STREAM -> listener.onReset(stream, control.getInt(0));
      case Http2.SETTINGS -> endSettings();
      case Http2.PING -> {
        if ((flags & Http2.ACK) == 0) {
          listener.onPing(control.getLong(0));
        }
      }
      case Http2.GOAWAY -> listener.onGoAway();
      case Http2.WINDOW_UPDATE -> listener.onWindowUpdate(stream, control.getInt(0));
      default -> {}
    }
  }

  private void endStream() {
    if ((flags & Http2.END_STREAM) != 0) {
      listener.onEnd(stream);
    }
  }

  private void endHeaders() throws IOException {
    control.flip();
    if (type == Http2.HEADERS) {
      endsStream = (flags & Http2.END_STREAM) != 0;
      int pad = (flags & Http2.PADDED) != 0 ? control.get() & 0xff : 0;
      if ((flags & Http2.PRIORITY) != 0) {
        control.position(control.position() + 5);
      }
      control.limit(control.limit() - pad);
    }
    if (block.readableBytes() + control.remaining() > MAX_BLOCK_BYTES) {
      throw new IOException("HTTP/2 headers: too long");
    }
    block.writeBytes(control);
    if ((flags & Http2.END_HEADERS) == 0) {
      return;
    }
    try {
      listener.onHeaders(stream, headers.decodeHeaders(stream, block));
    } catch (Http2Exception e) {
      throw new IOException(e);
    }
    block.clear();
    if (endsStream) {
      listener.onEnd(stream);
    }
  }

  private void endSettings() {
    if ((flags & Http2.ACK) != 0) {
      return;
    }
    control.flip();
    while (control.remaining() >= 6) {
      listener.onSetting(control.getShort() & 0xffff, control.getInt());
    }
    listener.onSettingsEnd();
  }
}
