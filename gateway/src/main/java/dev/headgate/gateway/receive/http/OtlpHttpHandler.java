package dev.headgate.gateway.receive.http;

import dev.headgate.gateway.admit.Admission;
import dev.headgate.gateway.admit.Authenticator;
import dev.headgate.gateway.admit.Authenticator.Verdict;
import dev.headgate.gateway.receive.connection.CloseReason;
import dev.headgate.gateway.receive.connection.Connection;
import dev.headgate.gateway.receive.connection.ConnectionMetrics.Reset;
import dev.headgate.pipeline.payload.Reservation;
import dev.headgate.pipeline.worker.IngestRequest;
import dev.headgate.pipeline.worker.IngestRequest.Encoding;
import dev.headgate.pipeline.worker.IngestResult;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// One HTTP/1.1 connection or one HTTP/2 stream, one request at a time. Reads from the transport
/// only what it has reserved memory for; the next request of a pipelining client is read when the
/// last one is answered.
///
/// **Threading:** confined to the connection's event loop; answers of workers hop onto it.
final class OtlpHttpHandler extends ChannelInboundHandlerAdapter {
  /// What is read and thrown away of a refused body so that the refusal reaches the client.
  private static final long DRAIN_BYTES = 16L << 20;

  private static final long DRAIN_MILLIS = 5_000;

  private enum State {
    HEAD,
    AT_GATE,
    BODY,
    ANSWERING,
    DRAINING,
    CLOSED
  }

  private final HttpServices services;
  private final Connection connection;
  private final boolean stream;
  private final Deque<Object> pending = new ArrayDeque<>();
  private final StateTimer timer = new StateTimer();
  private State state = State.HEAD;
  private RequestHead.@Nullable Export head;
  private @Nullable BodyBuffer body;
  private @Nullable RequestGate gate;
  private HttpVersion requestVersion = HttpVersion.HTTP_1_1;
  private HttpAnswers answers = HttpAnswers.PLAIN;
  private boolean wellFormed;
  private boolean expectsContinue;
  private boolean keepAlive;
  private boolean bodyComplete;
  private boolean answerWritten;
  private long drainedBytes;

  /// @param stream whether this is one HTTP/2 stream rather than a connection
  OtlpHttpHandler(HttpServices services, Connection connection, boolean stream) {
    this.services = services;
    this.connection = connection;
    this.stream = stream;
  }

  /// A connection is active already when its first bytes have shown its protocol; a stream may
  /// become active later.
  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    if (ctx.channel().isActive()) {
      awaitHead(ctx);
      work(ctx);
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    if (!timer.isRunning()) {
      awaitHead(ctx);
      work(ctx);
    }
    ctx.fireChannelActive();
  }

  /// One piece of what was read may hold more than one request: what follows the request in hand
  /// waits here, and nothing more is read meanwhile.
  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    pending.add(message);
    work(ctx);
  }

  private void work(ChannelHandlerContext ctx) {
    while (wantsInput()) {
      Object message = pending.poll();
      if (message == null) {
        ctx.read();
        return;
      }
      handle(ctx, message);
    }
  }

  private boolean wantsInput() {
    return state == State.BODY || state == State.HEAD || (state == State.DRAINING && !bodyComplete);
  }

  private void handle(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof HttpRequest request && state == State.HEAD) {
        onHead(ctx, request);
      }
      if (message instanceof HttpContent content) {
        onContent(ctx, content.content(), message instanceof LastHttpContent, content);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void onHead(ChannelHandlerContext ctx, HttpRequest request) {
    requestVersion = request.protocolVersion();
    keepAlive = !stream && HttpUtil.isKeepAlive(request) && !services.draining();
    // What follows a malformed head is not HTTP any more, so nothing of it is waited for.
    bodyComplete = !request.decoderResult().isSuccess();
    answerWritten = false;
    drainedBytes = 0;
    expectsContinue = HttpUtil.is100ContinueExpected(request);
    wellFormed = request.decoderResult().isSuccess();
    HttpServices.Limits limits = services.limits();
    answers = HttpAnswers.of(limits, request);
    RequestHead read = RequestHead.read(request, limits.routing(), limits.context());
    head = read instanceof RequestHead.Export export ? export : null;
    OtlpAnswer preflight = wellFormed ? HttpAnswers.preflight(limits, request) : null;
    if (preflight != null) {
      refuse(ctx, preflight, read.encoding());
    } else if (limits.authenticator() == null || !wellFormed) {
      onKnownClient(ctx, read);
    } else {
      authenticate(ctx, request, read, limits.authenticator());
    }
  }

  private void authenticate(
      ChannelHandlerContext ctx,
      HttpRequest request,
      RequestHead read,
      Authenticator authenticator) {
    String shown = request.headers().get(authenticator.header());
    state = State.AT_GATE;
    timer.stop();
    gate(ctx)
        .askWho(
            authenticator,
            shown,
            ctx.executor(),
            verdict -> onVerdict(ctx, read, authenticator, verdict));
  }

  private RequestGate gate(ChannelHandlerContext ctx) {
    RequestGate known = gate;
    if (known == null) {
      known = new RequestGate(services.admission(), stream, () -> work(ctx));
      gate = known;
    }
    return known;
  }

  private void onVerdict(
      ChannelHandlerContext ctx, RequestHead read, Authenticator authenticator, Verdict verdict) {
    OtlpAnswer refusal = services.refusal(authenticator, verdict, read);
    if (refusal == null) {
      onKnownClient(ctx, read);
    } else {
      keepAlive &= !expectsContinue;
      refuse(ctx, refusal, read.encoding());
    }
  }

  private void onKnownClient(ChannelHandlerContext ctx, RequestHead read) {
    switch (read) {
      case RequestHead.Unsupported unsupported -> {
        if (unsupported.signal() != null) {
          services.admission().unsupported(services.route(), unsupported.signal());
        }
        keepAlive &= wellFormed && !expectsContinue;
        if (!wellFormed && !stream) {
          boolean tooLarge = unsupported.answer().status() == 431;
          connection.because(tooLarge ? CloseReason.HEADER_TOO_LARGE : CloseReason.MALFORMED);
        }
        refuse(ctx, unsupported.answer(), unsupported.encoding());
      }
      case RequestHead.Export export -> onExport(ctx, export);
    }
  }

  private void onExport(ChannelHandlerContext ctx, RequestHead.Export export) {
    long length = export.contentLength();
    if (length > DRAIN_BYTES) {
      keepAlive &= length <= services.maxBodyBytes();
    }
    IngestResult refusal = services.refusal(export);
    if (refusal != null) {
      keepAlive &= !expectsContinue;
      refuseExport(ctx, export, refusal);
    } else {
      state = State.AT_GATE;
      timer.stop();
      gate(ctx)
          .askRoom(
              length < 0 ? BodyBuffer.FIRST_BYTES : length,
              export.coding(),
              ctx.executor(),
              reservation -> onRoom(ctx, export, reservation));
    }
  }

  private void onRoom(
      ChannelHandlerContext ctx, RequestHead.Export export, @Nullable Reservation reservation) {
    if (reservation == null) {
      keepAlive &= !expectsContinue;
      refuseExport(ctx, export, services.admission().noRoom());
      return;
    }
    body =
        new BodyBuffer(
            reservation,
            services.admission().arrays(),
            export.contentLength() >= 0,
            services.maxBodyBytes());
    state = State.BODY;
    startTimer(ctx, services.readTimeout());
    if (expectsContinue) {
      ChannelFuture _ =
          ctx.writeAndFlush(
              new DefaultFullHttpResponse(
                  HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
    }
  }

  private void onContent(
      ChannelHandlerContext ctx, ByteBuf content, boolean last, HttpContent message) {
    bodyComplete |= last;
    RequestHead.Export export = head;
    BodyBuffer buffer = body;
    if (state == State.DRAINING) {
      drain(ctx, content.readableBytes());
    } else if (state == State.BODY && buffer != null && export != null) {
      if (!message.decoderResult().isSuccess()) {
        keepAlive = false;
        connection.because(CloseReason.MALFORMED);
        releaseBody();
        refuseExport(ctx, export, new IngestResult.Malformed("malformed HTTP body"));
        return;
      }
      timer.arrived(content.readableBytes());
      switch (buffer.append(content)) {
        case OK -> {
          if (last) {
            submit(ctx, export, buffer);
          }
        }
        case TOO_LARGE -> {
          releaseBody();
          refuseExport(ctx, export, services.tooLarge());
        }
        case NO_ROOM -> {
          releaseBody();
          refuseExport(ctx, export, services.admission().noRoom());
        }
      }
    }
  }

  private void submit(ChannelHandlerContext ctx, RequestHead.Export export, BodyBuffer buffer) {
    body = null;
    state = State.ANSWERING;
    timer.stop();
    services
        .admission()
        .submit(
            new IngestRequest(
                services.route().lease(export.signal()),
                export.signal(),
                export.encoding(),
                export.coding(),
                export.tenant(),
                buffer.take(),
                services.maxBodyBytes(),
                buffer.reservation(),
                services.admission().deadlineNanos(Long.MAX_VALUE),
                result -> ctx.executor().execute(() -> answerExport(ctx, export, result))));
  }

  private void answerExport(
      ChannelHandlerContext ctx, RequestHead.Export export, IngestResult result) {
    if (state == State.ANSWERING) {
      write(ctx, OtlpAnswer.of(result, export.signal(), export.encoding()), export.encoding());
    }
  }

  private void refuseExport(
      ChannelHandlerContext ctx, RequestHead.Export export, IngestResult result) {
    services.admission().refused(services.route(), export.signal(), result);
    refuse(ctx, OtlpAnswer.of(result, export.signal(), export.encoding()), export.encoding());
  }

  /// Answers before the body was read; what is left of it is read and thrown away.
  private void refuse(ChannelHandlerContext ctx, OtlpAnswer answer, Encoding encoding) {
    state = State.DRAINING;
    startTimer(ctx, Duration.ofMillis(DRAIN_MILLIS));
    write(ctx, answer, encoding);
  }

  private void write(ChannelHandlerContext ctx, OtlpAnswer answer, Encoding encoding) {
    FullHttpResponse response = answers.response(answer, encoding);
    keepAlive &= !services.draining() && !connection.expired();
    if (!stream) {
      HttpUtil.setKeepAlive(response.headers(), requestVersion, keepAlive);
    }
    ctx.writeAndFlush(response).addListener(written -> onWritten(ctx, written.isSuccess()));
  }

  private void onWritten(ChannelHandlerContext ctx, boolean success) {
    if (state == State.CLOSED) {
      return;
    }
    if (!success) {
      close(ctx, CloseReason.CLIENT);
      return;
    }
    answerWritten = true;
    finishRequest(ctx);
    work(ctx);
  }

  private void drain(ChannelHandlerContext ctx, int bytes) {
    drainedBytes += bytes;
    if (drainedBytes > DRAIN_BYTES) {
      close(ctx, CloseReason.ANSWERED);
    } else {
      finishRequest(ctx);
    }
  }

  /// The request is over when its body was read to the end and its answer is written.
  private void finishRequest(ChannelHandlerContext ctx) {
    if (!answerWritten || !bodyComplete) {
      return;
    }
    if (keepAlive) {
      awaitHead(ctx);
    } else {
      close(ctx, endReason());
    }
  }

  private void awaitHead(ChannelHandlerContext ctx) {
    state = State.HEAD;
    head = null;
    if (services.draining() && !stream) {
      close(ctx, CloseReason.SHUTDOWN);
      return;
    }
    startTimer(ctx, services.idleTimeout());
  }

  private void leaveGate() {
    if (gate != null) {
      gate.cancel();
    }
  }

  private void releaseBody() {
    BodyBuffer buffer = body;
    body = null;
    if (buffer != null) {
      buffer.release();
    }
  }

  private CloseReason endReason() {
    if (services.draining()) {
      return CloseReason.SHUTDOWN;
    }
    return connection.expired() ? CloseReason.AGE : CloseReason.ANSWERED;
  }

  /// Ends the connection, or the stream: one whose client still sends is told to stop, which does
  /// not take its answer away (RFC 9113 section 8.1).
  private void close(ChannelHandlerContext ctx, CloseReason reason) {
    state = State.CLOSED;
    timer.stop();
    if (!stream) {
      connection.because(reason);
    }
    Object last =
        stream && !bodyComplete
            ? new DefaultHttp2ResetFrame(Http2Error.NO_ERROR)
            : Unpooled.EMPTY_BUFFER;
    ctx.writeAndFlush(last).addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    RequestHead.Export export = head;
    if ((state == State.BODY || state == State.AT_GATE) && export != null) {
      services.admission().aborted(services.route(), export.signal());
    }
    state = State.CLOSED;
    timer.stop();
    leaveGate();
    releaseBody();
    pending.forEach(ReferenceCountUtil::release);
    pending.clear();
    ctx.fireChannelInactive();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof HttpServices.Drain && state == State.HEAD && !stream) {
      close(ctx, CloseReason.SHUTDOWN);
    } else if (event instanceof HttpServices.Abort
        && (state == State.BODY || state == State.AT_GATE)
        && head != null) {
      keepAlive = false;
      leaveGate();
      releaseBody();
      refuseExport(ctx, head, services.admission().noRoom());
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    services.connectionError(cause);
    if (!stream) {
      ChannelFuture _ = ctx.close();
    } else if (!(cause instanceof Http2Exception)) {
      // An error of HTTP/2 is answered by the multiplexer, so that it counts as a reset, as this
      // does: a client must not make the gateway reset streams without end (CVE-2025-8671).
      ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.PROTOCOL_ERROR))
          .addListener(ChannelFutureListener.CLOSE);
    }
  }

  private void startTimer(ChannelHandlerContext ctx, Duration timeout) {
    timer.start(ctx.executor(), timeout, () -> timedOut(ctx));
  }

  private void timedOut(ChannelHandlerContext ctx) {
    if (state == State.ANSWERING || state == State.CLOSED) {
      return;
    }
    CloseReason reason =
        switch (state) {
          case HEAD -> CloseReason.IDLE;
          case DRAINING -> answerWritten ? CloseReason.BODY_TIMEOUT : CloseReason.WRITE_TIMEOUT;
          case BODY, AT_GATE, ANSWERING, CLOSED -> CloseReason.BODY_TIMEOUT;
        };
    if (state == State.BODY && head != null) {
      services
          .admission()
          .refused(
              services.route(),
              head.signal(),
              new IngestResult.Overloaded(
                  Admission.RETRY_AFTER, IngestResult.RefusalReason.TIMEOUT));
    }
    state = State.CLOSED;
    releaseBody();
    if (!stream) {
      connection.because(reason);
    } else if (reason == CloseReason.BODY_TIMEOUT) {
      connection.streamReset(Reset.BODY_TIMEOUT);
    }
    ChannelFuture _ = ctx.close();
  }
}
