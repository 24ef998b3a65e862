package dev.headgate.gateway.receive.http;

import dev.headgate.gateway.receive.connection.CloseReason;
import dev.headgate.gateway.receive.connection.Connection;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Closes an HTTP/1.1 connection whose request head does not become complete in time. One instance
/// stands in front of the codec and sees bytes; it is told of complete heads by [Seen] behind it.
///
/// **Threading:** confined to the connection's event loop.
final class HeadTimeout extends ChannelInboundHandlerAdapter {
  private final Duration timeout;
  private final Connection connection;
  private @Nullable ScheduledFuture<?> timer;
  private boolean inHead = true;

  HeadTimeout(Connection connection, Duration timeout) {
    this.connection = connection;
    this.timeout = timeout;
  }

  /// The handler behind the codec.
  ChannelInboundHandlerAdapter seen() {
    return new Seen();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (inHead && timer == null && timeout.isPositive()) {
      timer = ctx.executor().schedule(() -> expire(ctx), timeout.toMillis(), TimeUnit.MILLISECONDS);
    }
    ctx.fireChannelRead(message);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    stop();
    ctx.fireChannelInactive();
  }

  private void expire(ChannelHandlerContext ctx) {
    timer = null;
    if (inHead) {
      connection.because(CloseReason.HEADER_TIMEOUT);
      ChannelFuture _ = ctx.close();
    }
  }

  private void stop() {
    ScheduledFuture<?> running = timer;
    timer = null;
    if (running != null) {
      running.cancel(false);
    }
  }

  /// Sees what the codec makes of the bytes.
  private final class Seen extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (message instanceof HttpRequest) {
        inHead = false;
        stop();
      }
      if (message instanceof LastHttpContent) {
        inHead = true;
      }
      ctx.fireChannelRead(message);
    }
  }
}
