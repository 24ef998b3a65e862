package dev.headgate.gateway.receive.http;

import dev.headgate.gateway.receive.connection.CloseReason;
import dev.headgate.gateway.receive.connection.Connection;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameStreamException;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.ReferenceCountUtil;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The life of an HTTP/2 connection: its flow-control window, its end when it has no requests or
/// has lived long enough, and its end when the gateway stops.
///
/// It ends as RFC 9113 section 6.8 has it: a GOAWAY that refuses nothing yet, one round trip later
/// one that names the last request taken, and the close after the last answer.
///
/// **Threading:** confined to the connection's event loop.
final class Http2Connection extends ChannelInboundHandlerAdapter {
  private static final long ROUND_TRIP_PING = 0x6865_6164L;
  private static final long MOST_ROUND_TRIP_MILLIS = 1_000;

  private final HttpServices services;
  private final Connection connection;
  private final Http2FrameCodec codec;
  private final int extraWindowBytes;
  private final Set<Channel> streams = new LinkedHashSet<>();
  private @Nullable ScheduledFuture<?> timer;
  private boolean active;
  private boolean leaving;
  private boolean lastRequestTold;

  Http2Connection(
      HttpServices services, Connection connection, Http2FrameCodec codec, int extraWindowBytes) {
    this.services = services;
    this.connection = connection;
    this.codec = codec;
    this.extraWindowBytes = extraWindowBytes;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) throws Http2Exception {
    codec
        .connection()
        .local()
        .flowController()
        .incrementWindowSize(codec.connection().connectionStream(), extraWindowBytes);
    codec
        .connection()
        .addListener(
            new Http2ConnectionAdapter() {
              @Override
              public void onStreamActive(Http2Stream stream) {
                active = true;
              }

              @Override
              public void onStreamClosed(Http2Stream stream) {
                active = true;
                if (lastRequestTold) {
                  ctx.executor().execute(() -> closeIfQuiet(ctx));
                }
              }
            });
    ctx.flush();
    scheduleIdleCheck(ctx);
  }

  /// A stream has begun.
  void add(Channel stream) {
    streams.add(stream);
    ChannelFuture _ = stream.closeFuture().addListener(_ -> streams.remove(stream));
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (leaving
        && message instanceof Http2PingFrame ping
        && ping.ack()
        && ping.content() == ROUND_TRIP_PING) {
      ReferenceCountUtil.release(message);
      tellLastRequest(ctx);
      return;
    }
    ctx.fireChannelRead(message);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    stopTimer();
    ctx.fireChannelInactive();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    switch (event) {
      case HttpServices.Drain _ -> leave(ctx, CloseReason.SHUTDOWN);
      case HttpServices.Expire _ -> leave(ctx, CloseReason.AGE);
      case HttpServices.Abort _ ->
          List.copyOf(streams).forEach(stream -> stream.pipeline().fireUserEventTriggered(event));
      default -> ctx.fireUserEventTriggered(event);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof Http2FrameStreamException) {
      // Concerns one stream; the multiplexer behind this handler hands it on.
      ctx.fireExceptionCaught(cause);
      return;
    }
    services.connectionError(cause);
    // The codec itself answers a violation of HTTP/2 with the code of the error, and closes.
    if (!(cause instanceof Http2Exception)) {
      ChannelFuture _ = ctx.close();
    }
  }

  private void leave(ChannelHandlerContext ctx, CloseReason reason) {
    if (leaving) {
      return;
    }
    leaving = true;
    connection.because(reason);
    ChannelFuture _ =
        ctx.write(
            new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR).setExtraStreamIds(Integer.MAX_VALUE));
    ChannelFuture _ = ctx.writeAndFlush(new DefaultHttp2PingFrame(ROUND_TRIP_PING, false));
    stopTimer();
    timer =
        ctx.executor()
            .schedule(() -> tellLastRequest(ctx), MOST_ROUND_TRIP_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void tellLastRequest(ChannelHandlerContext ctx) {
    if (!lastRequestTold) {
      lastRequestTold = true;
      stopTimer();
      ChannelFuture _ = ctx.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
      closeIfQuiet(ctx);
    }
  }

  private void closeIfQuiet(ChannelHandlerContext ctx) {
    if (codec.connection().numActiveStreams() == 0) {
      ChannelFuture _ = ctx.close();
    }
  }

  private void scheduleIdleCheck(ChannelHandlerContext ctx) {
    active = false;
    if (services.idleTimeout().isPositive()) {
      timer =
          ctx.executor()
              .schedule(
                  () -> checkIdle(ctx), services.idleTimeout().toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void checkIdle(ChannelHandlerContext ctx) {
    if (active || codec.connection().numActiveStreams() > 0) {
      scheduleIdleCheck(ctx);
    } else {
      leave(ctx, CloseReason.IDLE);
    }
  }

  private void stopTimer() {
    ScheduledFuture<?> running = timer;
    timer = null;
    if (running != null) {
      running.cancel(false);
    }
  }
}
