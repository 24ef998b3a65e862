package dev.headgate.exporters.client;

import dev.headgate.pipeline.memory.Content;
import dev.headgate.pipeline.memory.Slice;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One connection of a [HttpClient]: writes a request as fast as the socket takes it, in pieces,
/// which without TLS hold the payload and with TLS are copies of it, so that no large body is
/// copied whole into direct memory; collects the answer.
///
/// A status line is an answer: when the rest of it does not come, the answer has what there is of
/// its body. Anything that is sent unasked closes the connection.
///
/// **Threading:** confined to the connection's event loop.
final class HttpExchange extends ChannelInboundHandlerAdapter {
  private static final int PIECE_BYTES = 64 << 10;
  private static final long MAX_DISCARDED_BYTES = 1 << 20;
  private static final byte[] EMPTY = {};

  private final String authority;
  private final IdleConnections idle;
  private final boolean encrypted;
  private @Nullable ChannelHandlerContext context;

  private @Nullable HttpAttempt attempt;
  private List<Slice> body = List.of();
  private int slice;
  private int offset;
  private boolean writing;
  private boolean pumping;
  // Given to the channel, and not yet taken by the socket. A connection is kept only at 0.
  private int unsentPieces;
  private boolean headSent;
  private boolean writeFailed;

  private @Nullable HttpResponse response;
  private byte[] received = EMPTY;
  private int receivedBytes;
  private long discardedBytes;

  /// @param authority the value of the `Host` header
  /// @param idle takes the connection back when it may be used again
  /// @param encrypted whether there is TLS between this and the socket
  HttpExchange(String authority, IdleConnections idle, boolean encrypted) {
    this.authority = authority;
    this.idle = idle;
    this.encrypted = encrypted;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  /// Starts a request; the connection is idle.
  void begin(HttpAttempt started) {
    ChannelHandlerContext ctx = context;
    if (ctx == null || attempt != null || !ctx.channel().isActive()) {
      started.broken(new HttpReply.NoAnswer("connection", "connection closed", false));
      return;
    }
    attempt = started;
    body = Content.slices(started.call().body());
    slice = 0;
    offset = 0;
    headSent = false;
    writeFailed = false;
    response = null;
    receivedBytes = 0;
    discardedBytes = 0;
    HttpRequest request;
    try {
      request = request(started.call());
    } catch (IllegalArgumentException e) {
      finish(ctx, new HttpReply.NoAnswer("request", "target or header is not HTTP's", false));
      return;
    }
    writing = true;
    ChannelFuture _ = ctx.write(request).addListener(done -> headWritten(ctx, done));
    pump(ctx);
  }

  private HttpRequest request(HttpClient.Call call) {
    HttpRequest request =
        new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, call.target());
    HttpHeaders headers = request.headers();
    call.headers().forEach(headers::set);
    if (!headers.contains(HttpHeaderNames.HOST)) {
      headers.set(HttpHeaderNames.HOST, authority);
    }
    long length = 0;
    for (Slice run : body) {
      length += run.length();
    }
    headers.remove(HttpHeaderNames.TRANSFER_ENCODING);
    headers.remove(HttpHeaderNames.EXPECT);
    headers.set(HttpHeaderNames.CONTENT_LENGTH, length);
    return request;
  }

  /// Writes until the socket is full. Writing and flushing change the channel's writability, which
  /// calls back: the state is advanced before each write, and only the outermost call loops.
  private void pump(ChannelHandlerContext ctx) {
    if (pumping) {
      return;
    }
    pumping = true;
    try {
      while (writing && !writeFailed) {
        if (ctx.channel().isWritable()) {
          writeNext(ctx);
          continue;
        }
        ctx.flush();
        if (!ctx.channel().isWritable()) {
          break;
        }
      }
    } catch (RuntimeException | OutOfMemoryError e) {
      // Nobody else would end the attempt, whose time may have no limit.
      exceptionCaught(ctx, e);
    } finally {
      pumping = false;
    }
    ctx.flush();
  }

  private void writeNext(ChannelHandlerContext ctx) {
    if (slice == body.size()) {
      writing = false;
      body = List.of();
      ChannelFuture _ = ctx.write(LastHttpContent.EMPTY_LAST_CONTENT);
      return;
    }
    Slice source = body.get(slice);
    int count = Math.min(PIECE_BYTES, source.length() - offset);
    ByteBuf piece =
        encrypted ? copy(ctx, source, count) : new HeldPiece(ctx.alloc(), source, offset, count);
    unsentPieces++;
    offset += count;
    if (offset == source.length()) {
      slice++;
      offset = 0;
    }
    ChannelFuture _ =
        ctx.write(new DefaultHttpContent(piece)).addListener(done -> pieceWritten(ctx, done));
  }

  /// TLS puts small pieces together, and nothing says that it never does so in the first of them: a
  /// payload is not for writing.
  private ByteBuf copy(ChannelHandlerContext ctx, Slice source, int count) {
    ByteBuf piece = ctx.alloc().directBuffer(count);
    return piece.writeBytes(source.bytes().array(), source.from() + offset, count);
  }

  private void headWritten(ChannelHandlerContext ctx, Future<?> done) {
    headSent = done.isSuccess();
    written(ctx, done);
  }

  private void pieceWritten(ChannelHandlerContext ctx, Future<?> done) {
    if (done.isSuccess()) {
      unsentPieces--;
    }
    written(ctx, done);
  }

  /// Whether the socket has not taken all of the body. Nothing waits behind the last piece that the
  /// other side would need.
  private boolean isUnsent() {
    return writing || unsentPieces > 0;
  }

  /// After a failed write an answer may still lie in the socket; reading finds it, or the end. But
  /// where the socket was not what failed, nothing would come.
  private void written(ChannelHandlerContext ctx, Future<?> done) {
    Throwable cause = done.cause();
    if (cause == null) {
      return;
    }
    writeFailed = true;
    if (!(cause instanceof IOException) || ConnectionFailure.isMemory(cause)) {
      exceptionCaught(ctx, cause);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (writing) {
      pump(ctx);
    }
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (attempt == null) {
        // Bytes that nobody asked for must not become the answer to the next request.
        ChannelFuture _ = ctx.close();
      } else if (message instanceof HttpObject object && object.decoderResult().isFailure()) {
        fail(ctx, "connection", "answer is not HTTP");
      } else {
        answered(ctx, message);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void answered(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HttpResponse head) {
      if (head.status().code() == 101) {
        fail(ctx, "connection", "answer switches protocols");
        return;
      }
      if (head.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
        return;
      }
      response = head;
    }
    HttpResponse head = response;
    if (message instanceof HttpContent content && head != null) {
      collect(content.content());
      if (message instanceof LastHttpContent) {
        boolean reusable = !isUnsent() && !writeFailed && HttpUtil.isKeepAlive(head);
        complete(ctx, head, reusable);
      } else if (discardedBytes > MAX_DISCARDED_BYTES) {
        complete(ctx, head, false);
      }
    }
  }

  private void collect(ByteBuf content) {
    int count = Math.min(HttpClient.MAX_BODY_BYTES - receivedBytes, content.readableBytes());
    if (receivedBytes + count > received.length) {
      int doubled = Math.min(HttpClient.MAX_BODY_BYTES, received.length * 2);
      received = Arrays.copyOf(received, Math.max(receivedBytes + count, doubled));
    }
    content.readBytes(received, receivedBytes, count);
    receivedBytes += count;
    discardedBytes += content.readableBytes();
  }

  private void complete(ChannelHandlerContext ctx, HttpResponse head, boolean reusable) {
    if (isUnsent() && head.status().codeClass() == HttpStatusClass.SUCCESS) {
      // Nobody can have taken a request that was not sent yet.
      finish(ctx, new HttpReply.NoAnswer("connection", "answered before the request", false));
      return;
    }
    HttpReply reply =
        new HttpReply.Answer(
            head.status().code(),
            head.headers().get(HttpHeaderNames.RETRY_AFTER),
            head.headers().get(HttpHeaderNames.CONTENT_TYPE),
            Arrays.copyOf(received, receivedBytes));
    if (reusable) {
      HttpAttempt ended = reset();
      // After what else was read together with the answer: that makes the connection unusable.
      ctx.executor().execute(() -> keep(ctx.channel()));
      if (ended != null) {
        ended.finish(reply);
      }
    } else {
      finish(ctx, reply);
    }
  }

  private void keep(Channel channel) {
    if (channel.isActive()) {
      idle.keep(channel);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    idle.remove(ctx.channel());
    fail(ctx, "connection", "connection closed");
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(ctx, ConnectionFailure.kind(cause), ConnectionFailure.describe(cause));
  }

  /// The attempt has ended: its body is not read any more.
  void stopWriting() {
    writing = false;
    body = List.of();
  }

  /// The attempt's time is over.
  void timeOut() {
    ChannelHandlerContext ctx = context;
    if (ctx != null && attempt != null) {
      if (response != null) {
        complete(ctx, response, false);
      } else {
        finish(ctx, new HttpReply.NoAnswer("timeout", "no answer in time", false));
      }
    }
  }

  private void fail(ChannelHandlerContext ctx, String kind, String message) {
    HttpResponse head = response;
    if (head != null && attempt != null) {
      complete(ctx, head, false);
      return;
    }
    boolean largeWrite = isUnsent() && headSent && kind.equals("connection");
    HttpReply.NoAnswer reply = new HttpReply.NoAnswer(kind, message, largeWrite);
    if (kind.equals("memory")) {
      // Not the connection's fault: another one would not help.
      finish(ctx, reply);
      return;
    }
    HttpAttempt ended = reset();
    ChannelFuture _ = ctx.close();
    if (ended != null) {
      ended.broken(reply);
    }
  }

  private void finish(ChannelHandlerContext ctx, HttpReply reply) {
    HttpAttempt ended = reset();
    ChannelFuture _ = ctx.close();
    if (ended != null) {
      ended.finish(reply);
    }
  }

  private @Nullable HttpAttempt reset() {
    HttpAttempt ended = attempt;
    attempt = null;
    response = null;
    body = List.of();
    received = EMPTY;
    receivedBytes = 0;
    writing = false;
    return ended;
  }
}
