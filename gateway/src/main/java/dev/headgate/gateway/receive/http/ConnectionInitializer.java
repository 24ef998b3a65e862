package dev.headgate.gateway.receive.http;

import dev.headgate.gateway.receive.connection.Connection;
import dev.headgate.pipeline.tls.TlsMaterial;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Puts the handlers of a new connection together: HTTP/2 when the client says so (prior knowledge,
/// or ALPN under TLS), HTTP/1.1 otherwise.
///
/// **Threading:** any event loop.
final class ConnectionInitializer {
  private static final int MAX_LINE_BYTES = 4096;
  private static final int MAX_HEADER_BYTES = 16 << 10;
  private static final int MAX_CHUNK_BYTES = 64 << 10;
  private static final int MAX_STREAMS = 100;
  private static final int STREAM_WINDOW_BYTES = 256 << 10;
  private static final int CONNECTION_WINDOW_BYTES = 1 << 20;
  private static final int RESETS_PER_WINDOW = 200;
  private static final int RESET_WINDOW_SECONDS = 30;

  private final HttpServices services;
  private final @Nullable Supplier<SslContext> ssl;

  private ConnectionInitializer(HttpServices services, @Nullable Supplier<SslContext> ssl) {
    this.services = services;
    this.ssl = ssl;
  }

  static ConnectionInitializer create(HttpServices services, @Nullable TlsMaterial tls)
      throws IOException {
    return new ConnectionInitializer(services, tls == null ? null : sslContexts(tls));
  }

  /// The context of each connection. Where certificates of clients are demanded it is one of its
  /// own: a session that is resumed shows no certificate, so one whose authority has been taken
  /// away would be let in by the keys for tickets and the cache of a common context.
  private static Supplier<SslContext> sslContexts(TlsMaterial tls) throws IOException {
    SslContextBuilder builder =
        SslContextBuilder.forServer(Objects.requireNonNull(tls.keyManager()))
            .sslProvider(SslProvider.JDK)
            .protocols(tls.versions())
            .ciphers(
                tls.cipherSuites() == null ? Http2SecurityUtil.CIPHERS : tls.cipherSuites(),
                SupportedCipherSuiteFilter.INSTANCE)
            .applicationProtocolConfig(
                new ApplicationProtocolConfig(
                    ApplicationProtocolConfig.Protocol.ALPN,
                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                    ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                    ApplicationProtocolNames.HTTP_2,
                    ApplicationProtocolNames.HTTP_1_1));
    if (tls.trustManager() == null) {
      SslContext common = builder.build();
      return () -> common;
    }
    builder.trustManager(tls.trustManager()).clientAuth(ClientAuth.REQUIRE);
    // What cannot be built is found here and not by the first client.
    SslContext _ = builder.build();
    return () -> {
      try {
        return builder.build();
      } catch (SSLException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  void initialize(Channel channel) {
    if (ssl == null) {
      channel
          .pipeline()
          .addLast(new PrefaceDetector(services, guard(channel.pipeline()).connection(), this));
    } else {
      channel.pipeline().addLast(ssl.get().newHandler(channel.alloc()), new Alpn());
    }
  }

  void useHttp1(ChannelPipeline pipeline) {
    Connection connection = guard(pipeline).connection();
    HeadTimeout headTimeout = new HeadTimeout(connection, services.readHeaderTimeout());
    HttpDecoderConfig config =
        new HttpDecoderConfig()
            .setMaxInitialLineLength(MAX_LINE_BYTES)
            .setMaxHeaderSize(MAX_HEADER_BYTES)
            .setMaxChunkSize(MAX_CHUNK_BYTES);
    pipeline.channel().config().setAutoRead(false);
    pipeline.addLast(
        headTimeout,
        new Http1Codec(config),
        headTimeout.seen(),
        new OtlpHttpHandler(services, connection, false));
  }

  private static ConnectionGuard guard(ChannelPipeline pipeline) {
    return pipeline.get(ConnectionGuard.class);
  }

  void useHttp2(ChannelPipeline pipeline) {
    ConnectionGuard guard = guard(pipeline);
    Http2FrameCodec codec =
        Http2FrameCodecBuilder.forServer()
            .initialSettings(
                new Http2Settings()
                    .maxConcurrentStreams(MAX_STREAMS)
                    .initialWindowSize(STREAM_WINDOW_BYTES)
                    .maxFrameSize(MAX_CHUNK_BYTES)
                    .maxHeaderListSize(MAX_HEADER_BYTES))
            .validateRequiredPseudoHeaders(true)
            .decoderEnforceMaxRstFramesPerWindow(RESETS_PER_WINDOW, RESET_WINDOW_SECONDS)
            .encoderEnforceMaxRstFramesPerWindow(RESETS_PER_WINDOW, RESET_WINDOW_SECONDS)
            .build();
    Http2Connection http2 =
        new Http2Connection(
            services,
            guard.connection(),
            codec,
            CONNECTION_WINDOW_BYTES - Http2CodecUtil.DEFAULT_WINDOW_SIZE);
    pipeline.addLast(Http2Frames.boundary(guard.connection()), codec);
    guard.useHttp2(new Http2Frames(guard.connection(), codec, pipeline.context(codec)));
    pipeline.addLast(
        http2,
        new Http2MultiplexHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel stream) {
                http2.add(stream);
                stream.config().setAutoRead(false);
                stream
                    .pipeline()
                    .addLast(
                        new Http2StreamFrameToHttpObjectCodec(true),
                        new OtlpHttpHandler(services, guard.connection(), true));
              }
            }));
  }

  /// Chooses by what TLS negotiated.
  private final class Alpn extends ApplicationProtocolNegotiationHandler {
    Alpn() {
      super(ApplicationProtocolNames.HTTP_1_1);
    }

    @Override
    protected void handshakeFailure(ChannelHandlerContext ctx, Throwable cause) {
      services.handshakeFailed(cause);
      ChannelFuture _ = ctx.close();
    }

    @Override
    protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
      if (ApplicationProtocolNames.HTTP_2.equals(protocol)) {
        useHttp2(ctx.pipeline());
      } else {
        useHttp1(ctx.pipeline());
      }
    }
  }
}
