package dev.headgate.gateway.receive.http;

import dev.headgate.gateway.receive.connection.CloseReason;
import dev.headgate.gateway.receive.connection.Connection;
import dev.headgate.gateway.receive.connection.ConnectionMetrics.Reset;
import dev.headgate.gateway.receive.connection.FrameBoundary;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// What Netty leaves undone on an HTTP/2 connection: weighs the frames, hears of GOAWAYs, and
/// resets streams whose answer is not read.
///
/// **Threading:** confined to the connection's event loop.
final class Http2Frames {
  private final Connection connection;
  private final Http2ConnectionHandler http2;
  private final ChannelHandlerContext context;
  private final Http2Connection.PropertyKey stalledChecks;

  Http2Frames(Connection connection, Http2ConnectionHandler http2, ChannelHandlerContext context) {
    this.connection = connection;
    this.http2 = http2;
    this.context = context;
    this.stalledChecks = http2.connection().newKey();
    http2.connection().addListener(new Events());
    http2.decoder().frameListener(new Listener(http2.decoder().frameListener()));
  }

  /// Resets the streams whose answer has waited for the client's window for a write timeout.
  void resetStalled() {
    int limit = connection.checksPerWriteTimeout();
    if (limit == 0 || http2.connection().numActiveStreams() == 0) {
      return;
    }
    List<Http2Stream> stalled = new ArrayList<>();
    try {
      Http2Stream _ =
          http2
              .connection()
              .forEachActiveStream(stream -> {
                if (isWaiting(stream) && checks(stream) > limit) {
                  stalled.add(stream);
                }
                return true;
              });
    } catch (Http2Exception e) {
      throw new IllegalStateException(e);
    }
    for (Http2Stream stream : stalled) {
      ChannelFuture _ =
          http2.resetStream(context, stream.id(), Http2Error.CANCEL.code(), context.newPromise());
      connection.streamReset(Reset.WRITE_TIMEOUT);
    }
    if (!stalled.isEmpty()) {
      ChannelHandlerContext _ = context.flush();
    }
  }

  private boolean isWaiting(Http2Stream stream) {
    boolean waiting = http2.encoder().flowController().hasFlowControlled(stream);
    if (!waiting) {
      stream.removeProperty(stalledChecks);
    }
    return waiting;
  }

  private int checks(Http2Stream stream) {
    Integer before = stream.getProperty(stalledChecks);
    int now = before == null ? 1 : before + 1;
    stream.setProperty(stalledChecks, now);
    return now;
  }

  /// Stands in front of the codec and follows the frames' bytes.
  static ChannelHandler boundary(Connection connection) {
    FrameBoundary boundary = new FrameBoundary(connection);
    return new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof ByteBuf bytes) {
          boundary.bytes(bytes.nioBuffer());
        }
        ctx.fireChannelRead(message);
      }
    };
  }

  private final class Events extends Http2ConnectionAdapter {
    @Override
    public void onGoAwaySent(int lastStreamId, long errorCode, ByteBuf debugData) {
      connection.because(
          CloseReason.ofGoAway(errorCode, debugData.toString(StandardCharsets.US_ASCII)));
    }
  }

  private final class Listener extends Http2FrameListenerDecorator {
    Listener(Http2FrameListener listener) {
      super(listener);
    }

    private void control() throws Http2Exception {
      if (!connection.controlFrame()) {
        throw Http2Exception.connectionError(
            Http2Error.ENHANCE_YOUR_CALM, "too_many_control_frames");
      }
    }

    @Override
    public int onDataRead(
        ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream)
        throws Http2Exception {
      if (data.isReadable() || endOfStream) {
        connection.usefulFrame();
      } else {
        control();
      }
      return super.onDataRead(ctx, streamId, data, padding, endOfStream);
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext ctx,
        int streamId,
        Http2Headers headers,
        int streamDependency,
        short weight,
        boolean exclusive,
        int padding,
        boolean endStream)
        throws Http2Exception {
      connection.usefulFrame();
      super.onHeadersRead(
          ctx, streamId, headers, streamDependency, weight, exclusive, padding, endStream);
    }

    @Override
    public void onPriorityRead(
        ChannelHandlerContext ctx,
        int streamId,
        int streamDependency,
        short weight,
        boolean exclusive)
        throws Http2Exception {
      control();
      super.onPriorityRead(ctx, streamId, streamDependency, weight, exclusive);
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode)
        throws Http2Exception {
      control();
      super.onRstStreamRead(ctx, streamId, errorCode);
    }

    @Override
    public void onSettingsAckRead(ChannelHandlerContext ctx) throws Http2Exception {
      control();
      super.onSettingsAckRead(ctx);
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings)
        throws Http2Exception {
      control();
      super.onSettingsRead(ctx, settings);
    }

    @Override
    public void onPingRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
      control();
      super.onPingRead(ctx, data);
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
      control();
      super.onPingAckRead(ctx, data);
    }

    @Override
    public void onWindowUpdateRead(ChannelHandlerContext ctx, int streamId, int windowSizeIncrement)
        throws Http2Exception {
      control();
      super.onWindowUpdateRead(ctx, streamId, windowSizeIncrement);
    }

    @Override
    public void onUnknownFrame(
        ChannelHandlerContext ctx, byte frameType, int streamId, Http2Flags flags, ByteBuf payload)
        throws Http2Exception {
      control();
      super.onUnknownFrame(ctx, frameType, streamId, flags, payload);
    }
  }
}
