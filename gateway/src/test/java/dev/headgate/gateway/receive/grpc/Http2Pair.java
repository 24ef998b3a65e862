package dev.headgate.gateway.receive.grpc;

import dev.headgate.gateway.admit.Admission;
import dev.headgate.gateway.admit.Transit;
import dev.headgate.pipeline.codec.ContentCoding;
import dev.headgate.pipeline.memory.ArrayPool;
import dev.headgate.pipeline.payload.ByteBudget;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.embedded.EmbeddedChannel;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2FrameAdapter;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Headers;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Netty's own client and a gateway's connection, in virtual time. A plain HTTP/2 handler is in
/// grpc-java's place: it has every call's message come and works it off while it comes.
final class Http2Pair implements AutoCloseable {
  /// The largest message.
  static final int LARGEST_BYTES = 4 << 20;

  final ByteBudget budget = new ByteBudget(64 << 20);
  final ByteBudget transit = new ByteBudget(32 << 20);

  /// What the calls of all streams were told, like "3 begun".
  final List<String> heard = new ArrayList<>();

  /// Whether calls that begin want their messages at once.
  boolean wanting = true;

  private long gotBytes;
  private final Map<Integer, Call> calls = new HashMap<>();
  private final Admission admission =
      new Admission(
          budget, ArrayPool.NONE, request -> false, () -> 0, () -> 0, Duration.ofSeconds(1));
  private final GrpcConnection connection = TestConnections.open(new Transit(transit, 0, () -> 0));
  private final Http2ConnectionHandler client =
      new Http2ConnectionHandlerBuilder()
          .server(false)
          .frameListener(new Http2FrameAdapter())
          .build();
  private final EmbeddedChannel gatewayEnd;
  private final EmbeddedChannel clientEnd;

  Http2Pair() {
    Http2ConnectionHandler gateway =
        new Http2ConnectionHandlerBuilder()
            .server(true)
            .initialSettings(new Http2Settings().initialWindowSize(ClientWindow.WIDE_BYTES))
            .frameListener(new Calls())
            .build();
    gatewayEnd = new EmbeddedChannel(connection, gateway);
    clientEnd = new EmbeddedChannel(client);
    gatewayEnd.freezeTime();
    connection.ready();
    exchange();
  }

  /// A call in the gateway.
  private final class Call implements WireCharge.Hearer {
    private final int stream;
    private final WireCharge charge =
        (WireCharge) WireCharge.factory(admission).newServerStreamTracer("m", new Metadata());
    private boolean begun;
    private boolean refused;

    Call() {
      stream = connection.begins(charge, LARGEST_BYTES);
    }

    void begin() {
      charge.begin(connection, ContentCoding.IDENTITY, this);
    }

    @Override
    public void begun() {
      begun = true;
      heard.add(stream + " begun");
      connection.open(stream);
    }

    @Override
    public void reserved() {
      heard.add(stream + " reserved");
    }

    @Override
    public void refused() {
      refused = true;
      heard.add(stream + " refused");
      connection.refused();
    }
  }

  private final class Calls extends Http2FrameAdapter {
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
      Call call = new Call();
      calls.put(stream, call);
      if (wanting) {
        call.begin();
      }
    }

    @Override
    public int onDataRead(
        ChannelHandlerContext ctx, int stream, ByteBuf data, int padding, boolean end) {
      gotBytes += data.readableBytes();
      Call call = calls.get(stream);
      if (!call.begun || call.refused) {
        return 0;
      }
      call.charge.inboundWireSize(data.readableBytes());
      return data.readableBytes() + padding;
    }
  }

  /// What of messages has come to where they are worked off.
  long gotBytes() {
    return gotBytes;
  }

  /// The gateway has found no room for a call.
  void refuse() {
    refuseUnheard();
    exchange();
  }

  void refuseUnheard() {
    connection.refused();
  }

  /// The gateway wants the message of a call that has waited for that.
  void want(int stream) {
    calls.get(stream).begin();
    exchange();
  }

  /// A call is over.
  void end(int stream) {
    calls.get(stream).charge.streamClosed(Status.OK);
  }

  boolean isOneLargeMessage() {
    return connection.arriving().isOneLargeMessage();
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
      more = move(gatewayEnd, clientEnd) | clientSays();
    }
  }

  /// The gateway hears what the client has said, and is not heard.
  boolean clientSays() {
    return move(clientEnd, gatewayEnd);
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
  }

  /// A client's call begins.
  void call(int stream) {
    ChannelFuture _ =
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

  /// The beginning of a gRPC message.
  static ByteBuf message(int bytes, int sentBytes) {
    return Unpooled.buffer(5 + sentBytes).writeByte(0).writeInt(bytes).writeZero(sentBytes);
  }

  static ByteBuf message(int bytes) {
    return message(bytes, bytes);
  }

  void send(int stream, ByteBuf bytes, int padding, boolean last) {
    ChannelFuture _ =
        client
            .encoder()
            .writeData(
                clientEnd.pipeline().context(client),
                stream,
                bytes,
                padding,
                last,
                clientEnd.newPromise());
    clientEnd.flush();
  }

  void send(int stream, ByteBuf bytes) {
    send(stream, bytes, 0, false);
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

  /// The client's connection breaks.
  void breakOff() {
    gatewayEnd.unsafe().close(gatewayEnd.newPromise());
    gatewayEnd.runPendingTasks();
  }

  @Override
  public void close() {
    gatewayEnd.finishAndReleaseAll();
    clientEnd.finishAndReleaseAll();
  }
}
