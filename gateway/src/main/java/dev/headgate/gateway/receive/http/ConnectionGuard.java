package dev.headgate.gateway.receive.http;

import dev.headgate.gateway.receive.connection.CloseReason;
import dev.headgate.gateway.receive.connection.Connection;
import dev.headgate.gateway.receive.connection.Connections;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The first handler of a connection: sees every byte, closes who is too slow or has been there too
/// long, and knows why the connection ended.
///
/// **Threading:** confined to the connection's event loop.
///
/// **Ownership:** ends the connection's books when the channel ends.
final class ConnectionGuard extends ChannelDuplexHandler {
  private static final double AGE_JITTER = 0.1;

  private final Connection connection;
  private final HttpServices services;
  private final List<ScheduledFuture<?>> timers = new ArrayList<>();
  private @Nullable Http2Frames http2;
  private long writtenBytes;

  private ConnectionGuard(Connection connection, HttpServices services) {
    this.connection = connection;
    this.services = services;
  }

  /// Stands in front of what initializes new connections: takes them up to the receiver's limits.
  static ChannelHandler gate(Connections connections, HttpServices services) {
    return new Gate(connections, services);
  }

  @ChannelHandler.Sharable
  private static final class Gate extends ChannelInboundHandlerAdapter {
    private final Connections connections;
    private final HttpServices services;

    Gate(Connections connections, HttpServices services) {
      this.connections = connections;
      this.services = services;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      Channel channel = (Channel) message;
      Connection connection = connections.tryOpen(channel.remoteAddress());
      if (connection == null) {
        channel.unsafe().closeForcibly();
        return;
      }
      channel.pipeline().addLast(new ConnectionGuard(connection, services));
      ctx.fireChannelRead(message);
    }
  }

  Connection connection() {
    return connection;
  }

  /// From now on streams are looked after, too.
  void useHttp2(Http2Frames frames) {
    http2 = frames;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    long nanos = connection.checkNanos();
    timers.add(
        ctx.executor()
            .scheduleWithFixedDelay(() -> check(ctx), nanos, nanos, TimeUnit.NANOSECONDS));
    long ageNanos = services.maxConnectionAge().toNanos();
    if (ageNanos > 0) {
      double jitter = ThreadLocalRandom.current().nextDouble(1 - AGE_JITTER, 1 + AGE_JITTER);
      later(ctx, (long) (ageNanos * jitter), () -> expire(ctx));
    }
    // Runs for channels that never became active, too.
    ChannelFuture _ = ctx.channel().closeFuture().addListener(_ -> ended());
  }

  private void later(ChannelHandlerContext ctx, long nanos, Runnable task) {
    timers.add(ctx.executor().schedule(task, nanos, TimeUnit.NANOSECONDS));
  }

  private void expire(ChannelHandlerContext ctx) {
    connection.expire();
    ctx.fireUserEventTriggered(new HttpServices.Expire());
    long graceNanos = services.maxConnectionAgeGrace().toNanos();
    if (graceNanos > 0) {
      later(ctx, graceNanos, () -> close(ctx, CloseReason.AGE));
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (message instanceof ByteBuf bytes) {
      writtenBytes += bytes.readableBytes();
    }
    ChannelFuture _ = ctx.write(message, promise);
  }

  /// The gateway's side closes; what the client did comes as `channelInactive`.
  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    if (ctx.channel().isActive()) {
      connection.because(CloseReason.OTHER);
    }
    ChannelFuture _ = ctx.close(promise);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    connection.because(CloseReason.CLIENT);
    ctx.fireChannelInactive();
  }

  private void check(ChannelHandlerContext ctx) {
    ChannelOutboundBuffer pending = ctx.channel().unsafe().outboundBuffer();
    CloseReason reason =
        connection.overdue(writtenBytes, pending == null ? 0 : pending.totalPendingWriteBytes());
    Http2Frames frames = http2;
    if (reason != null) {
      close(ctx, reason);
    } else if (frames != null) {
      frames.resetStalled();
    }
  }

  /// Closes at once, whatever the handlers behind this one would still wait for.
  private void close(ChannelHandlerContext ctx, CloseReason reason) {
    connection.because(reason);
    ChannelFuture _ = ctx.close();
  }

  private void ended() {
    timers.forEach(timer -> timer.cancel(false));
    connection.ended();
  }
}
