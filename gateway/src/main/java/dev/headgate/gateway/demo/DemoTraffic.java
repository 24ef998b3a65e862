package dev.headgate.gateway.demo;

import dev.headgate.config.Compression;
import dev.headgate.config.Signal;
import dev.headgate.config.TlsClientConfig;
import dev.headgate.exporters.client.ExportLoops;
import dev.headgate.exporters.client.GrpcClient;
import dev.headgate.exporters.client.GrpcEndpoint;
import dev.headgate.exporters.client.HttpClient;
import dev.headgate.exporters.client.HttpReply;
import dev.headgate.exporters.delivery.ExportRequest;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.otlp.JsonRenderer;
import dev.headgate.pipeline.payload.Tenant;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicLong;

/// Plays sample telemetry into a gateway as applications do: traces over OTLP/gRPC, logs over
/// OTLP/HTTP as JSON, metrics over OTLP/HTTP as protobuf.
///
/// **Threading:** confined to one thread.
///
/// **Ownership:** owns its clients and their threads.
final class DemoTraffic implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final int ITEMS = 50;

  private final ExportLoops loops = new ExportLoops(1);
  private final GrpcClient grpc;
  private final HttpClient http;
  private final SampleData data = new SampleData(1);
  private final JsonRenderer renderer = new JsonRenderer();
  private final Phaser open = new Phaser(1);
  private final AtomicLong failed = new AtomicLong();

  DemoTraffic(String host, int grpcPort, int httpPort) throws IOException {
    grpc =
        new GrpcClient(
            new GrpcClient.Settings(
                new GrpcEndpoint("dns:///" + host + ":" + grpcPort, true, host, grpcPort),
                TlsClientConfig.PLAIN,
                Compression.GZIP,
                Map.of(),
                null),
            loops);
    http =
        new HttpClient(URI.create("http://" + host + ":" + httpPort), TlsClientConfig.PLAIN, loops);
  }

  /// Sends one request of each signal.
  void tick(Instant now) {
    sendTraces(data.traces(ITEMS, now).toByteArray());
    byte[] logs = renderer.render(Signal.LOGS, Bytes.of(data.logs(ITEMS, now).toByteArray()));
    post("/v1/logs", "application/json", logs);
    post("/v1/metrics", "application/x-protobuf", data.metrics(ITEMS, now).toByteArray());
  }

  /// Waits for all answers.
  ///
  /// @return requests that were not answered OK
  long finish() {
    open.arriveAndAwaitAdvance();
    return failed.get();
  }

  private void sendTraces(byte[] body) {
    open.register();
    grpc.export(
        new ExportRequest(
            Signal.TRACES,
            Tenant.NONE,
            List.of(Bytes.of(body)),
            body.length,
            ITEMS,
            1,
            false,
            TIMEOUT),
        reply -> answered(reply.code().equals("OK")));
  }

  private void post(String path, String contentType, byte[] body) {
    open.register();
    http.post(
        new HttpClient.Call(
            path, Map.of("content-type", contentType), List.of(Bytes.of(body)), TIMEOUT),
        reply -> answered(reply instanceof HttpReply.Answer answer && answer.status() == 200));
  }

  private void answered(boolean ok) {
    if (!ok) {
      failed.incrementAndGet();
    }
    open.arriveAndDeregister();
  }

  @Override
  public void close() {
    grpc.close();
    http.close();
    loops.close();
  }
}
