package dev.headgate.exporters.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.rpc.RetryInfo;
import dev.headgate.config.Compression;
import dev.headgate.config.Secret;
import dev.headgate.config.Signal;
import dev.headgate.config.TlsClientConfig;
import dev.headgate.exporters.delivery.ExportRequest;
import dev.headgate.pipeline.memory.ArrayPool;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.memory.Content;
import dev.headgate.pipeline.memory.Slice;
import dev.headgate.pipeline.memory.Slices;
import dev.headgate.pipeline.memory.SpareBytes;
import dev.headgate.pipeline.payload.Tenant;
import io.grpc.Codec;
import io.grpc.CompressorRegistry;
import io.grpc.Decompressor;
import io.grpc.DecompressorRegistry;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsPartialSuccess;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.logs.v1.LogsServiceGrpc;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GrpcClientTest {
  private static final TlsClientConfig PLAIN = TlsClientConfig.PLAIN;
  private static final ExportLogsServiceRequest REQUEST =
      ExportLogsServiceRequest.newBuilder()
          .addResourceLogs(ResourceLogs.newBuilder().setSchemaUrl("u".repeat(50_000)))
          .addResourceLogs(ResourceLogs.newBuilder().setSchemaUrl("v"))
          .build();

  private final ExportLoops loops = new ExportLoops(1);
  private final BlockingQueue<Metadata> heads = new LinkedBlockingQueue<>();
  private final BlockingQueue<ExportLogsServiceRequest> requests = new LinkedBlockingQueue<>();
  private final BlockingQueue<GrpcReply> replies = new LinkedBlockingQueue<>();
  private Server server;

  @AfterEach
  void stop() {
    if (server != null) {
      server.shutdownNow();
    }
    loops.close();
  }

  private final ArrayPool arrays = new ArrayPool(() -> 64 << 20);

  private Bytes lent(byte[] content) {
    return arrays.copy(content, content.length);
  }

  private void serve(Consumer<StreamObserver<ExportLogsServiceResponse>> answer)
      throws IOException {
    server =
        NettyServerBuilder.forPort(0)
            .compressorRegistry(CompressorRegistry.getDefaultInstance())
            .decompressorRegistry(
                DecompressorRegistry.emptyInstance()
                    .with(new Codec.Gzip(), true)
                    .with(Codec.Identity.NONE, false)
                    .with(new Zstd(), true))
            .intercept(
                new ServerInterceptor() {
                  @Override
                  public <Q, R> ServerCall.Listener<Q> interceptCall(
                      ServerCall<Q, R> call, Metadata head, ServerCallHandler<Q, R> next) {
                    heads.add(head);
                    return next.startCall(call, head);
                  }
                })
            .addService(
                new LogsServiceGrpc.LogsServiceImplBase() {
                  @Override
                  public void export(
                      ExportLogsServiceRequest request,
                      StreamObserver<ExportLogsServiceResponse> observer) {
                    requests.add(request);
                    answer.accept(observer);
                  }
                })
            .build()
            .start();
  }

  private static final class Zstd implements Decompressor {
    @Override
    public String getMessageEncoding() {
      return "zstd";
    }

    @Override
    public InputStream decompress(InputStream in) throws IOException {
      return new com.github.luben.zstd.ZstdInputStream(in);
    }
  }

  private static void answer(
      StreamObserver<ExportLogsServiceResponse> observer, ExportLogsServiceResponse response) {
    observer.onNext(response);
    observer.onCompleted();
  }

  private GrpcClient client(Compression compression, Map<String, Secret> headers)
      throws IOException {
    GrpcEndpoint endpoint = GrpcEndpoint.parse("127.0.0.1:" + server.getPort(), true);
    return new GrpcClient(
        new GrpcClient.Settings(endpoint, PLAIN, compression, headers, null), loops);
  }

  private GrpcReply export(GrpcClient client, Tenant tenant, Duration timeout)
      throws InterruptedException {
    byte[] whole = REQUEST.toByteArray();
    byte[] first = REQUEST.toBuilder().removeResourceLogs(1).build().toByteArray();
    byte[] second = java.util.Arrays.copyOfRange(whole, first.length, whole.length);
    client.export(
        new ExportRequest(
            Signal.LOGS,
            tenant,
            List.of(SpareBytes.of(first), SpareBytes.inSlices(second)),
            whole.length,
            2,
            1,
            false,
            timeout),
        replies::add);
    GrpcReply reply = replies.poll(20, TimeUnit.SECONDS);
    assertThat(reply).isNotNull();
    return reply;
  }

  private static String header(Metadata head, String name) {
    return head.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
  }

  @ParameterizedTest
  @EnumSource(value = Compression.class, names = "DEFLATE", mode = EnumSource.Mode.EXCLUDE)
  void a_real_server_reads_the_parts_as_one_message(Compression compression) throws Exception {
    ExportLogsServiceResponse response =
        ExportLogsServiceResponse.newBuilder()
            .setPartialSuccess(ExportLogsPartialSuccess.newBuilder().setRejectedLogRecords(1))
            .build();
    serve(observer -> answer(observer, response));
    try (GrpcClient client = client(compression, Map.of())) {
      GrpcReply reply = export(client, Tenant.NONE, Duration.ZERO);
      assertThat(reply.code()).isEqualTo("OK");
      assertThat(reply.body()).isEqualTo(response.toByteArray());
      assertThat(requests.take()).isEqualTo(REQUEST);
      String encoding = header(heads.take(), "grpc-encoding");
      switch (compression) {
        case NONE -> assertThat(encoding).isNull();
        case GZIP -> assertThat(encoding).isEqualTo("gzip");
        case ZSTD -> assertThat(encoding).isEqualTo("zstd");
      }
    }
  }

  /// Parts of 1 MiB and more cross the buffers that grpc-java asks for, small ones do not fill one.
  @ParameterizedTest
  @EnumSource(value = Compression.class, names = "DEFLATE", mode = EnumSource.Mode.EXCLUDE)
  void parts_of_any_size_arrive_as_they_are_and_come_back_to_the_pool(Compression compression)
      throws Exception {
    serve(observer -> answer(observer, ExportLogsServiceResponse.getDefaultInstance()));
    Random random = new Random(20261121);
    List<Bytes> held = new ArrayList<>();
    List<Content> parts = new ArrayList<>();
    ExportLogsServiceRequest.Builder whole = ExportLogsServiceRequest.newBuilder();
    for (int letters : new int[] {1_000, 3, 2_200_000, 1, 900, 700_000, 1_100, 5}) {
      ExportLogsServiceRequest part = ofLetters(letters, random);
      Bytes lent = lent(part.toByteArray());
      held.add(lent);
      parts.add(parts.size() % 2 == 0 ? lent : halves(lent));
      whole.mergeFrom(part);
    }
    try (GrpcClient client = client(compression, Map.of())) {
      client.export(
          new ExportRequest(
              Signal.LOGS,
              Tenant.NONE,
              parts,
              whole.build().getSerializedSize(),
              parts.size(),
              1,
              false,
              Duration.ZERO),
          reply -> {
            held.forEach(Bytes::release);
            replies.add(reply);
          });
      assertThat(replies.poll(20, TimeUnit.SECONDS)).extracting(GrpcReply::code).isEqualTo("OK");
      assertThat(requests.take()).isEqualTo(whole.build());
      long large = held.stream().mapToLong(Bytes::heldBytes).filter(b -> b >= 16 << 10).sum();
      for (int i = 0; i < 2_000 && arrays.idleBytes() < large; i++) {
        Thread.sleep(5); // the last frames are let go of by another thread
      }
      assertThat(arrays.idleBytes()).isEqualTo(large);
    }
  }

  private static Slices halves(Bytes bytes) {
    int half = bytes.length() / 2;
    return new Slices(
        List.of(new Slice(bytes, 0, half), new Slice(bytes, half, bytes.length() - half)),
        bytes.length());
  }

  private static ExportLogsServiceRequest ofLetters(int count, Random random) {
    StringBuilder letters = new StringBuilder(count);
    for (int i = 0; i < count; i++) {
      letters.append((char) ('a' + random.nextInt(26)));
    }
    return ExportLogsServiceRequest.newBuilder()
        .addResourceLogs(ResourceLogs.newBuilder().setSchemaUrl(letters.toString()))
        .build();
  }

  @Test
  void sends_headers_and_the_tenant_of_the_request() throws Exception {
    serve(observer -> answer(observer, ExportLogsServiceResponse.getDefaultInstance()));
    Map<String, Secret> headers =
        Map.of(
            "X-Upper", new Secret("a\tb"),
            "X-Scope-OrgID", new Secret("configured"),
            "token-bin", new Secret("raw"));
    try (GrpcClient client = client(Compression.NONE, headers)) {
      export(client, Tenant.NONE, Duration.ofSeconds(20));
      Metadata head = heads.take();
      assertThat(header(head, "x-upper")).isEqualTo("a b");
      assertThat(header(head, "x-scope-orgid")).isEqualTo("configured");
      assertThat(head.get(Metadata.Key.of("token-bin", Metadata.BINARY_BYTE_MARSHALLER)))
          .isEqualTo("raw".getBytes(StandardCharsets.UTF_8));
      export(client, new Tenant("own"), Duration.ofSeconds(20));
      assertThat(
              heads
                  .take()
                  .getAll(Metadata.Key.of("x-scope-orgid", Metadata.ASCII_STRING_MARSHALLER)))
          .containsExactly("configured");
    }
    try (GrpcClient client = client(Compression.NONE, Map.of())) {
      export(client, new Tenant("own"), Duration.ofSeconds(20));
      assertThat(header(heads.take(), "x-scope-orgid")).isEqualTo("own");
    }
  }

  @Test
  void refuses_a_header_that_grpc_does_not_know_before_it_starts() throws Exception {
    serve(observer -> answer(observer, ExportLogsServiceResponse.getDefaultInstance()));
    assertThatThrownBy(() -> client(Compression.NONE, Map.of("a!b", new Secret("hidden"))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a!b")
        .hasMessageNotContaining("hidden");
  }

  @Test
  void reads_retry_info() throws Exception {
    RetryInfo info =
        RetryInfo.newBuilder()
            .setRetryDelay(com.google.protobuf.Duration.newBuilder().setSeconds(7))
            .build();
    com.google.rpc.Status status =
        com.google.rpc.Status.newBuilder()
            .setCode(8)
            .setMessage("RATE_LIMITED: x")
            .addDetails(Any.pack(info))
            .build();
    serve(observer -> observer.onError(StatusProto.toStatusRuntimeException(status)));
    try (GrpcClient client = client(Compression.GZIP, Map.of())) {
      GrpcReply reply = export(client, Tenant.NONE, Duration.ofSeconds(20));
      assertThat(reply.code()).isEqualTo("RESOURCE_EXHAUSTED");
      assertThat(reply.message()).isEqualTo("RATE_LIMITED: x");
      assertThat(reply.retryDelay()).isEqualTo(Duration.ofSeconds(7));
    }
  }

  @Test
  void the_deadline_ends_a_call_and_close_ends_the_rest() throws Exception {
    serve(_ -> {});
    GrpcClient client = client(Compression.NONE, Map.of());
    for (int i = 0; i < 4; i++) {
      assertThat(export(client, Tenant.NONE, Duration.ofMillis(100)).code())
          .isEqualTo("DEADLINE_EXCEEDED");
    }
    client.close();
    assertThat(export(client, Tenant.NONE, Duration.ofSeconds(20)).code()).isEqualTo("UNAVAILABLE");
  }

  @Test
  void a_response_over_the_bound_does_not_look_like_an_oversize_request() throws Exception {
    ExportLogsServiceResponse huge =
        ExportLogsServiceResponse.newBuilder()
            .setPartialSuccess(
                ExportLogsPartialSuccess.newBuilder().setErrorMessage("x".repeat(5 << 20)))
            .build();
    serve(observer -> answer(observer, huge));
    try (GrpcClient client = client(Compression.NONE, Map.of())) {
      GrpcReply reply = export(client, Tenant.NONE, Duration.ofSeconds(20));
      assertThat(reply.code()).isEqualTo("RESOURCE_EXHAUSTED");
      assertThat(reply.message()).isEqualTo("the response is over 4194304 bytes");
    }
  }
}
