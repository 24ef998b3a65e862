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
  private final Map<SocketAddress, GrpcConnection> open = new ConcurrentHashMap<>();

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
        SocketAddress remote = attributes.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
        GrpcConnection connection = remote == null ? null : open.get(remote);
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
      if (remote != null) {
        open.put(remote, handler);
        ChannelFuture _ = channel.closeFuture().addListener(_ -> open.remove(remote, handler));
      }
      channel.pipeline().addLast(handler);
      ctx.fireChannelRead(message);
    }
  }
}
