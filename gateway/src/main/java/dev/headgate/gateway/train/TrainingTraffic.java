package dev.headgate.gateway.train;

import dev.headgate.config.Compression;
import dev.headgate.config.Signal;
import dev.headgate.config.TlsClientConfig;
import dev.headgate.exporters.client.ExportLoops;
import dev.headgate.exporters.client.GrpcClient;
import dev.headgate.exporters.client.GrpcEndpoint;
import dev.headgate.exporters.client.HttpClient;
import dev.headgate.exporters.client.HttpReply;
import dev.headgate.exporters.delivery.ExportRequest;
import dev.headgate.gateway.demo.SampleData;
import dev.headgate.pipeline.codec.Compressor;
import dev.headgate.pipeline.codec.ContentCoding;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.otlp.JsonRenderer;
import dev.headgate.pipeline.payload.Tenant;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/// Plays every kind of request into a gateway: all signals, small to large, over gRPC and HTTP, as
/// protobuf and JSON, plain, gzip and zstd.
///
/// **Threading:** confined to one thread.
///
/// **Ownership:** owns its clients and their threads.
final class TrainingTraffic implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(8);
  private static final int[] ITEMS = {1, 10, 100, 1000};
  private static final int IN_FLIGHT = 4;

  /// A request as it is sent again and again.
  private record Sample(Signal signal, int items, Bytes protobuf, Bytes json) {}

  private final ExportLoops loops = new ExportLoops(1);
  private final List<GrpcClient> grpc = new ArrayList<>();
  private final HttpClient http;
  private final Compressor compressor = new Compressor();
  private final List<Sample> samples = new ArrayList<>();
  private final Semaphore room = new Semaphore(IN_FLIGHT);
  private final AtomicLong accepted = new AtomicLong();

  TrainingTraffic(int grpcPort, int httpPort, Instant now) throws IOException {
    GrpcEndpoint endpoint =
        new GrpcEndpoint("dns:///127.0.0.1:" + grpcPort, true, "127.0.0.1", grpcPort);
    for (Compression compression : List.of(Compression.NONE, Compression.GZIP, Compression.ZSTD)) {
      grpc.add(
          new GrpcClient(
              new GrpcClient.Settings(endpoint, TlsClientConfig.PLAIN, compression, Map.of(), null),
              loops));
    }
    http = new HttpClient(URI.create("http://127.0.0.1:" + httpPort), TlsClientConfig.PLAIN, loops);
    SampleData data = new SampleData(1);
    JsonRenderer renderer = new JsonRenderer();
    for (int items : ITEMS) {
      sample(renderer, Signal.TRACES, items, data.traces(items, now).toByteArray());
      sample(renderer, Signal.LOGS, items, data.logs(items, now).toByteArray());
      sample(renderer, Signal.METRICS, items, data.metrics(items, now).toByteArray());
    }
  }

  private void sample(JsonRenderer renderer, Signal signal, int items, byte[] protobuf) {
    Bytes request = Bytes.of(protobuf);
    Bytes json = Bytes.of(renderer.render(signal, request));
    samples.add(new Sample(signal, items, request, json));
  }

  /// Sends each kind of request once and returns before the last answers are in.
  void round() throws InterruptedException {
    for (Sample sample : samples) {
      for (GrpcClient client : grpc) {
        room.acquire();
        client.export(
            new ExportRequest(
                sample.signal(),
                Tenant.NONE,
                List.of(sample.protobuf()),
                sample.protobuf().length(),
                sample.items(),
                1,
                false,
                TIMEOUT),
            reply -> answered(reply.code().equals("OK")));
      }
      post(sample.signal(), "application/x-protobuf", "", List.of(sample.protobuf()));
      post(sample.signal(), "application/json", "", List.of(sample.json()));
      for (ContentCoding coding : List.of(ContentCoding.GZIP, ContentCoding.ZSTD)) {
        Bytes body = Bytes.of(compressor.compress(coding, List.of(sample.protobuf())));
        String name = coding == ContentCoding.GZIP ? "gzip" : "zstd";
        post(sample.signal(), "application/x-protobuf", name, List.of(body));
      }
    }
  }

  private void post(Signal signal, String type, String coding, List<Bytes> body)
      throws InterruptedException {
    String path =
        switch (signal) {
          case TRACES -> "/v1/traces";
          case LOGS -> "/v1/logs";
          case METRICS -> "/v1/metrics";
        };
    // As most clients write it: names that differ in case from Netty's need one class more.
    Map<String, String> headers = new HashMap<>(Map.of("Content-Type", type));
    if (!coding.isEmpty()) {
      headers.put("content-encoding", coding);
    }
    room.acquire();
    http.post(
        new HttpClient.Call(path, headers, body, TIMEOUT),
        reply -> answered(reply instanceof HttpReply.Answer answer && answer.status() == 200));
  }

  private void answered(boolean ok) {
    if (ok) {
      accepted.incrementAndGet();
    }
    room.release();
  }

  /// Waits for the answers that are missing.
  ///
  /// @return how many requests were answered OK
  long finish() throws InterruptedException {
    room.acquire(IN_FLIGHT);
    room.release(IN_FLIGHT);
    return accepted.get();
  }

  @Override
  public void close() {
    grpc.forEach(GrpcClient::close);
    http.close();
    loops.close();
    compressor.close();
  }
}
