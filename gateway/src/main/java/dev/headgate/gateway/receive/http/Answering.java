package dev.headgate.gateway.receive.http;

import dev.headgate.gateway.receive.connection.CloseReason;
import dev.headgate.gateway.receive.connection.Connection;
import dev.headgate.pipeline.worker.IngestRequest.Encoding;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import org.jspecify.annotations.Nullable;

/// The answers of one HTTP/1.1 connection or one HTTP/2 stream, one at a time: how the one in hand
/// is written, when its request is over, and whether another may follow.
///
/// **Threading:** confined to the connection's event loop.
final class Answering {
  /// What is read and thrown away of a refused body so that the refusal reaches the client.
  private static final long DRAIN_BYTES = 16L << 20;

  private final HttpServices services;
  private final Connection connection;
  private final boolean stream;
  private HttpVersion requestVersion = HttpVersion.HTTP_1_1;
  private HttpAnswers answers = HttpAnswers.PLAIN;
  private boolean keepAlive;
  private boolean awaitsContinue;
  private boolean bodyComplete;
  private boolean written;
  private long drainedBytes;

  /// @param stream whether this is one HTTP/2 stream rather than a connection
  Answering(HttpServices services, Connection connection, boolean stream) {
    this.services = services;
    this.connection = connection;
    this.stream = stream;
  }

  /// A request has come.
  ///
  /// @param export what it says, if it is one that is understood
  void begin(HttpRequest request, RequestHead.@Nullable Export export, HttpServices.Limits limits) {
    boolean wellFormed = request.decoderResult().isSuccess();
    long length = export == null ? 0 : export.contentLength();
    requestVersion = request.protocolVersion();
    keepAlive =
        !stream
            && wellFormed
            && HttpUtil.isKeepAlive(request)
            && (length <= DRAIN_BYTES || length <= limits.maxBodyBytes());
    awaitsContinue = HttpUtil.is100ContinueExpected(request);
    // What follows a malformed head is not HTTP any more, so nothing of it is waited for.
    bodyComplete = !wellFormed;
    written = false;
    drainedBytes = 0;
    answers = HttpAnswers.of(limits, request);
  }

  /// The connection ends with the answer in hand.
  void isLast() {
    keepAlive = false;
  }

  /// Tells a client to send its body that waits to be told.
  void sendContinue(ChannelHandlerContext ctx) {
    if (awaitsContinue) {
      awaitsContinue = false;
      ChannelFuture _ =
          ctx.writeAndFlush(
              new DefaultFullHttpResponse(
                  HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
    }
  }

  /// The last of the body has come.
  void completeBody() {
    bodyComplete = true;
  }

  boolean isBodyComplete() {
    return bodyComplete;
  }

  /// Counts what is thrown away of a body; false when it is too much.
  boolean drain(int bytes) {
    drainedBytes += bytes;
    return drainedBytes <= DRAIN_BYTES;
  }

  /// Writes the answer. A client that still waits to be told to send its body may send it or not
  /// (RFC 9110 section 10.1.1), so nothing can follow it.
  ChannelFuture write(ChannelHandlerContext ctx, OtlpAnswer answer, Encoding encoding) {
    FullHttpResponse response = answers.response(answer, encoding);
    keepAlive &= !awaitsContinue && !services.draining() && !connection.expired();
    if (!stream) {
      HttpUtil.setKeepAlive(response.headers(), requestVersion, keepAlive);
    }
    return ctx.writeAndFlush(response);
  }

  /// The answer is on its way to the client.
  void completeAnswer() {
    written = true;
  }

  boolean isWritten() {
    return written;
  }

  /// Whether the body was read to the end and the answer is written.
  boolean isOver() {
    return written && bodyComplete;
  }

  /// Whether another request may follow.
  boolean keepsAlive() {
    return keepAlive;
  }

  /// Why nothing follows a request that is over.
  CloseReason endReason() {
    if (services.draining()) {
      return CloseReason.SHUTDOWN;
    }
    return connection.expired() ? CloseReason.AGE : CloseReason.ANSWERED;
  }

  /// Ends the connection, or the stream: one whose client still sends is told to stop, which does
  /// not take its answer away (RFC 9113 section 8.1).
  void close(ChannelHandlerContext ctx, CloseReason reason) {
    if (!stream) {
      connection.because(reason);
    }
    Object last =
        stream && !bodyComplete
            ? new DefaultHttp2ResetFrame(Http2Error.NO_ERROR)
            : Unpooled.EMPTY_BUFFER;
    ctx.writeAndFlush(last).addListener(ChannelFutureListener.CLOSE);
  }

  /// Ends what is broken. A stream is reset in a way that counts: a client must not make the
  /// gateway reset streams without end (CVE-2025-8671).
  void breakOff(ChannelHandlerContext ctx) {
    if (stream) {
      ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.PROTOCOL_ERROR))
          .addListener(ChannelFutureListener.CLOSE);
    } else {
      ChannelFuture _ = ctx.close();
    }
  }
}
