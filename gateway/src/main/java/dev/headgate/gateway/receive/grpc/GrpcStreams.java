package dev.headgate.gateway.receive.grpc;

import dev.headgate.gateway.receive.connection.CloseReason;
import dev.headgate.gateway.receive.connection.Connection;
import dev.headgate.gateway.receive.connection.ConnectionMetrics.Reset;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Connection;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Error;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Flags;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2FrameListener;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Headers;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Settings;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Stream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/// What grpc-java leaves undone on an HTTP/2 connection: it weighs the frames, hears of GOAWAYs,
/// resets streams whose answer is not read, and those of clients that wait to send the rest of a
/// message that is answered already (RFC 9113 section 8.1).
///
/// **Threading:** confined to the connection's event loop.
final class GrpcStreams {
  /// How often a stream is looked at that is answered while its client still sends.
  private static final long LOOK_MILLIS = 250;

  /// For so many looks in a row it has to be silent. A client that waits for its own input (curl 7)
  /// must see the answer well before the reset, or it takes the reset for the answer.
  private static final int QUIET_LOOKS = 12;

  private static final int UNKNOWN_WINDOW = Integer.MAX_VALUE;

  private final Connection connection;
  private final Http2ConnectionHandler http2;
  private final ChannelHandlerContext context;
  private final Http2Connection.PropertyKey stalledChecks;
  private final ClientWindow window;
  private final AnnouncedMessages announced;
  private int beginning;

  /// @param http2 grpc-java's handler
  GrpcStreams(Connection connection, Http2ConnectionHandler http2, ChannelHandlerContext context) {
    this.connection = connection;
    this.http2 = http2;
    this.context = context;
    this.stalledChecks = http2.connection().newKey();
    this.window = new ClientWindow(http2, context);
    this.announced = new AnnouncedMessages(http2.connection(), window);
    http2.connection().addListener(new Events());
    http2.decoder().frameListener(new Frames(http2.decoder().frameListener()));
  }

  /// What the client may send of messages that are not taken yet.
  ClientWindow window() {
    return window;
  }

  /// What the client says of messages before it may send them.
  AnnouncedMessages announced() {
    return announced;
  }

  /// The stream of the call that is being started.
  int beginning() {
    return beginning;
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
      reset(stream, Http2Error.CANCEL);
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

  private void reset(Http2Stream stream, Http2Error error) {
    ChannelFuture _ = http2.resetStream(context, stream.id(), error.code(), context.newPromise());
  }

  /// Ends a stream that is answered while its client still sends, once nothing of it is on its way
  /// any more: its client has used up its window, which is not opened again, or has been silent for
  /// a moment. (A reset any earlier would meet frames of the stream, and Netty counts its answers
  /// to those as resets.)
  private void linger(int streamId, int windowBefore, int quietLooks) {
    Http2Stream stream = http2.connection().stream(streamId);
    if (stream == null || stream.state() != Http2Stream.State.HALF_CLOSED_LOCAL) {
      return;
    }
    int window = http2.decoder().flowController().windowSize(stream);
    int quiet = window == windowBefore ? quietLooks + 1 : 0;
    if (window > 0 && quiet < QUIET_LOOKS) {
      lingerOn(streamId, window, quiet);
      return;
    }
    reset(stream, Http2Error.NO_ERROR);
    connection.streamReset(Reset.ANSWERED);
    ChannelHandlerContext _ = context.flush();
  }

  private void lingerOn(int streamId, int window, int quietLooks) {
    ScheduledFuture<?> _ =
        context
            .executor()
            .schedule(
                () -> linger(streamId, window, quietLooks), LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private final class Events extends Http2ConnectionAdapter {
    @Override
    public void onStreamHalfClosed(Http2Stream stream) {
      if (stream.state() == Http2Stream.State.HALF_CLOSED_LOCAL) {
        lingerOn(stream.id(), UNKNOWN_WINDOW, 0);
      }
    }

    @Override
    public void onGoAwaySent(int lastStreamId, long errorCode, ByteBuf debugData) {
      connection.because(
          CloseReason.ofGoAway(errorCode, debugData.toString(StandardCharsets.US_ASCII)));
    }
  }

  private final class Frames extends Http2FrameListenerDecorator {
    Frames(Http2FrameListener listener) {
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
      return announced.data(streamId, data, endOfStream)
          ? super.onDataRead(ctx, streamId, data, padding, endOfStream)
          : padding; // what it has used of its window stays used: no more is sent than that
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
      if (headers.method() == null
          || headers.scheme() == null
          || headers.path() == null
          || headers.path().isEmpty()) {
        // grpc-java would leave such a stream open without an answer (RFC 9113 section 8.3.1).
        throw Http2Exception.streamError(
            streamId, Http2Error.PROTOCOL_ERROR, "pseudo-header missing");
      }
      beginning = streamId;
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
      Http2Stream stream = http2.connection().stream(streamId);
      boolean answered = stream != null && stream.state() == Http2Stream.State.HALF_CLOSED_LOCAL;
      if (!answered) { // Else it keeps what was refused, as it should: no reset to be counted.
        super.onRstStreamRead(ctx, streamId, errorCode);
      }
    }

    @Override
    public void onSettingsAckRead(ChannelHandlerContext ctx) throws Http2Exception {
      control();
      super.onSettingsAckRead(ctx);
      window.settled();
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
