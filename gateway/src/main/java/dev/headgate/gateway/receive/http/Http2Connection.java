package dev.headgate.gateway.receive.http;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What concerns an HTTP/2 connection as a whole: its flow-control window, its end when it is idle,
/// and its GOAWAY when the gateway stops.
///
/// **Threading:** confined to the connection's event loop.
final class Http2Connection extends ChannelInboundHandlerAdapter {
  private final HttpServices services;
  private final Http2FrameCodec codec;
  private final int extraWindowBytes;
  private @Nullable ScheduledFuture<?> timer;
  private boolean active;

  Http2Connection(HttpServices services, Http2FrameCodec codec, int extraWindowBytes) {
    this.services = services;
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
    ctx.flush();
    scheduleIdleCheck(ctx);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    active = true;
    ctx.fireChannelRead(message);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    ScheduledFuture<?> running = timer;
    if (running != null) {
      running.cancel(false);
    }
    ctx.fireChannelInactive();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof HttpServices.Drain) {
      goAway(ctx);
      return;
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    services.connectionError(cause);
    ChannelFuture _ = ctx.close();
  }

  private void goAway(ChannelHandlerContext ctx) {
    ChannelFuture _ = ctx.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
    closeWhenQuiet(ctx);
  }

  private void closeWhenQuiet(ChannelHandlerContext ctx) {
    if (codec.connection().numActiveStreams() == 0) {
      ChannelFuture _ = ctx.close();
    } else {
      timer = ctx.executor().schedule(() -> closeWhenQuiet(ctx), 20, TimeUnit.MILLISECONDS);
    }
  }

  private void scheduleIdleCheck(ChannelHandlerContext ctx) {
    active = false;
    if (!services.idleTimeout().isPositive()) {
      return;
    }
    timer =
        ctx.executor()
            .schedule(
                () -> {
                  if (active || codec.connection().numActiveStreams() > 0) {
                    scheduleIdleCheck(ctx);
                  } else {
                    services.timedOut("idle");
                    goAway(ctx);
                  }
                },
                services.idleTimeout().toMillis(),
                TimeUnit.MILLISECONDS);
  }
}
