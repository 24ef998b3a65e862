package dev.headgate.exporters.client;

import dev.headgate.config.TlsClientConfig;
import dev.headgate.pipeline.memory.Content;
import dev.headgate.pipeline.tls.TlsMaterial;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/// An HTTP/1.1 client for one host: POST only, connections kept alive and reused, no redirects,
/// answers cut at a bound.
///
/// **Threading:** any thread; replies come on event loops.
///
/// **Ownership:** owns its connections; borrows the threads of [ExportLoops].
public final class HttpClient implements AutoCloseable {
  /// What is read of an answer's body; the rest is read and thrown away.
  public static final int MAX_BODY_BYTES = 64 << 10;

  private static final int CONNECT_TIMEOUT_MILLIS = 10_000;

  /// How much of a request a connection is given before it writes. At Netty's usual 64 KiB each
  /// piece is a write of its own, which may wake who reads.
  private static final WriteBufferWaterMark WRITE_AHEAD =
      new WriteBufferWaterMark(512 << 10, 1 << 20);

  /// The same with TLS, where it is copied to direct memory, and every connection whose backend
  /// does not read holds it.
  private static final WriteBufferWaterMark ENCRYPTED_WRITE_AHEAD =
      new WriteBufferWaterMark(128 << 10, 256 << 10);

  private final URI origin;
  private final @Nullable SslContext ssl;
  private final @Nullable TlsMaterial material;
  private final TlsClientConfig tls;
  private final EventLoopGroup loops;
  private final Bootstrap bootstrap;
  private final HostLookup lookup;
  private final IdleConnections idle = new IdleConnections();
  private final Set<HttpAttempt> underWay = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /// One POST.
  ///
  /// @param target path and query
  /// @param body the body's parts in a row; not written to
  /// @param timeout limit of the whole call, connecting included; zero = none
  public record Call(
      String target, Map<String, String> headers, List<? extends Content> body, Duration timeout) {}

  /// @param origin scheme, host and port of the backend
  /// @throws IOException when certificates cannot be read
  public HttpClient(URI origin, TlsClientConfig tls, ExportLoops loops) throws IOException {
    this.origin = origin;
    this.tls = tls;
    boolean encrypted = "https".equalsIgnoreCase(origin.getScheme());
    this.material = encrypted ? TlsMaterial.client(tls, loops.files()) : null;
    try {
      this.ssl = material == null ? null : sslContext(material);
    } catch (IOException | RuntimeException e) {
      if (material != null) {
        material.close();
      }
      throw e;
    }
    this.loops = loops.http();
    this.lookup = new HostLookup(origin.getHost(), loops.blocking());
    this.bootstrap =
        new Bootstrap()
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                encrypted ? ENCRYPTED_WRITE_AHEAD : WRITE_AHEAD)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
            // A failed write does not close: an answer that came before it can still be read.
            .option(ChannelOption.AUTO_CLOSE, false)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    initialize(channel);
                  }
                });
  }

  private static SslContext sslContext(TlsMaterial material) throws IOException {
    return SslContextBuilder.forClient()
        .sslProvider(SslProvider.JDK)
        .protocols(material.versions())
        .ciphers(material.cipherSuites())
        .keyManager(material.keyManager())
        .trustManager(material.trustManager())
        .build();
  }

  private void initialize(Channel channel) {
    if (ssl != null) {
      String name = tls.serverNameOverride() == null ? host() : tls.serverNameOverride();
      SslHandler handler = ssl.newHandler(channel.alloc(), name, port());
      SSLEngine engine = handler.engine();
      SSLParameters parameters = engine.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm(tls.insecureSkipVerify() ? "" : "HTTPS");
      engine.setSSLParameters(parameters);
      channel.pipeline().addLast(handler);
    }
    channel
        .pipeline()
        .addLast(new HttpClientCodec(), new HttpExchange(authority(), idle, ssl != null));
  }

  /// The host and port as the `Host` header shows them.
  private String authority() {
    return origin.getRawAuthority();
  }

  private String host() {
    String host = origin.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private int port() {
    if (origin.getPort() > 0) {
      return origin.getPort();
    }
    return ssl == null ? 80 : 443;
  }

  HostLookup lookup() {
    return lookup;
  }

  ChannelFuture connect(EventLoop loop, InetAddress address) {
    return bootstrap.clone(loop).connect(new InetSocketAddress(address, port()));
  }

  int idleConnections() {
    return idle.size();
  }

  /// Sends a request; the reply comes exactly once, at the latest when the call's time is over.
  public void post(Call call, Consumer<HttpReply> onReply) {
    Channel kept = idle.poll();
    EventLoop loop = kept == null ? loops.next() : kept.eventLoop();
    HttpAttempt attempt = new HttpAttempt(this, call, onReply, loop);
    underWay.add(attempt);
    attempt.start(kept);
    if (closed) {
      attempt.abandon();
    }
  }

  void ended(HttpAttempt attempt) {
    underWay.remove(attempt);
  }

  @Override
  public void close() {
    closed = true;
    idle.close();
    if (material != null) {
      material.close();
    }
    underWay.forEach(HttpAttempt::abandon);
  }
}
