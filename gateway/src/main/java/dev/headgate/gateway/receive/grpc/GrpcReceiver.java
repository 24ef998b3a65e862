package dev.headgate.gateway.receive.grpc;

import dev.headgate.config.GrpcServerConfig;
import dev.headgate.config.ServerAuthConfig;
import dev.headgate.config.Signal;
import dev.headgate.gateway.admit.Authenticator;
import dev.headgate.gateway.admit.ContextHeaders;
import dev.headgate.gateway.admit.ListenFailure;
import dev.headgate.gateway.receive.Entrance;
import dev.headgate.gateway.receive.ListenSocket;
import dev.headgate.gateway.receive.Receiver;
import dev.headgate.pipeline.files.FileWatch;
import dev.headgate.pipeline.tls.TlsMaterial;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.grpc.netty.shaded.io.netty.util.concurrent.EventExecutor;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The OTLP/gRPC receiver: the three `Export` methods and gRPC health.
///
/// **Threading:** started and stopped by one thread.
///
/// **Ownership:** owns its connections and its event loops, and borrows the socket.
public final class GrpcReceiver implements Receiver {
  private static final int MAX_METADATA_BYTES = 16 << 10;
  private static final int RESETS_PER_WINDOW = 200;
  private static final int RESET_WINDOW_SECONDS = 30;

  private static final long SETTLE_MILLIS = 1000;

  private final ListenSocket socket;
  private final GrpcServerConfig config;
  private final EventLoopGroup acceptLoop;
  private final EventLoopGroup loops;
  private final HealthStatusManager health = new HealthStatusManager();
  private final ExportCall.Services services;
  private final GrpcAcceptor acceptor;
  private final FileWatch files = new FileWatch();
  private final @Nullable TlsMaterial tls;
  private final @Nullable Authenticator authenticator;
  private final Server server;
  private volatile @Nullable Channel listener;

  /// @param maxMessageBytes the largest message, compressed and inflated
  /// @param eventLoops number of event loop threads
  /// @throws IOException when certificates or passwords cannot be used
  public GrpcReceiver(
      ListenSocket socket,
      GrpcServerConfig config,
      Entrance entrance,
      long maxMessageBytes,
      int eventLoops)
      throws IOException {
    this.socket = socket;
    this.config = config;
    // First, because they may fail: the threads below would be left behind.
    this.tls = config.tls() == null ? null : TlsMaterial.server(config.tls(), files);
    try {
      ServerAuthConfig auth = config.auth();
      this.authenticator = auth == null ? null : Authenticator.of(auth, files);
    } catch (IOException e) {
      files.close();
      throw e;
    }
    this.acceptLoop = loops("headgate-grpc-accept", 1);
    this.loops = loops("headgate-grpc", eventLoops);
    this.services =
        new ExportCall.Services(
            entrance.admission(),
            entrance.route(),
            Math.min(maxMessageBytes, entrance.transit().largestMessageBytes()),
            new ContextHeaders(config.includeMetadata(), config.contextHeaders()),
            authenticator,
            config.connections().readTimeout(),
            loops);
    this.acceptor = new GrpcAcceptor(entrance.connections(), tls == null, entrance.transit());
    this.server = build();
  }

  private static EventLoopGroup loops(String name, int threads) {
    return new MultiThreadIoEventLoopGroup(
        threads, new DefaultThreadFactory(name, true), NioIoHandler.newFactory());
  }

  private Server build() throws IOException {
    GrpcServerConfig.Keepalive keepalive = config.keepalive();
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(socket.channel().getLocalAddress())
            .channelFactory(this::listen)
            .withOption(ChannelOption.AUTO_READ, false)
            .addTransportFilter(acceptor.filter())
            .bossEventLoopGroup(acceptLoop)
            .workerEventLoopGroup(loops)
            .directExecutor()
            .decompressorRegistry(PassThrough.registry())
            .addStreamTracerFactory(WireCharge.factory(services.admission()))
            .maxInboundMessageSize((int) Math.min(Integer.MAX_VALUE, services.maxMessageBytes()))
            .maxInboundMetadataSize(MAX_METADATA_BYTES)
            .maxRstFramesPerWindow(RESETS_PER_WINDOW, RESET_WINDOW_SECONDS)
            .maxConcurrentCallsPerConnection(config.maxConcurrentStreams())
            .flowControlWindow(ClientWindow.WIDE_BYTES)
            .permitKeepAliveTime(keepalive.minTime().toNanos(), TimeUnit.NANOSECONDS)
            .permitKeepAliveWithoutCalls(keepalive.permitWithoutStream());
    Duration handshake = config.connections().readHeaderTimeout();
    if (handshake.isPositive()) {
      // Ours comes first and is counted (GrpcConnection). Not multipliedBy, which computes with
      // BigDecimal: its tables alone take a fiftieth of a start.
      builder.handshakeTimeout(handshake.plus(handshake).toMillis(), TimeUnit.MILLISECONDS);
    }
    if (keepalive.time().isPositive()) {
      builder.keepAliveTime(keepalive.time().toNanos(), TimeUnit.NANOSECONDS);
    }
    if (keepalive.timeout().isPositive()) {
      builder.keepAliveTimeout(keepalive.timeout().toNanos(), TimeUnit.NANOSECONDS);
    }
    if (keepalive.maxConnectionIdle().isPositive()) {
      builder.maxConnectionIdle(keepalive.maxConnectionIdle().toNanos(), TimeUnit.NANOSECONDS);
    }
    if (keepalive.maxConnectionAge().isPositive()) {
      builder.maxConnectionAge(keepalive.maxConnectionAge().toNanos(), TimeUnit.NANOSECONDS);
    }
    if (keepalive.maxConnectionAgeGrace().isPositive()) {
      builder.maxConnectionAgeGrace(
          keepalive.maxConnectionAgeGrace().toNanos(), TimeUnit.NANOSECONDS);
    }
    if (tls != null) {
      useTls(builder, tls);
    }
    for (Signal signal : Signal.values()) {
      builder.addService(service(signal));
    }
    return builder.addService(health.getHealthService()).build();
  }

  private SharedServerChannel listen() {
    SharedServerChannel channel = new SharedServerChannel(socket.channel());
    channel.pipeline().addLast(acceptor.gate());
    listener = channel;
    return channel;
  }

  private static void useTls(NettyServerBuilder builder, TlsMaterial tls) throws IOException {
    SslContextBuilder ssl =
        GrpcSslContexts.configure(
                SslContextBuilder.forServer(Objects.requireNonNull(tls.keyManager())),
                SslProvider.JDK)
            .protocols(tls.versions());
    if (tls.cipherSuites() != null) {
      ssl.ciphers(tls.cipherSuites());
    }
    if (tls.trustManager() == null) {
      builder.sslContext(ssl.build());
    } else {
      ssl.trustManager(tls.trustManager()).clientAuth(ClientAuth.REQUIRE);
      builder.sslContext(new UnresumedTls(ssl));
    }
  }

  private ServerServiceDefinition service(Signal signal) {
    String name =
        switch (signal) {
          case TRACES -> "opentelemetry.proto.collector.trace.v1.TraceService";
          case LOGS -> "opentelemetry.proto.collector.logs.v1.LogsService";
          case METRICS -> "opentelemetry.proto.collector.metrics.v1.MetricsService";
        };
    RawMarshaller marshaller = new RawMarshaller(services.admission().arrays());
    MethodDescriptor<RawMessage, RawMessage> export =
        MethodDescriptor.<RawMessage, RawMessage>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(MethodDescriptor.generateFullMethodName(name, "Export"))
            .setRequestMarshaller(marshaller)
            .setResponseMarshaller(marshaller)
            .build();
    return ServerServiceDefinition.builder(name)
        .addMethod(export, ExportCall.handler(services, signal))
        .build();
  }

  @Override
  public void start() throws IOException {
    try {
      server.start();
    } catch (IOException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException("cannot accept on " + socket + ": " + ListenFailure.reason(cause), e);
    }
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

  /// Tells clients with GOAWAY.
  @Override
  public void stopAccepting() {
    health.enterTerminalState();
    settle();
    server.shutdown();
  }

  /// Accepts no more and has every connection begin that was accepted: at its shutdown grpc-java
  /// closes without a word what it does not serve yet, and a client takes that for an outage.
  private void settle() {
    Channel channel = listener;
    if (channel == null || !channel.isRegistered()) {
      return;
    }
    boolean _ =
        channel
            .eventLoop()
            .submit(() -> channel.config().setAutoRead(false))
            .awaitUninterruptibly(SETTLE_MILLIS);
    for (EventExecutor loop : loops) {
      boolean _ = loop.submit(() -> {}).awaitUninterruptibly(SETTLE_MILLIS);
    }
  }

  @Override
  public void stop(Duration deadline) {
    try {
      if (!server.awaitTermination(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
        server.shutdownNow();
        boolean _ = server.awaitTermination(1, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
    // Not before: the last calls want to be known, too.
    files.close();
    if (authenticator != null) {
      authenticator.close();
    }
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    acceptLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
