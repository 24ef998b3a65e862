package dev.headgate.gateway.receive.http;

import dev.headgate.config.HttpServerConfig;
import dev.headgate.gateway.admit.Admission;
import dev.headgate.gateway.admit.ListenFailure;
import dev.headgate.pipeline.files.FileWatch;
import dev.headgate.pipeline.tls.TlsMaterial;
import dev.headgate.pipeline.worker.Route;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The OTLP/HTTP receiver.
///
/// **Threading:** started and stopped by one thread.
///
/// **Ownership:** owns its listener, its connections and its event loops.
public final class HttpReceiver {
  private static final long LAST_ANSWERS_MILLIS = 200;

  private final HttpServices services;
  private final HttpServerConfig config;
  private final ConnectionInitializer initializer;
  private final EventLoopGroup loops;
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final FileWatch files = new FileWatch();
  private @Nullable Channel listener;

  /// @param maxBodyBytes the largest body, compressed and inflated
  /// @param eventLoops number of event loop threads
  /// @throws IOException when certificates cannot be used
  public HttpReceiver(
      HttpServerConfig config, Route route, Admission admission, long maxBodyBytes, int eventLoops)
      throws IOException {
    this.config = config;
    this.services = new HttpServices(admission, route, config, maxBodyBytes);
    TlsMaterial tls = config.tls() == null ? null : TlsMaterial.server(config.tls(), files);
    this.initializer = ConnectionInitializer.create(services, tls);
    this.loops =
        new MultiThreadIoEventLoopGroup(
            eventLoops, new DefaultThreadFactory("headgate-http", true), NioIoHandler.newFactory());
  }

  /// Listens.
  ///
  /// @throws IOException when the address cannot be bound
  public void start() throws IOException {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 1024)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    connections.add(channel);
                    initializer.initialize(channel);
                  }
                });
    var bound = bootstrap.bind(config.endpoint().host(), config.endpoint().port());
    bound.awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "cannot listen on " + config.endpoint() + ": " + ListenFailure.reason(bound.cause()));
    }
    listener = bound.channel();
  }

  /// The port that is listened on.
  public int port() {
    Channel channel = listener;
    if (channel == null) {
      throw new IllegalStateException("receiver not started");
    }
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  /// Takes no new connections and no further requests on the old ones; requests under way go on.
  public void stopAccepting() {
    files.close();
    services.drain();
    Channel channel = listener;
    if (channel != null) {
      channel.close().awaitUninterruptibly();
    }
    for (Channel connection : connections) {
      connection.pipeline().fireUserEventTriggered(new HttpServices.Drain());
    }
  }

  /// Waits until the connections are gone, closes the rest at the deadline, and stops the threads.
  public void stop(Duration deadline) {
    boolean gone =
        connections
            .newCloseFuture()
            .awaitUninterruptibly(deadline.toMillis(), TimeUnit.MILLISECONDS);
    if (!gone) {
      for (Channel connection : connections) {
        connection.pipeline().fireUserEventTriggered(new HttpServices.Abort());
      }
      boolean _ =
          connections
              .newCloseFuture()
              .awaitUninterruptibly(LAST_ANSWERS_MILLIS, TimeUnit.MILLISECONDS);
      connections.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    }
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
