package dev.headgate.gateway.receive.http;

import dev.headgate.gateway.receive.connection.CloseReason;
import dev.headgate.gateway.receive.connection.Connection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Looks at the first bytes of a connection without TLS: the HTTP/2 preface or anything else.
///
/// **Threading:** confined to the connection's event loop.
final class PrefaceDetector extends ByteToMessageDecoder {
  private final HttpServices services;
  private final Connection connection;
  private final ConnectionInitializer initializer;
  private @Nullable ScheduledFuture<?> timer;
  private boolean begun;

  PrefaceDetector(HttpServices services, Connection connection, ConnectionInitializer initializer) {
    this.services = services;
    this.connection = connection;
    this.initializer = initializer;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    closeAfter(ctx, services.idleTimeout(), CloseReason.IDLE);
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) {
    stopTimer();
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    ByteBuf preface = Http2CodecUtil.connectionPrefaceBuf();
    try {
      int compared = Math.min(in.readableBytes(), preface.readableBytes());
      boolean same = ByteBufUtil.equals(in, in.readerIndex(), preface, 0, compared);
      if (same && compared < preface.readableBytes()) {
        if (!begun) {
          begun = true;
          stopTimer();
          closeAfter(ctx, services.readHeaderTimeout(), CloseReason.HEADER_TIMEOUT);
        }
        return;
      }
      if (same) {
        initializer.useHttp2(ctx.pipeline());
      } else {
        initializer.useHttp1(ctx.pipeline());
      }
      ctx.pipeline().remove(this);
    } finally {
      preface.release();
    }
  }

  private void closeAfter(ChannelHandlerContext ctx, Duration timeout, CloseReason reason) {
    if (timeout.isPositive()) {
      timer =
          ctx.executor()
              .schedule(() -> close(ctx, reason), timeout.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void close(ChannelHandlerContext ctx, CloseReason reason) {
    connection.because(reason);
    ChannelFuture _ = ctx.close();
  }

  private void stopTimer() {
    ScheduledFuture<?> running = timer;
    timer = null;
    if (running != null) {
      running.cancel(false);
    }
  }
}
