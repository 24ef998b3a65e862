package dev.headgate.gateway.receive.http;

import dev.headgate.pipeline.tls.TlsMaterial;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
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
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
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
  private final @Nullable SslContext ssl;

  private ConnectionInitializer(HttpServices services, @Nullable SslContext ssl) {
    this.services = services;
    this.ssl = ssl;
  }

  static ConnectionInitializer create(HttpServices services, @Nullable TlsMaterial tls)
      throws IOException {
    return new ConnectionInitializer(services, tls == null ? null : sslContext(tls));
  }

  private static SslContext sslContext(TlsMaterial tls) throws IOException {
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
    if (tls.trustManager() != null) {
      builder.trustManager(tls.trustManager()).clientAuth(ClientAuth.REQUIRE);
    }
    return builder.build();
  }

  void initialize(Channel channel) {
    if (ssl == null) {
      channel.pipeline().addLast(new PrefaceDetector());
    } else {
      channel.pipeline().addLast(ssl.newHandler(channel.alloc()), new Alpn());
    }
  }

  private void useHttp1(ChannelPipeline pipeline) {
    HeadTimeout headTimeout = new HeadTimeout(services);
    HttpDecoderConfig config =
        new HttpDecoderConfig()
            .setMaxInitialLineLength(MAX_LINE_BYTES)
            .setMaxHeaderSize(MAX_HEADER_BYTES)
            .setMaxChunkSize(MAX_CHUNK_BYTES);
    pipeline.channel().config().setAutoRead(false);
    pipeline.addLast(
        headTimeout,
        new HttpServerCodec(config),
        headTimeout.seen(),
        new OtlpHttpHandler(services, false));
  }

  private void useHttp2(ChannelPipeline pipeline) {
    Http2FrameCodec codec =
        Http2FrameCodecBuilder.forServer()
            .initialSettings(
                new Http2Settings()
                    .maxConcurrentStreams(MAX_STREAMS)
                    .initialWindowSize(STREAM_WINDOW_BYTES)
                    .maxFrameSize(MAX_CHUNK_BYTES)
                    .maxHeaderListSize(MAX_HEADER_BYTES))
            .decoderEnforceMaxRstFramesPerWindow(RESETS_PER_WINDOW, RESET_WINDOW_SECONDS)
            .encoderEnforceMaxRstFramesPerWindow(RESETS_PER_WINDOW, RESET_WINDOW_SECONDS)
            .build();
    pipeline.addLast(
        codec,
        new Http2Connection(
            services, codec, CONNECTION_WINDOW_BYTES - Http2CodecUtil.DEFAULT_WINDOW_SIZE),
        new Http2MultiplexHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel stream) {
                stream.config().setAutoRead(false);
                stream
                    .pipeline()
                    .addLast(
                        new Http2StreamFrameToHttpObjectCodec(true),
                        new OtlpHttpHandler(services, true));
              }
            }));
  }

  /// Looks at the first bytes of a connection without TLS: the HTTP/2 preface or anything else.
  private final class PrefaceDetector extends ByteToMessageDecoder {
    private @Nullable ScheduledFuture<?> timer;

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      if (!services.idleTimeout().isPositive()) {
        return;
      }
      timer =
          ctx.executor()
              .schedule(
                  () -> {
                    ChannelFuture _ = ctx.close();
                  },
                  services.idleTimeout().toMillis(),
                  TimeUnit.MILLISECONDS);
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) {
      ScheduledFuture<?> running = timer;
      if (running != null) {
        running.cancel(false);
      }
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
      ByteBuf preface = Http2CodecUtil.connectionPrefaceBuf();
      try {
        int compared = Math.min(in.readableBytes(), preface.readableBytes());
        boolean same = ByteBufUtil.equals(in, in.readerIndex(), preface, 0, compared);
        if (same && compared < preface.readableBytes()) {
          return;
        }
        if (same) {
          useHttp2(ctx.pipeline());
        } else {
          useHttp1(ctx.pipeline());
        }
        ctx.pipeline().remove(this);
      } finally {
        preface.release();
      }
    }
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
