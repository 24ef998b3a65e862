package dev.headgate.gateway.backends;

import com.google.protobuf.Any;
import com.google.rpc.RetryInfo;
import dev.headgate.config.Signal;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A backend that speaks OTLP/gRPC as Tempo does: at most 4 MiB a message, all-zero ids refuse the
/// whole request.
///
/// **Threading:** any thread.
///
/// **Ownership:** owns its listener and its threads.
public final class GrpcBackend implements AutoCloseable {
  /// The largest message of grpc-go unless told otherwise.
  public static final int MAX_MESSAGE_BYTES = 4 << 20;

  private static final Metadata.Key<byte[]> DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private final Journal journal = new Journal();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Server server;
  private final int port;

  /// Listens on any port of the loopback.
  public GrpcBackend() {
    this(0);
  }

  /// Listens on a port of the loopback.
  public GrpcBackend(int port) {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))
            .executor(threads)
            .maxInboundMessageSize(64 << 20);
    for (Signal signal : Signal.values()) {
      builder.addService(service(signal));
    }
    try {
      server = builder.build().start();
      this.port = server.getPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What it got.
  public Journal journal() {
    return journal;
  }

  /// Where it listens.
  public int port() {
    return port;
  }

  /// What an exporter's `endpoint` says.
  public String endpoint() {
    return "127.0.0.1:" + port();
  }

  private ServerServiceDefinition service(Signal signal) {
    String name =
        switch (signal) {
          case TRACES -> "opentelemetry.proto.collector.trace.v1.TraceService";
          case LOGS -> "opentelemetry.proto.collector.logs.v1.LogsService";
          case METRICS -> "opentelemetry.proto.collector.metrics.v1.MetricsService";
        };
    MethodDescriptor<byte[], byte[]> export =
        MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(name + "/Export")
            .setRequestMarshaller(Bytes.INSTANCE)
            .setResponseMarshaller(Bytes.INSTANCE)
            .build();
    ServerCallHandler<byte[], byte[]> handler =
        (call, headers) -> {
          call.request(2);
          return new Listener(signal, call, headers);
        };
    return ServerServiceDefinition.builder(name).addMethod(export, handler).build();
  }

  private enum Bytes implements MethodDescriptor.Marshaller<byte[]> {
    INSTANCE;

    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private final class Listener extends ServerCall.Listener<byte[]> {
    private final Signal signal;
    private final ServerCall<byte[], byte[]> call;
    private final Map<String, String> headers = new HashMap<>();
    private byte[] message = {};

    Listener(Signal signal, ServerCall<byte[], byte[]> call, Metadata metadata) {
      this.signal = signal;
      this.call = call;
      for (String name : metadata.keys()) {
        String value = metadata.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
        headers.put(name, value == null ? "" : value);
      }
    }

    @Override
    public void onMessage(byte[] received) {
      message = received;
    }

    @Override
    public void onHalfClose() {
      react(journal.next());
    }

    private void react(Reaction reaction) {
      switch (reaction) {
        case Reaction.Accept _ -> accept(new byte[0]);
        case Reaction.Garbage _ -> accept(new byte[] {(byte) 0xff, (byte) 0xff, 7});
        case Reaction.Partial partial ->
            accept(
                ExportTraceServiceResponse.newBuilder()
                    .setPartialSuccess(
                        ExportTracePartialSuccess.newBuilder()
                            .setRejectedSpans(partial.rejected())
                            .setErrorMessage(partial.message()))
                    .build()
                    .toByteArray());
        case Reaction.Refuse refuse ->
            refuse(
                refuse.grpcCode().toStatus().withDescription(refuse.message()),
                refuse.retryAfter());
        case Reaction.Hang _ -> await(closed);
        case Reaction.Held held -> {
          await(held.until());
          react(held.then());
        }
        case Reaction.Reset _ -> refuse(Status.CANCELLED, null);
      }
    }

    private void accept(byte[] response) {
      if (message.length > MAX_MESSAGE_BYTES) {
        String text = "grpc: received message larger than max (%d vs. %d)";
        refuse(
            Status.RESOURCE_EXHAUSTED.withDescription(
                text.formatted(message.length, MAX_MESSAGE_BYTES)),
            null);
        return;
      }
      List<String> ids = OtlpItems.ids(signal, OtlpItems.parse(signal, message));
      if (journal.rules().isPoisoned(ids)) {
        refuse(Status.INVALID_ARGUMENT.withDescription("invalid length for ID"), null);
        return;
      }
      if (signal == Signal.TRACES && hasBadId(message)) {
        refuse(Status.INTERNAL.withDescription("unmarshal: invalid TraceID length"), null);
        return;
      }
      journal.add(signal, message, headers, true);
      call.sendHeaders(new Metadata());
      call.sendMessage(response);
      call.close(Status.OK, new Metadata());
    }

    private static boolean hasBadId(byte[] request) {
      return OtlpItems.spans(OtlpItems.parse(Signal.TRACES, request))
          .anyMatch(span -> span.getTraceId().size() != 16 || span.getSpanId().size() != 8);
    }

    private void refuse(Status status, @Nullable Duration retryAfter) {
      journal.add(signal, message, headers, false);
      Metadata trailers = new Metadata();
      if (retryAfter != null) {
        RetryInfo.Builder info = RetryInfo.newBuilder();
        info.getRetryDelayBuilder()
            .setSeconds(retryAfter.toSeconds())
            .setNanos(retryAfter.toNanosPart());
        trailers.put(
            DETAILS,
            com.google.rpc.Status.newBuilder()
                .setCode(status.getCode().value())
                .addDetails(Any.pack(info.build()))
                .build()
                .toByteArray());
      }
      call.close(status, trailers);
    }
  }

  static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.shutdownNow();
    try {
      server.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    threads.shutdownNow();
  }
}
