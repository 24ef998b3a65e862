package dev.headgate.gateway.receive.grpc;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.embedded.EmbeddedChannel;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2FrameAdapter;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Headers;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Settings;
import java.util.concurrent.TimeUnit;

/// Netty's own client and a gateway that works on nothing, in virtual time.
final class Http2Pair implements AutoCloseable {
  private final Http2ConnectionHandler gateway;
  private final Http2ConnectionHandler client =
      new Http2ConnectionHandlerBuilder()
          .server(false)
          .frameListener(new Http2FrameAdapter())
          .build();
  private final EmbeddedChannel gatewayEnd;
  private final EmbeddedChannel clientEnd;
  private final ClientWindow window;
  private final AnnouncedMessages announced;

  Http2Pair() {
    gateway =
        new Http2ConnectionHandlerBuilder()
            .server(true)
            .initialSettings(new Http2Settings().initialWindowSize(ClientWindow.WIDE_BYTES))
            .frameListener(new Hears())
            .build();
    gatewayEnd = new EmbeddedChannel(gateway);
    clientEnd = new EmbeddedChannel(client);
    gatewayEnd.freezeTime();
    window = new ClientWindow(gateway, gatewayEnd.pipeline().context(gateway));
    announced = new AnnouncedMessages(gateway.connection(), window);
    exchange();
  }

  private final class Hears extends Http2FrameAdapter {
    @Override
    public void onHeadersRead(
        ChannelHandlerContext ctx,
        int stream,
        Http2Headers headers,
        int dependency,
        short weight,
        boolean exclusive,
        int padding,
        boolean end) {
      if (window.isNarrow()) {
        announced.begins(stream);
      }
    }

    @Override
    public int onDataRead(
        ChannelHandlerContext ctx, int stream, ByteBuf data, int padding, boolean end) {
      announced.data(stream, data);
      announced.ask(stream);
      return 0;
    }

    @Override
    public void onSettingsAckRead(ChannelHandlerContext ctx) throws Http2Exception {
      window.settled();
    }
  }

  ClientWindow window() {
    return window;
  }

  AnnouncedMessages announced() {
    return announced;
  }

  EmbeddedChannel gatewayEnd() {
    return gatewayEnd;
  }

  /// Until both have said everything.
  void exchange() {
    boolean more = true;
    while (more) {
      gatewayEnd.runPendingTasks();
      clientEnd.runPendingTasks();
      more = move(gatewayEnd, clientEnd) | move(clientEnd, gatewayEnd);
    }
  }

  /// The gateway hears what the client has said, and says nothing yet.
  void clientSays() {
    while (move(clientEnd, gatewayEnd)) {}
  }

  private static boolean move(EmbeddedChannel from, EmbeddedChannel to) {
    boolean any = false;
    for (Object bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
      to.writeInbound(bytes);
      any = true;
    }
    return any;
  }

  void pass(int seconds) {
    gatewayEnd.advanceTimeBy(seconds, TimeUnit.SECONDS);
    gatewayEnd.runScheduledPendingTasks();
    exchange();
  }

  void refuse() {
    window.refused();
    exchange();
  }

  void call(int stream) {
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

  void send(int stream, int bytes, boolean last) {
    send(stream, Unpooled.buffer(bytes).writeZero(bytes), last);
  }

  void send(int stream, ByteBuf bytes, boolean last) {
    client
        .encoder()
        .writeData(
            clientEnd.pipeline().context(client), stream, bytes, 0, last, clientEnd.newPromise());
    clientEnd.flush();
  }

  /// What the client may still send of a call.
  int mayStillSend(int stream) {
    return client.encoder().flowController().windowSize(client.connection().stream(stream));
  }

  int mayBeginWith(int stream) {
    call(stream);
    exchange();
    return mayStillSend(stream);
  }

  @Override
  public void close() {
    gatewayEnd.finishAndReleaseAll();
    clientEnd.finishAndReleaseAll();
  }
}
