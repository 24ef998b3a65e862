package dev.headgate.gateway.receive.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.embedded.EmbeddedChannel;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2FrameAdapter;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Settings;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What Netty's own client may send, in virtual time.
class ClientWindowTest {
  private static final int CALM_SECONDS = 10;

  private final Http2ConnectionHandler gateway =
      new Http2ConnectionHandlerBuilder()
          .server(true)
          .initialSettings(new Http2Settings().initialWindowSize(ClientWindow.WIDE_BYTES))
          .frameListener(
              new Http2FrameAdapter() {
                /// Nobody has worked on it yet.
                @Override
                public int onDataRead(
                    ChannelHandlerContext ctx, int stream, ByteBuf data, int padding, boolean end) {
                  return 0;
                }

                @Override
                public void onSettingsAckRead(ChannelHandlerContext ctx) throws Http2Exception {
                  if (window != null) {
                    window.settled();
                  }
                }
              })
          .build();
  private final Http2ConnectionHandler client =
      new Http2ConnectionHandlerBuilder()
          .server(false)
          .frameListener(new Http2FrameAdapter())
          .build();
  private final EmbeddedChannel gatewayEnd = new EmbeddedChannel(gateway);
  private final EmbeddedChannel clientEnd = new EmbeddedChannel(client);
  private @Nullable ClientWindow window;

  @BeforeEach
  void begin() {
    gatewayEnd.freezeTime();
    exchange();
    window = new ClientWindow(gateway, gatewayEnd.pipeline().context(gateway));
  }

  @AfterEach
  void end() {
    gatewayEnd.finishAndReleaseAll();
    clientEnd.finishAndReleaseAll();
  }

  private ClientWindow window() {
    return Objects.requireNonNull(window);
  }

  /// Until both have said everything.
  private void exchange() {
    boolean more = true;
    while (more) {
      gatewayEnd.runPendingTasks();
      clientEnd.runPendingTasks();
      more = move(gatewayEnd, clientEnd) | move(clientEnd, gatewayEnd);
    }
  }

  private static boolean move(EmbeddedChannel from, EmbeddedChannel to) {
    boolean any = false;
    for (Object bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
      to.writeInbound(bytes);
      any = true;
    }
    return any;
  }

  private void pass(int seconds) {
    gatewayEnd.advanceTimeBy(seconds, TimeUnit.SECONDS);
    gatewayEnd.runScheduledPendingTasks();
    exchange();
  }

  private void refuse() {
    window().refused();
    exchange();
  }

  private void call(int stream) {
    client
        .encoder()
        .writeHeaders(
            clientEnd.pipeline().context(client),
            stream,
            new DefaultHttp2Headers().method("POST").scheme("http").path("/").authority("test"),
            0,
            false,
            clientEnd.newPromise());
    clientEnd.flush();
  }

  private void send(int stream, int bytes, boolean last) {
    client
        .encoder()
        .writeData(
            clientEnd.pipeline().context(client),
            stream,
            Unpooled.buffer(bytes).writeZero(bytes),
            0,
            last,
            clientEnd.newPromise());
    clientEnd.flush();
  }

  /// What the client may still send of a call.
  private int mayStillSend(int stream) {
    return client.encoder().flowController().windowSize(client.connection().stream(stream));
  }

  private int mayBeginWith(int stream) {
    call(stream);
    exchange();
    return mayStillSend(stream);
  }

  @Test
  void a_client_that_is_refused_may_begin_with_less() {
    assertThat(mayBeginWith(3)).isEqualTo(ClientWindow.WIDE_BYTES);
    refuse();
    assertThat(mayBeginWith(5)).isEqualTo(ClientWindow.NARROW_BYTES);
  }

  @Test
  void a_call_that_is_taken_may_send_all() {
    refuse();
    call(3);
    send(3, 50_000, false);
    exchange();
    assertThat(mayStillSend(3)).isZero();
    window().open(3);
    exchange();
    assertThat(mayStillSend(3)).isEqualTo(ClientWindow.WIDE_BYTES - 50_000);
  }

  @Test
  void a_message_that_is_on_its_way_need_not_stop() {
    call(3);
    send(3, 50_000, false);
    exchange();
    refuse();
    assertThat(mayStillSend(3)).isEqualTo(ClientWindow.WIDE_BYTES - 50_000);
  }

  @Test
  void a_message_that_came_with_its_head_costs_no_frame() {
    refuse();
    call(3);
    send(3, 1_000, true);
    while (move(clientEnd, gatewayEnd)) {}
    window().open(3);
    gatewayEnd.runPendingTasks();
    assertThat(gatewayEnd.<Object>readOutbound()).isNull();
  }

  @Test
  void who_was_not_refused_for_a_while_may_begin_with_all_again() {
    refuse();
    pass(CALM_SECONDS);
    refuse();
    pass(CALM_SECONDS);
    assertThat(mayBeginWith(3)).isEqualTo(ClientWindow.NARROW_BYTES);
    pass(CALM_SECONDS);
    assertThat(mayBeginWith(5)).isEqualTo(ClientWindow.WIDE_BYTES);
    refuse();
    assertThat(mayBeginWith(7)).isEqualTo(ClientWindow.NARROW_BYTES);
  }

  @Test
  void a_client_that_acknowledges_nothing_is_told_once() {
    window().refused();
    for (int i = 0; i < 10; i++) {
      gatewayEnd.advanceTimeBy(CALM_SECONDS, TimeUnit.SECONDS);
      gatewayEnd.runScheduledPendingTasks();
      window().refused();
    }
    assertThat(gatewayEnd.outboundMessages()).hasSize(1);
  }
}
