package dev.headgate.gateway.receive;

import dev.headgate.config.HostPort;
import dev.headgate.gateway.admit.ListenFailure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A listening socket that does not belong to the receiver that accepts on it: at a reload the next
/// receiver accepts on it before the last one ends, and the connections that wait in it are lost by
/// neither.
///
/// **Threading:** any thread.
///
/// **Ownership:** whoever opened it closes it, after the last receiver has stopped accepting.
public final class ListenSocket implements AutoCloseable {
  private static final int BACKLOG = 1024;
  private static final Logger LOG = LoggerFactory.getLogger(ListenSocket.class);

  private final ServerSocketChannel channel;

  private ListenSocket(ServerSocketChannel channel) {
    this.channel = channel;
  }

  /// Listens; connections wait until a receiver accepts them.
  ///
  /// @throws IOException when the address cannot be bound
  public static ListenSocket open(HostPort endpoint) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.configureBlocking(false);
      channel.bind(new InetSocketAddress(endpoint.host(), endpoint.port()), BACKLOG);
      return new ListenSocket(channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw new IOException("cannot listen on " + endpoint + ": " + ListenFailure.reason(e), e);
    }
  }

  /// The channel to accept on.
  public ServerSocketChannel channel() {
    return channel;
  }

  /// The port that is listened on, for a configured port 0 the one that was chosen.
  public int port() {
    return channel.socket().getLocalPort();
  }

  @Override
  public String toString() {
    return channel.socket().getLocalSocketAddress().toString();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.warn("cannot close the listening socket {}: {}", this, e.getClass().getSimpleName());
    }
  }
}
