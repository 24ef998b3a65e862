package dev.headgate.exporters.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One connection of a [HttpClient]: writes a request as fast as the socket takes it, in pieces so
/// that no body is copied whole into direct memory, and collects the answer.
///
/// **Threading:** confined to the connection's event loop.
final class HttpExchange extends ChannelInboundHandlerAdapter {
  private static final int PIECE_BYTES = 64 << 10;
  private static final long MAX_DISCARDED_BYTES = 1 << 20;

  private final Consumer<Channel> keep;
  private @Nullable ChannelHandlerContext context;
  private @Nullable Consumer<HttpReply> onReply;
  private @Nullable ScheduledFuture<?> timer;
  private List<byte[]> body = List.of();
  private int part;
  private int offset;
  private boolean writing;
  private @Nullable HttpResponse response;
  private ByteBuf received = Unpooled.EMPTY_BUFFER;
  private long discardedBytes;

  /// @param keep takes the connection back when it may be used again
  HttpExchange(Consumer<Channel> keep) {
    this.keep = keep;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  /// Starts a request; the connection is idle.
  void begin(String host, HttpClient.Call call, Consumer<HttpReply> replyTo) {
    ChannelHandlerContext ctx = context;
    if (ctx == null || !ctx.channel().isActive()) {
      replyTo.accept(new HttpReply.NoAnswer("connection", "connection closed", false));
      return;
    }
    onReply = replyTo;
    body = call.body();
    part = 0;
    offset = 0;
    response = null;
    discardedBytes = 0;
    received = Unpooled.buffer(256, HttpClient.MAX_BODY_BYTES);
    timer =
        ctx.executor()
            .schedule(
                () -> fail("timeout", "no answer in time"),
                call.timeout().toMillis(),
                TimeUnit.MILLISECONDS);
    HttpRequest request =
        new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, call.target());
    call.headers().forEach((name, value) -> request.headers().set(name, value));
    request.headers().set(HttpHeaderNames.HOST, host);
    long length = 0;
    for (byte[] bytes : body) {
      length += bytes.length;
    }
    request.headers().set(HttpHeaderNames.CONTENT_LENGTH, length);
    writing = true;
    ChannelFuture _ = ctx.write(request);
    pump(ctx);
  }

  private void pump(ChannelHandlerContext ctx) {
    while (writing && ctx.channel().isWritable()) {
      if (part == body.size()) {
        writing = false;
        body = List.of();
        ChannelFuture _ = ctx.write(LastHttpContent.EMPTY_LAST_CONTENT);
      } else {
        byte[] source = body.get(part);
        int count = Math.min(PIECE_BYTES, source.length - offset);
        ChannelFuture _ =
            ctx.write(new DefaultHttpContent(Unpooled.wrappedBuffer(source, offset, count)));
        offset += count;
        if (offset == source.length) {
          part++;
          offset = 0;
        }
      }
    }
    ctx.flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    pump(ctx);
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof HttpResponse head) {
        if (!head.decoderResult().isSuccess()) {
          fail("connection", "answer is not HTTP");
          return;
        }
        if (head.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
          return;
        }
        response = head;
      }
      if (message instanceof HttpContent content && response != null) {
        collect(content.content());
        if (message instanceof LastHttpContent) {
          complete(ctx, response);
        }
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void collect(ByteBuf content) {
    int room = HttpClient.MAX_BODY_BYTES - received.readableBytes();
    int taken = Math.min(room, content.readableBytes());
    received.writeBytes(content, taken);
    discardedBytes += content.readableBytes();
  }

  private void complete(ChannelHandlerContext ctx, HttpResponse head) {
    byte[] bytes = new byte[received.readableBytes()];
    received.readBytes(bytes);
    boolean reusable = !writing && HttpUtil.isKeepAlive(head);
    HttpReply reply =
        new HttpReply.Answer(
            head.status().code(),
            head.headers().get(HttpHeaderNames.RETRY_AFTER),
            head.headers().get(HttpHeaderNames.CONTENT_TYPE),
            bytes);
    reply(reply);
    if (reusable) {
      keep.accept(ctx.channel());
    } else {
      ChannelFuture _ = ctx.close();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    HttpResponse head = response;
    if (head != null && onReply != null && discardedBytes > MAX_DISCARDED_BYTES) {
      writing = true;
      complete(ctx, head);
    }
    ctx.fireChannelReadComplete();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    fail("connection", "connection closed");
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail("connection", HttpClient.describe(cause));
  }

  private void fail(String kind, String message) {
    reply(new HttpReply.NoAnswer(kind, message, (writing && part > 0) || offset > 0));
    ChannelHandlerContext ctx = context;
    if (ctx != null) {
      ChannelFuture _ = ctx.close();
    }
  }

  private void reply(HttpReply reply) {
    Consumer<HttpReply> target = onReply;
    onReply = null;
    response = null;
    body = List.of();
    received.release();
    received = Unpooled.EMPTY_BUFFER;
    ScheduledFuture<?> running = timer;
    timer = null;
    if (running != null) {
      running.cancel(false);
    }
    if (target != null) {
      target.accept(reply);
    }
  }
}
