package dev.headgate.gateway.receive.grpc;

import dev.headgate.gateway.admit.Transit;
import dev.headgate.gateway.receive.connection.CloseReason;
import dev.headgate.gateway.receive.connection.Connection;
import dev.headgate.gateway.receive.connection.FrameBoundary;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.ChannelDuplexHandler;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelOutboundBuffer;
import io.grpc.netty.shaded.io.netty.channel.ChannelPromise;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.grpc.netty.shaded.io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The first handler of a gRPC connection, in front of grpc-java's: sees every byte, closes who is
/// too slow, and knows why the connection ended.
///
/// **Threading:** confined to the connection's event loop.
///
/// **Ownership:** ends the connection's books when the channel ends.
final class GrpcConnection extends ChannelDuplexHandler {
  private static final int MOST_SLACK_BYTES = 32 << 10;

  private final Connection connection;
  private final boolean plain;
  private final FrameBoundary boundary;
  private final ArrivingBytes arriving;
  private @Nullable GrpcStreams streams;
  private @Nullable ScheduledFuture<?> check;
  private @Nullable ChannelHandlerContext context;
  private @Nullable ByteBuf lastRead;
  private long writtenBytes;
  private int pauses;

  /// @param plain whether the bytes are HTTP/2, not TLS
  /// @param transit what messages may take while they arrive
  GrpcConnection(Connection connection, boolean plain, Transit transit) {
    this.connection = connection;
    this.plain = plain;
    this.boundary = new FrameBoundary(connection);
    this.arriving = new ArrivingBytes(transit, this);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    long nanos = connection.checkNanos();
    check =
        ctx.executor().scheduleWithFixedDelay(() -> check(ctx), nanos, nanos, TimeUnit.NANOSECONDS);
    // Runs for channels that never became active, too.
    ChannelFuture _ = ctx.channel().closeFuture().addListener(_ -> ended());
  }

  /// The client's first SETTINGS have come, and nothing behind them was handled yet.
  void ready() {
    ChannelHandlerContext ctx = context;
    if (ctx == null || streams != null) {
      return;
    }
    Http2ConnectionHandler http2 = ctx.pipeline().get(Http2ConnectionHandler.class);
    ChannelHandlerContext http2Context = ctx.pipeline().context(http2);
    if (http2Context != null) {
      http2.setCumulator(FrameCumulator.INSTANCE);
      streams = new GrpcStreams(connection, http2, http2Context);
      if (!plain) {
        connection.begun();
      }
    }
  }

  /// Where its calls run, or null before it has begun.
  @Nullable EventExecutor loop() {
    ChannelHandlerContext ctx = context;
    return ctx == null ? null : ctx.executor();
  }

  /// A call is being started; returns its stream.
  ///
  /// @param largestBytes what its message may have at most
  int begins(WireCharge charge, long largestBytes) {
    GrpcStreams known = streams;
    if (known == null) {
      return 0;
    }
    known.announced().begins(known.beginning(), charge, largestBytes);
    return known.beginning();
  }

  /// The message of a call may come.
  void open(int streamId) {
    GrpcStreams known = streams;
    if (known != null) {
      known.announced().wanted(streamId);
    }
  }

  /// A call found no room.
  void refused() {
    GrpcStreams known = streams;
    if (known != null) {
      known.window().refused();
    }
  }

  /// What its messages take in direct memory.
  ArrivingBytes arriving() {
    return arriving;
  }

  /// Nothing is read until [#resume] was called as often as this.
  void pause() {
    pauses++;
    setAutoRead(false);
  }

  void resume() {
    pauses--;
    if (pauses == 0) {
      setAutoRead(true);
    }
  }

  private void setAutoRead(boolean read) {
    ChannelHandlerContext ctx = context;
    if (ctx != null) {
      ctx.channel().config().setAutoRead(read);
    }
  }

  /// The HTTP/2 decoder asks for more even where nothing is read by itself.
  @Override
  public void read(ChannelHandlerContext ctx) {
    if (pauses == 0) {
      ctx.read();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (plain && message instanceof ByteBuf bytes) {
      boundary.bytes(bytes.nioBuffer());
      ByteBuf read = withoutSlack(ctx, bytes);
      lastRead = read;
      ctx.fireChannelRead(read);
    } else {
      ctx.fireChannelRead(message);
    }
  }

  /// Nothing more is there: has [FrameCumulator] let go of the buffer that was read into last, if
  /// it is held still.
  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ByteBuf last = lastRead;
    lastRead = null;
    if (last != null && last.refCnt() > 0 && streams != null) {
      ctx.fireChannelRead(Unpooled.EMPTY_BUFFER);
    }
    ctx.fireChannelReadComplete();
  }

  /// A message that arrives holds on to every buffer that a part of it was read into. A large one
  /// with little in it would cost much more direct memory than is counted for the message.
  private static ByteBuf withoutSlack(ChannelHandlerContext ctx, ByteBuf bytes) {
    if (bytes.capacity() - bytes.readableBytes() < MOST_SLACK_BYTES) {
      return bytes;
    }
    ByteBuf fitting = FrameCumulator.copy(ctx.alloc(), bytes);
    if (fitting == null) {
      return bytes;
    }
    bytes.release();
    return fitting;
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
      connection.because(streams == null ? CloseReason.PROTOCOL_ERROR : CloseReason.OTHER);
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
    GrpcStreams known = streams;
    if (reason != null) {
      connection.because(reason);
      ChannelFuture _ = ctx.close();
    } else if (known != null) {
      known.resetStalled();
    }
  }

  private void ended() {
    ScheduledFuture<?> running = check;
    if (running != null) {
      running.cancel(false);
    }
    arriving.close();
    connection.ended();
  }
}
