package dev.headgate.gateway.receive.http;

import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;

/// Accepts on a socket that is bound already and stays open when this channel is closed.
///
/// **Threading:** as any channel.
///
/// **Ownership:** borrows the socket.
final class SharedServerChannel extends NioServerSocketChannel {
  private volatile boolean closed;

  SharedServerChannel(ServerSocketChannel socket) {
    super(socket);
  }

  @Override
  protected void doBind(SocketAddress address) {}

  @Override
  protected void doClose() {
    closed = true;
  }

  @Override
  public boolean isOpen() {
    return !closed && super.isOpen();
  }
}
