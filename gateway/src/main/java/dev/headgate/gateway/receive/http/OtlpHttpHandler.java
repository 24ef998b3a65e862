package dev.headgate.gateway.receive.http;

import dev.headgate.gateway.receive.connection.CloseReason;
import dev.headgate.gateway.receive.connection.Connection;
import dev.headgate.gateway.receive.connection.ConnectionMetrics.Reset;
import dev.headgate.gateway.receive.http.RequestGate.Decision;
import dev.headgate.pipeline.worker.IngestRequest;
import dev.headgate.pipeline.worker.IngestRequest.Encoding;
import dev.headgate.pipeline.worker.IngestResult;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
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
  private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(5);

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
  private final RequestGate gate;
  private final Answering answering;
  private State state = State.HEAD;
  private RequestHead.@Nullable Export head;
  private @Nullable BodyBuffer body;

  /// @param stream whether this is one HTTP/2 stream rather than a connection
  OtlpHttpHandler(HttpServices services, Connection connection, boolean stream) {
    this.services = services;
    this.connection = connection;
    this.stream = stream;
    this.gate = new RequestGate(services, stream);
    this.answering = new Answering(services, connection, stream);
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
    return state == State.BODY
        || state == State.HEAD
        || (state == State.DRAINING && !answering.isBodyComplete());
  }

  private void handle(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof HttpRequest request && state == State.HEAD) {
        onHead(ctx, request);
      }
      if (message instanceof HttpContent content) {
        onContent(ctx, content);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void onHead(ChannelHandlerContext ctx, HttpRequest request) {
    HttpServices.Limits limits = services.limits();
    RequestHead read = RequestHead.read(request, limits.routing(), limits.context());
    head = read instanceof RequestHead.Export export ? export : null;
    answering.begin(request, head, limits);
    if (!request.decoderResult().isSuccess()
        && !stream
        && read instanceof RequestHead.Unsupported malformed) {
      boolean tooLarge = malformed.answer().status() == 431;
      connection.because(tooLarge ? CloseReason.HEADER_TOO_LARGE : CloseReason.MALFORMED);
    }
    state = State.AT_GATE;
    timer.stop();
    Decision now =
        gate.decide(
            request,
            read,
            limits,
            ctx.executor(),
            later -> {
              onDecision(ctx, later);
              work(ctx);
            });
    if (now != null) {
      onDecision(ctx, now);
    }
  }

  private void onDecision(ChannelHandlerContext ctx, Decision decision) {
    switch (decision) {
      case RequestGate.Refused refused -> refuse(ctx, refused.answer(), refused.encoding());
      case RequestGate.Admitted admitted -> {
        BodyBuffer buffer =
            new BodyBuffer(
                admitted.reservation(),
                services.admission().arrays(),
                admitted.export().contentLength() >= 0,
                services.maxBodyBytes());
        body = buffer;
        state = State.BODY;
        if (answering.isBodyComplete()) {
          // HTTP/2: the head was the end of the stream, and was seen as that while it waited.
          submit(ctx, admitted.export(), buffer);
        } else {
          startTimer(ctx, services.readTimeout());
          answering.sendContinue(ctx);
        }
      }
    }
  }

  private void onContent(ChannelHandlerContext ctx, HttpContent message) {
    if (message instanceof LastHttpContent) {
      answering.completeBody();
    }
    if (state == State.DRAINING) {
      drain(ctx, message.content().readableBytes());
    } else if (state == State.BODY && body != null && head != null) {
      onBody(ctx, head, body, message);
    }
  }

  private void onBody(
      ChannelHandlerContext ctx, RequestHead.Export export, BodyBuffer buffer, HttpContent piece) {
    if (!piece.decoderResult().isSuccess()) {
      answering.isLast();
      connection.because(CloseReason.MALFORMED);
      refuseExport(ctx, export, new IngestResult.Malformed("malformed HTTP body"));
      return;
    }
    timer.arrived(piece.content().readableBytes());
    switch (buffer.append(piece.content())) {
      case OK -> {
        if (piece instanceof LastHttpContent) {
          submit(ctx, export, buffer);
        }
      }
      case TOO_LARGE -> refuseExport(ctx, export, services.tooLarge());
      case NO_ROOM -> refuseExport(ctx, export, services.admission().noRoom());
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
                result -> ctx.executor().execute(() -> answerExport(ctx, export, result))),
            ctx.executor());
  }

  private void answerExport(
      ChannelHandlerContext ctx, RequestHead.Export export, IngestResult result) {
    if (state == State.ANSWERING) {
      write(ctx, OtlpAnswer.of(result, export.signal(), export.encoding()), export.encoding());
    }
  }

  private void refuseExport(
      ChannelHandlerContext ctx, RequestHead.Export export, IngestResult result) {
    releaseBody();
    refuse(ctx, services.refused(export, result), export.encoding());
  }

  /// Answers before the body was read; what is left of it is read and thrown away.
  private void refuse(ChannelHandlerContext ctx, OtlpAnswer answer, Encoding encoding) {
    state = State.DRAINING;
    startTimer(ctx, DRAIN_TIMEOUT);
    write(ctx, answer, encoding);
  }

  private void write(ChannelHandlerContext ctx, OtlpAnswer answer, Encoding encoding) {
    answering
        .write(ctx, answer, encoding)
        .addListener(written -> onWritten(ctx, written.isSuccess()));
  }

  private void onWritten(ChannelHandlerContext ctx, boolean success) {
    if (state == State.CLOSED) {
      return;
    }
    if (!success) {
      close(ctx, CloseReason.CLIENT);
      return;
    }
    answering.completeAnswer();
    finishRequest(ctx);
    work(ctx);
  }

  private void drain(ChannelHandlerContext ctx, int bytes) {
    if (answering.drain(bytes)) {
      finishRequest(ctx);
    } else {
      close(ctx, CloseReason.ANSWERED);
    }
  }

  private void finishRequest(ChannelHandlerContext ctx) {
    if (!answering.isOver()) {
      return;
    }
    if (answering.keepsAlive()) {
      awaitHead(ctx);
    } else {
      close(ctx, answering.endReason());
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

  private void releaseBody() {
    BodyBuffer buffer = body;
    body = null;
    if (buffer != null) {
      buffer.release();
    }
  }

  private void close(ChannelHandlerContext ctx, CloseReason reason) {
    state = State.CLOSED;
    timer.stop();
    answering.close(ctx, reason);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    RequestHead.Export export = head;
    if ((state == State.BODY || state == State.AT_GATE) && export != null) {
      services.aborted(export);
    }
    state = State.CLOSED;
    timer.stop();
    gate.cancel();
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
      answering.isLast();
      gate.cancel();
      refuseExport(ctx, head, services.admission().noRoom());
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    services.connectionError(cause);
    // An error of an HTTP/2 stream is answered by the multiplexer.
    if (!stream || !(cause instanceof Http2Exception)) {
      answering.breakOff(ctx);
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
          case DRAINING ->
              answering.isWritten() ? CloseReason.BODY_TIMEOUT : CloseReason.WRITE_TIMEOUT;
          case BODY, AT_GATE, ANSWERING, CLOSED -> CloseReason.BODY_TIMEOUT;
        };
    if (state == State.BODY && head != null) {
      services.timedOut(head);
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
