package dev.headgate.gateway.receive.grpc;

import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2LocalFlowController;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Settings;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Stream;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/// What a client may send of a message before the gateway has said that there is room for it: all
/// of most messages as a rule, so that none waits for an answer on its way. A message that is
/// refused has to be read as far as it was sent, which is most of what its refusal costs. So a
/// connection whose calls are refused may send little beforehand, and the rest, a round trip later,
/// only of those that are taken.
///
/// **Threading:** confined to the connection's event loop.
final class ClientWindow {
  /// The window of calls that are taken, and of all while none is refused.
  static final int WIDE_BYTES = 1 << 20;

  /// The largest frame (RFC 9113 section 6.5.2): small requests, which are cheap to read, need no
  /// round trip even then, and a client that sends only whole frames can begin.
  static final int NARROW_BYTES = 16 << 10;

  /// Longer than most clients wait between two attempts.
  private static final long CALM_SECONDS = 10;

  private final Http2ConnectionHandler http2;
  private final ChannelHandlerContext context;
  private boolean narrow;
  // The first are on their way when the connection begins.
  private int unacknowledgedSettings = 1;
  private boolean refusedSinceLook;

  /// @param http2 grpc-java's handler
  ClientWindow(Http2ConnectionHandler http2, ChannelHandlerContext context) {
    this.http2 = http2;
    this.context = context;
  }

  /// A call of this connection found no room.
  void refused() {
    refusedSinceLook = true;
    if (!narrow && unacknowledgedSettings == 0) {
      narrow = true;
      announce(NARROW_BYTES);
      lookLater();
    }
  }

  private void lookLater() {
    ScheduledFuture<?> _ = context.executor().schedule(this::look, CALM_SECONDS, TimeUnit.SECONDS);
  }

  private void look() {
    if (!context.channel().isActive()) {
      return;
    }
    if (refusedSinceLook || unacknowledgedSettings > 0) {
      refusedSinceLook = false;
      lookLater();
    } else {
      narrow = false;
      announce(WIDE_BYTES);
    }
  }

  private void announce(int bytes) {
    unacknowledgedSettings++;
    Http2Settings settings = new Http2Settings().initialWindowSize(bytes);
    ChannelFuture _ = http2.encoder().writeSettings(context, settings, context.newPromise());
    flush();
  }

  /// The client knows of the next change, which holds for messages that are on their way already,
  /// too: those need not stop.
  void settled() throws Http2Exception {
    unacknowledgedSettings = Math.max(0, unacknowledgedSettings - 1);
    if (isNarrow()) {
      Http2Stream _ =
          http2
              .connection()
              .forEachActiveStream(stream -> {
                widen(stream);
                return true;
              });
    }
  }

  /// Whether a call that begins now may send little beforehand.
  boolean isNarrow() {
    return narrow && unacknowledgedSettings == 0;
  }

  /// There is room for the message of a call. The client hears of it with what is flushed next.
  void open(Http2Stream stream) {
    try {
      widen(stream);
    } catch (Http2Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /// Has the client hear of it.
  void flush() {
    ChannelHandlerContext _ = context.flush();
  }

  private void widen(Http2Stream stream) throws Http2Exception {
    Http2LocalFlowController windows = http2.decoder().flowController();
    int missingBytes = WIDE_BYTES - windows.initialWindowSize(stream);
    if (stream.state() == Http2Stream.State.OPEN && missingBytes > 0) {
      windows.incrementWindowSize(stream, missingBytes);
    }
  }
}
