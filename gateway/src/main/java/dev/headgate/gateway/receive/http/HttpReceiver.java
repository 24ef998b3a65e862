package dev.headgate.gateway.receive.http;

import dev.headgate.config.HttpServerConfig;
import dev.headgate.config.ServerAuthConfig;
import dev.headgate.config.TlsServerConfig;
import dev.headgate.gateway.admit.Authenticator;
import dev.headgate.gateway.admit.ListenFailure;
import dev.headgate.gateway.receive.Entrance;
import dev.headgate.gateway.receive.ListenSocket;
import dev.headgate.gateway.receive.Receiver;
import dev.headgate.gateway.receive.connection.Connections;
import dev.headgate.pipeline.files.FileWatch;
import dev.headgate.pipeline.tls.TlsMaterial;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The OTLP/HTTP receiver.
///
/// **Threading:** started and stopped by one thread.
///
/// **Ownership:** owns its connections and its event loops, and borrows the socket.
public final class HttpReceiver implements Receiver {
  private static final long LAST_ANSWERS_MILLIS = 200;

  private final HttpServices services;
  private final Connections books;
  private final FileWatch files = new FileWatch();
  private final ListenSocket socket;
  private final MultiThreadIoEventLoopGroup loops;
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private volatile Serving serving;
  private @Nullable Channel listener;

  /// A configuration that is ready to serve by.
  public static final class Serving {
    private final HttpServices.Limits limits;
    private final @Nullable TlsMaterial tls;
    private final ConnectionInitializer initializer;

    private Serving(
        HttpServices.Limits limits, @Nullable TlsMaterial tls, ConnectionInitializer initializer) {
      this.limits = limits;
      this.tls = tls;
      this.initializer = initializer;
    }

    /// Closes what another does not share.
    private void close(Serving other) {
      Authenticator authenticator = limits.authenticator();
      if (tls != null && tls != other.tls) {
        tls.close();
      }
      if (authenticator != null && authenticator != other.limits.authenticator()) {
        authenticator.close();
      }
    }
  }

  /// @param maxBodyBytes the largest body, compressed and inflated
  /// @param eventLoops number of event loop threads
  /// @throws IOException when certificates or passwords cannot be used
  public HttpReceiver(
      ListenSocket socket,
      HttpServerConfig config,
      Entrance entrance,
      long maxBodyBytes,
      int eventLoops)
      throws IOException {
    this.socket = socket;
    ServerAuthConfig auth = config.auth();
    Authenticator authenticator = auth == null ? null : Authenticator.of(auth, files);
    HttpServices.Limits limits = new HttpServices.Limits(config, maxBodyBytes, authenticator);
    this.services = new HttpServices(entrance.admission(), entrance.route(), limits);
    this.books = entrance.connections();
    try {
      TlsServerConfig tls = config.tls();
      this.serving = serving(limits, tls == null ? null : TlsMaterial.server(tls, files));
    } catch (IOException e) {
      files.close();
      throw e;
    }
    this.loops =
        new MultiThreadIoEventLoopGroup(
            eventLoops, new DefaultThreadFactory("headgate-http", true), NioIoHandler.newFactory());
  }

  private Serving serving(HttpServices.Limits limits, @Nullable TlsMaterial tls)
      throws IOException {
    return new Serving(limits, tls, ConnectionInitializer.create(services, tls));
  }

  /// Gets everything ready to serve by a configuration and changes nothing yet.
  ///
  /// @throws IOException when certificates or passwords cannot be used
  public Serving prepare(HttpServerConfig config, long maxBodyBytes) throws IOException {
    Serving now = serving;
    HttpServerConfig before = now.limits.config();
    ServerAuthConfig auth = config.auth();
    Authenticator authenticator = now.limits.authenticator();
    if (!Objects.equals(auth, before.auth())) {
      authenticator = auth == null ? null : Authenticator.of(auth, files);
    }
    HttpServices.Limits limits = new HttpServices.Limits(config, maxBodyBytes, authenticator);
    TlsServerConfig tls = config.tls();
    if (Objects.equals(tls, before.tls())) {
      return new Serving(limits, now.tls, now.initializer);
    }
    try {
      return serving(limits, tls == null ? null : TlsMaterial.server(tls, files));
    } catch (IOException e) {
      discard(new Serving(limits, now.tls, now.initializer));
      throw e;
    }
  }

  /// Serves by what was prepared: connections stay, and the next request on each is judged by it.
  /// TLS changes for new connections only.
  public void use(Serving next) {
    Serving before = serving;
    serving = next;
    services.use(next.limits);
    books.use(next.limits.config().connections());
    whenAllLoopsPassed(() -> before.close(next));
  }

  /// Runs something when no event loop is still in the midst of what it did when this was called.
  private void whenAllLoopsPassed(Runnable task) {
    AtomicInteger left = new AtomicInteger(loops.executorCount());
    for (EventExecutor loop : loops) {
      loop.execute(() -> {
        if (left.decrementAndGet() == 0) {
          Thread _ = Thread.ofVirtual().start(task);
        }
      });
    }
  }

  /// Gives up what was prepared and not used.
  public void discard(Serving unused) {
    unused.close(serving);
  }

  @Override
  public void start() throws IOException {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channelFactory(() -> new SharedServerChannel(socket.channel()))
            .option(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .handler(ConnectionGuard.gate(books, services))
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    connections.add(channel);
                    serving.initializer.initialize(channel);
                  }
                });
    var bound = bootstrap.bind(socket.channel().getLocalAddress());
    bound.awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "cannot accept on " + socket + ": " + ListenFailure.reason(bound.cause()));
    }
    listener = bound.channel();
  }

  @Override
  public void open() {
    Channel channel = listener;
    if (channel != null) {
      channel.config().setAutoRead(true);
    }
  }

  @Override
  public void lookAtFiles() {
    files.lookNow();
  }

  @Override
  public int port() {
    return socket.port();
  }

  @Override
  public void stopAccepting() {
    services.drain();
    Channel channel = listener;
    if (channel != null) {
      channel.close().awaitUninterruptibly();
    }
    for (Channel connection : connections) {
      connection.pipeline().fireUserEventTriggered(new HttpServices.Drain());
    }
  }

  @Override
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
    // Not before: the last requests want to be known, too.
    files.close();
    Authenticator authenticator = serving.limits.authenticator();
    if (authenticator != null) {
      authenticator.close();
    }
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
