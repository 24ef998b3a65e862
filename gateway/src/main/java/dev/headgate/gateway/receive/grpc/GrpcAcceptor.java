package dev.headgate.gateway.receive.grpc;

import dev.headgate.gateway.admit.Transit;
import dev.headgate.gateway.receive.connection.Connection;
import dev.headgate.gateway.receive.connection.Connections;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.ServerTransportFilter;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandler;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Takes connections for grpc-java up to the receiver's limits and puts a [GrpcConnection] in front
/// of each.
///
/// **Threading:** any event loop.
final class GrpcAcceptor {
  /// The connection of a call.
  static final Attributes.Key<GrpcConnection> CONNECTION =
      Attributes.Key.create("headgate-connection");

  private final Connections connections;
  private final boolean plain;
  private final Transit transit;
  // grpc-java tells of a connection's start by its addresses only.
  private final Map<Ends, GrpcConnection> open = new ConcurrentHashMap<>();

  /// Both: a client may have connections from one port to several addresses of this machine.
  private record Ends(SocketAddress local, SocketAddress remote) {}

  /// @param plain whether connections are without TLS
  /// @param transit what messages may take while they arrive
  GrpcAcceptor(Connections connections, boolean plain, Transit transit) {
    this.connections = connections;
    this.plain = plain;
    this.transit = transit;
  }

  /// Stands in front of what hands new connections to grpc-java.
  ChannelHandler gate() {
    return new Gate();
  }

  /// Hears when a connection's HTTP/2 has begun.
  ServerTransportFilter filter() {
    return new ServerTransportFilter() {
      @Override
      public Attributes transportReady(Attributes attributes) {
        SocketAddress local = attributes.get(Grpc.TRANSPORT_ATTR_LOCAL_ADDR);
        SocketAddress remote = attributes.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
        GrpcConnection connection =
            local == null || remote == null ? null : open.get(new Ends(local, remote));
        if (connection == null) {
          return attributes;
        }
        connection.ready();
        return attributes.toBuilder().set(CONNECTION, connection).build();
      }
    };
  }

  @ChannelHandler.Sharable
  private final class Gate extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      Channel channel = (Channel) message;
      SocketAddress remote = channel.remoteAddress();
      Connection connection = connections.tryOpen(remote);
      if (connection == null) {
        channel.unsafe().closeForcibly();
        return;
      }
      GrpcConnection handler = new GrpcConnection(connection, plain, transit);
      SocketAddress local = channel.localAddress();
      if (local != null && remote != null) {
        Ends ends = new Ends(local, remote);
        open.put(ends, handler);
        ChannelFuture _ = channel.closeFuture().addListener(_ -> open.remove(ends, handler));
      }
      channel.pipeline().addLast(handler);
      channel
          .config()
          .setRecvByteBufAllocator(
              new ReadSizes(connections::open, handler.arriving()::isOneLargeMessage));
      ctx.fireChannelRead(message);
    }
  }
}
