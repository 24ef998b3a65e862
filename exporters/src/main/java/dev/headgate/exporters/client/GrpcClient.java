package dev.headgate.exporters.client;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.RetryInfo;
import dev.headgate.config.ClientAuthConfig;
import dev.headgate.config.Compression;
import dev.headgate.config.Secret;
import dev.headgate.config.Signal;
import dev.headgate.config.TlsClientConfig;
import dev.headgate.exporters.delivery.ExportRequest;
import dev.headgate.pipeline.codec.Compressor;
import dev.headgate.pipeline.tls.TlsMaterial;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.KnownLength;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.WriteBufferWaterMark;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An OTLP/gRPC client for one endpoint.
///
/// **Threading:** any thread; replies come on the connection's event loop.
///
/// **Ownership:** owns its channel; borrows the event loops of [ExportLoops].
public final class GrpcClient implements AutoCloseable {
  private static final int MAX_RESPONSE_BYTES = 4 << 20;
  private static final Metadata.Key<byte[]> STATUS_DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

  /// How much of a request is framed before it is written. At Netty's usual 64 KiB a request of 800
  /// KB took 21 writes instead of 2, and the whole gateway a fifth more CPU (measured over gRPC
  /// without compression, 2026-11-21). What it costs: up to 1 MiB a connection waits for the
  /// socket, in direct memory where it was copied (see [WrappingAllocator]).
  private static final WriteBufferWaterMark WRITE_AHEAD =
      new WriteBufferWaterMark(512 << 10, 1 << 20);

  /// After so many timeouts in a row the connection is taken for dead, whatever TCP thinks of it.
  private static final int MAX_TIMEOUTS = 3;

  private final @Nullable TlsMaterial material;
  private final CompressorPool compressors = new CompressorPool(Compressor.DEFAULT_LEVEL);
  private final ManagedChannel channel;
  private final CallOptions options;
  private final RequestHeaders headers;
  private final Map<Signal, MethodDescriptor<ExportRequest, byte[]>> methods =
      new EnumMap<>(Signal.class);
  private final AtomicInteger timeoutsInARow = new AtomicInteger();

  /// What a client is made from.
  ///
  /// @param auth null = nothing is added to the headers
  public record Settings(
      GrpcEndpoint endpoint,
      TlsClientConfig tls,
      Compression compression,
      Map<String, Secret> headers,
      @Nullable ClientAuthConfig auth) {}

  /// @throws IOException when certificates cannot be read or a header is none of gRPC's
  public GrpcClient(Settings settings, ExportLoops loops) throws IOException {
    GrpcHeaders.check(RequestHeaders.names(settings.headers(), settings.auth()));
    this.options = options(settings.compression());
    this.headers = new RequestHeaders(settings.headers(), settings.auth(), loops);
    TlsMaterial shown = null;
    try {
      shown =
          settings.endpoint().plaintext()
              ? null
              : TlsMaterial.client(settings.tls(), loops.files());
      this.channel = channel(settings, shown, loops, compressors);
    } catch (IOException | RuntimeException e) {
      headers.close();
      if (shown != null) {
        shown.close();
      }
      throw e;
    }
    this.material = shown;
    for (Signal signal : Signal.values()) {
      methods.put(signal, method(signal));
    }
  }

  private static CallOptions options(Compression compression) throws IOException {
    return switch (compression) {
      case NONE -> CallOptions.DEFAULT;
      case GZIP -> CallOptions.DEFAULT.withCompression("gzip");
      case ZSTD -> CallOptions.DEFAULT.withCompression("zstd");
      case DEFLATE ->
          throw new IOException("compression: deflate (expected: gzip, zstd or none for gRPC)");
    };
  }

  private static ManagedChannel channel(
      Settings settings,
      @Nullable TlsMaterial material,
      ExportLoops loops,
      CompressorPool compressors)
      throws IOException {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forTarget(settings.endpoint().target())
            .channelType(NioSocketChannel.class)
            .eventLoopGroup(loops.grpc())
            .directExecutor()
            .withOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WRITE_AHEAD)
            .offloadExecutor(loops.blocking())
            .compressorRegistry(GrpcCompressors.registry(compressors))
            .maxInboundMessageSize(MAX_RESPONSE_BYTES)
            .disableRetry()
            .userAgent("headgate")
            .defaultLoadBalancingPolicy("round_robin");
    if (settings.compression() == Compression.NONE) {
      builder.withOption(ChannelOption.ALLOCATOR, loops.wrapping());
    }
    if (material == null) {
      builder.usePlaintext();
    } else {
      useTls(builder, material, settings.tls());
    }
    return builder.build();
  }

  private static void useTls(NettyChannelBuilder builder, TlsMaterial material, TlsClientConfig tls)
      throws IOException {
    SslContextBuilder ssl =
        GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK)
            .protocols(material.versions())
            .keyManager(material.keyManager())
            .trustManager(material.trustManager());
    if (material.cipherSuites() != null) {
      ssl.ciphers(material.cipherSuites());
    }
    builder.sslContext(ssl.build()).useTransportSecurity();
    if (tls.serverNameOverride() != null) {
      builder.overrideAuthority(tls.serverNameOverride());
    }
  }

  private static MethodDescriptor<ExportRequest, byte[]> method(Signal signal) {
    String service =
        switch (signal) {
          case TRACES -> "opentelemetry.proto.collector.trace.v1.TraceService";
          case LOGS -> "opentelemetry.proto.collector.logs.v1.LogsService";
          case METRICS -> "opentelemetry.proto.collector.metrics.v1.MetricsService";
        };
    return MethodDescriptor.<ExportRequest, byte[]>newBuilder()
        .setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(service, "Export"))
        .setRequestMarshaller(new RequestMarshaller())
        .setResponseMarshaller(new ResponseMarshaller())
        .build();
  }

  /// Sends a request; the reply comes exactly once.
  public void export(ExportRequest request, Consumer<GrpcReply> onReply) {
    MethodDescriptor<ExportRequest, byte[]> method = methods.get(request.signal());
    if (method == null) {
      throw new IllegalStateException("signal: " + request.signal());
    }
    if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
      // The delivery's own backoff has passed; grpc-java's may last two minutes.
      channel.resetConnectBackoff();
    }
    Duration timeout = request.timeout();
    CallOptions bounded =
        timeout.isZero()
            ? options
            : options.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
    ClientCall<ExportRequest, byte[]> call = channel.newCall(method, bounded);
    Metadata metadata = GrpcHeaders.of(headers.of(request.tenant()));
    call.start(new ReplyListener(onReply, this::ended), metadata);
    call.request(1);
    call.sendMessage(request);
    call.halfClose();
  }

  private void ended(Status.Code code) {
    if (code != Status.Code.DEADLINE_EXCEEDED) {
      timeoutsInARow.set(0);
    } else if (timeoutsInARow.incrementAndGet() >= MAX_TIMEOUTS) {
      timeoutsInARow.set(0);
      channel.enterIdle();
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
    compressors.close();
    headers.close();
    if (material != null) {
      material.close();
    }
  }

  private static @Nullable Duration retryDelay(Metadata trailers) {
    byte[] details = trailers.get(STATUS_DETAILS);
    if (details == null) {
      return null;
    }
    try {
      for (var detail : com.google.rpc.Status.parseFrom(details).getDetailsList()) {
        if (detail.is(RetryInfo.class)) {
          var delay = detail.unpack(RetryInfo.class).getRetryDelay();
          return Duration.ofSeconds(delay.getSeconds(), delay.getNanos());
        }
      }
    } catch (InvalidProtocolBufferException | ArithmeticException | IllegalArgumentException e) {
      return null;
    }
    return null;
  }

  private static final class ReplyListener extends ClientCall.Listener<byte[]> {
    private final Consumer<GrpcReply> onReply;
    private final Consumer<Status.Code> onCode;
    private byte[] body = {};
    private boolean answering;

    ReplyListener(Consumer<GrpcReply> onReply, Consumer<Status.Code> onCode) {
      this.onReply = onReply;
      this.onCode = onCode;
    }

    @Override
    public void onHeaders(Metadata headers) {
      answering = true;
    }

    @Override
    public void onMessage(byte[] message) {
      body = message;
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      Status.Code code = status.getCode();
      String description = description(status);
      // Our own bound on responses must not look like the backend's bound on requests.
      if (code == Status.Code.RESOURCE_EXHAUSTED
          && answering
          && description != null
          && description.contains("exceeds maximum size " + MAX_RESPONSE_BYTES)) {
        description = "the response is over " + MAX_RESPONSE_BYTES + " bytes";
      }
      onCode.accept(code);
      onReply.accept(
          new GrpcReply(
              code.name(),
              description == null ? "" : description,
              retryDelay(trailers),
              status.getCause() != null || isReset(status.getDescription()),
              body));
    }

    /// grpc-java turns the error code of a reset stream or a GOAWAY into a status of its own
    /// choice, some of them permanent ones, and says so in its text; a failure on this side has a
    /// cause instead.
    private static boolean isReset(@Nullable String description) {
      return description != null && description.contains("HTTP/2 error code: ");
    }

    /// What the server says, or why there is no connection to it.
    private static @Nullable String description(Status status) {
      Throwable cause = status.getCause();
      return cause == null ? status.getDescription() : ConnectionFailure.describe(cause);
    }
  }

  private static final class RequestMarshaller
      implements MethodDescriptor.Marshaller<ExportRequest> {
    @Override
    public InputStream stream(ExportRequest request) {
      return new PartsBody(request.parts(), request.sizeBytes());
    }

    @Override
    public ExportRequest parse(InputStream stream) {
      throw new UnsupportedOperationException("requests are only sent");
    }
  }

  private static final class ResponseMarshaller implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] response) {
      return new ByteArrayInputStream(response);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        // Most are empty, and readAllBytes() begins with 16 KiB.
        return stream instanceof KnownLength
            ? stream.readNBytes(stream.available())
            : stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
