package dev.headgate.exporters.client;

import dev.headgate.config.TlsClientConfig;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/// An HTTP/1.1 client for one host: POST only, connections kept alive and reused, no redirects,
/// answers cut at a bound.
///
/// **Threading:** any thread; replies come on event loops.
///
/// **Ownership:** owns its connections; borrows the event loops of [ExportLoops].
public final class HttpClient implements AutoCloseable {
  /// What is read of an answer's body; the rest is read and thrown away.
  public static final int MAX_BODY_BYTES = 64 << 10;

  private static final int CONNECT_TIMEOUT_MILLIS = 10_000;

  private final URI origin;
  private final @Nullable SslContext ssl;
  private final TlsClientConfig tls;
  private final Bootstrap bootstrap;
  private final ConcurrentLinkedDeque<Channel> idle = new ConcurrentLinkedDeque<>();
  private volatile boolean closed;

  /// One POST.
  ///
  /// @param target path and query
  /// @param body the body's parts in a row; not written to
  public record Call(
      String target, Map<String, String> headers, List<byte[]> body, Duration timeout) {}

  /// @param origin scheme, host and port of the backend
  /// @throws IOException when certificates cannot be read
  public HttpClient(URI origin, TlsClientConfig tls, ExportLoops loops) throws IOException {
    this.origin = origin;
    this.tls = tls;
    this.ssl = "https".equals(origin.getScheme()) ? sslContext(tls) : null;
    this.bootstrap =
        new Bootstrap()
            .group(loops.http())
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    initialize(channel);
                  }
                });
  }

  private static SslContext sslContext(TlsClientConfig tls) throws IOException {
    SslContextBuilder builder = SslContextBuilder.forClient().protocols("TLSv1.3", "TLSv1.2");
    if (tls.insecureSkipVerify()) {
      builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
    } else if (tls.caFile() != null) {
      builder.trustManager(tls.caFile().toFile());
    }
    if (tls.certFile() != null && tls.keyFile() != null) {
      builder.keyManager(tls.certFile().toFile(), tls.keyFile().toFile());
    }
    return builder.build();
  }

  private void initialize(Channel channel) {
    if (ssl != null) {
      String name = tls.serverNameOverride() == null ? origin.getHost() : tls.serverNameOverride();
      SslHandler handler = ssl.newHandler(channel.alloc(), name, port());
      if (!tls.insecureSkipVerify()) {
        SSLEngine engine = handler.engine();
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        engine.setSSLParameters(parameters);
      }
      channel.pipeline().addLast(handler);
    }
    channel.pipeline().addLast(new HttpClientCodec(), new HttpExchange(this::keep));
  }

  /// The host and port as the `Host` header shows them.
  String authority() {
    return origin.getRawAuthority();
  }

  private int port() {
    if (origin.getPort() > 0) {
      return origin.getPort();
    }
    return ssl == null ? 80 : 443;
  }

  /// Sends a request; the reply comes exactly once, at the latest when the call's time is over.
  public void post(Call call, Consumer<HttpReply> onReply) {
    AtomicBoolean replied = new AtomicBoolean();
    Consumer<HttpReply> once =
        reply -> {
          if (replied.compareAndSet(false, true)) {
            onReply.accept(reply);
          }
        };
    if (closed) {
      once.accept(new HttpReply.NoAnswer("connection", "client closed", false));
      return;
    }
    for (Channel channel = idle.pollFirst(); channel != null; channel = idle.pollFirst()) {
      if (channel.isActive()) {
        exchange(channel, call, once);
        return;
      }
    }
    ChannelFuture connecting = bootstrap.connect(origin.getHost(), port());
    connecting.addListener(done -> {
      if (done.isSuccess()) {
        exchange(connecting.channel(), call, once);
      } else {
        once.accept(new HttpReply.NoAnswer("connect", describe(done.cause()), false));
      }
    });
  }

  private void exchange(Channel channel, Call call, Consumer<HttpReply> onReply) {
    channel
        .eventLoop()
        .execute(() -> {
          HttpExchange exchange = channel.pipeline().get(HttpExchange.class);
          if (exchange == null) {
            onReply.accept(new HttpReply.NoAnswer("connection", "connection closed", false));
          } else {
            exchange.begin(authority(), call, onReply);
          }
        });
  }

  private void keep(Channel channel) {
    if (closed) {
      ChannelFuture _ = channel.close();
    } else {
      idle.addFirst(channel);
    }
  }

  /// A cause without any text of the other side's.
  static String describe(Throwable cause) {
    return cause.getClass().getSimpleName();
  }

  @Override
  public void close() {
    closed = true;
    for (Channel channel = idle.pollFirst(); channel != null; channel = idle.pollFirst()) {
      ChannelFuture _ = channel.close();
    }
  }
}
