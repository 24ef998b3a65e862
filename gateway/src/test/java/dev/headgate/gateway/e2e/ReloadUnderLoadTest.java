package dev.headgate.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headgate.config.Signal;
import dev.headgate.gateway.backends.GrpcBackend;
import dev.headgate.gateway.backends.HttpBackend;
import dev.headgate.gateway.e2e.OtlpClient.Transport;
import dev.headgate.pipeline.ledger.LedgerLine;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Clients send on while one configuration follows another: no answer but OK, every item once.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ReloadUnderLoadTest {
  private static final int RELOADS = 24;
  private static final int SPANS = 3;
  private static final long BETWEEN_REQUESTS_NANOS = 2_000_000;
  private static final long BETWEEN_RELOADS_NANOS = 50_000_000;

  private final GrpcBackend tempo = new GrpcBackend();
  private final GrpcBackend other = new GrpcBackend();
  private final HttpBackend mimir = new HttpBackend(HttpBackend.Kind.MIMIR);

  private final AtomicBoolean running = new AtomicBoolean(true);
  private final AtomicInteger sequence = new AtomicInteger();
  private final AtomicInteger points = new AtomicInteger();
  private final Queue<String> accepted = new ConcurrentLinkedQueue<>();
  private final Queue<String> errors = new ConcurrentLinkedQueue<>();

  /// Four configurations that differ in everything a reload can change.
  private String yaml(int index) {
    boolean even = index % 2 == 0;
    boolean low = index % 4 < 2;
    return """
    receivers:
      otlp:
        protocols:
          grpc: {endpoint: "127.0.0.1:0", max_recv_msg_size_mib: %d}
          http: {endpoint: "127.0.0.1:0", max_request_body_size: %d}
    processors:
      probabilistic_sampler: {sampling_percentage: 100, hash_seed: %d}
      attributes: {actions: [{key: step, value: "%d", action: upsert}]}
      batch: {timeout: %s}
    exporters:
      otlp/tempo: {endpoint: "%s", tls: {insecure: true}}
      otlphttp/mimir:
        endpoint: "%s"
        compression: %s
        sending_queue: {num_consumers: %d, sizer: %s, queue_size: 100000}
      nop/%d: {}
    service:
      telemetry: {metrics: {address: "127.0.0.1:0"}}
      pipelines:
        traces: {receivers: [otlp], processors: [%s], exporters: [otlp/tempo]}
        metrics: {receivers: [otlp], processors: [batch], exporters: [otlphttp/mimir]}
        logs/%d: {receivers: [otlp], exporters: [nop/%d]}
    """
        .formatted(
            even ? 4 : 8,
            even ? 1_000_000 : 2_000_000,
            even ? 1 : 2,
            index,
            low ? "0s" : "20ms",
            (even ? tempo : other).endpoint(),
            mimir.endpoint(),
            even ? "gzip" : "none",
            even ? 2 : 5,
            low ? "requests" : "items",
            index % 4,
            low ? "attributes, probabilistic_sampler" : "probabilistic_sampler",
            index % 3,
            index % 4);
  }

  private void traces(GatewayHarness gateway, Transport transport) {
    try (OtlpClient client = gateway.client()) {
      while (running.get()) {
        int from = sequence.getAndAdd(SPANS);
        byte[] body = TestOtlp.request(Signal.TRACES, from, SPANS);
        OtlpClient.Answer answer = client.export(transport, Signal.TRACES, body);
        book(answer.ok(transport), Signal.TRACES, from, transport + " " + answer.status());
      }
    } catch (RuntimeException e) {
      errors.add(transport + " " + e);
    }
  }

  /// One client whose points have to arrive in the order in which they were sent.
  private void metrics(GatewayHarness gateway) {
    try (OtlpClient client = gateway.client()) {
      while (running.get()) {
        int from = points.getAndAdd(SPANS);
        byte[] body = TestOtlp.request(Signal.METRICS, from, SPANS);
        OtlpClient.Answer answer = client.export(Transport.HTTP_1, Signal.METRICS, body);
        book(answer.status() == 200, Signal.METRICS, from, "metrics " + answer.status());
      }
    } catch (RuntimeException e) {
      errors.add("metrics " + e);
    }
  }

  /// A client of grpc-java, which knows what GOAWAY means.
  private void grpc(GatewayHarness gateway) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", gateway.grpcPort()).usePlaintext().build();
    try {
      var stub = TraceServiceGrpc.newBlockingStub(channel);
      while (running.get()) {
        send(stub);
      }
    } catch (InvalidProtocolBufferException | RuntimeException e) {
      errors.add("grpc " + e);
    } finally {
      channel.shutdownNow();
    }
  }

  /// Clients that connect for each call, so that some do while one receiver follows the other.
  private void newcomers(GatewayHarness gateway) {
    try {
      while (running.get()) {
        ManagedChannel channel =
            NettyChannelBuilder.forAddress("127.0.0.1", gateway.grpcPort()).usePlaintext().build();
        try {
          send(TraceServiceGrpc.newBlockingStub(channel));
        } finally {
          channel.shutdownNow();
        }
      }
    } catch (InvalidProtocolBufferException | RuntimeException e) {
      errors.add("newcomer " + e);
    }
  }

  private void send(TraceServiceGrpc.TraceServiceBlockingStub stub)
      throws InvalidProtocolBufferException {
    int from = sequence.getAndAdd(SPANS);
    var request = ExportTraceServiceRequest.parseFrom(TestOtlp.request(Signal.TRACES, from, SPANS));
    var response = stub.withDeadlineAfter(20, TimeUnit.SECONDS).export(request);
    book(!response.hasPartialSuccess(), Signal.TRACES, from, "grpc partial success");
  }

  private void book(boolean ok, Signal signal, int from, String error) {
    if (ok) {
      accepted.addAll(TestOtlp.ids(signal, from, SPANS));
    } else {
      errors.add(error);
    }
    LockSupport.parkNanos(BETWEEN_REQUESTS_NANOS);
  }

  @Test
  void nothing_is_refused_lost_or_sent_twice() throws InterruptedException {
    try (GatewayHarness gateway = GatewayHarness.start(yaml(0))) {
      List<Thread> clients =
          List.of(
              Thread.ofPlatform().start(() -> traces(gateway, Transport.HTTP_1)),
              Thread.ofPlatform().start(() -> traces(gateway, Transport.HTTP_2)),
              Thread.ofPlatform().start(() -> metrics(gateway)),
              Thread.ofPlatform().start(() -> grpc(gateway)),
              Thread.ofPlatform().start(() -> grpc(gateway)),
              Thread.ofPlatform().start(() -> newcomers(gateway)),
              Thread.ofPlatform().start(() -> newcomers(gateway)));
      for (int i = 1; i <= RELOADS; i++) {
        LockSupport.parkNanos(BETWEEN_RELOADS_NANOS);
        HttpResponse<String> answer = gateway.reload(yaml(i));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      }
      running.set(false);
      for (Thread client : clients) {
        client.join();
      }
      gateway.assertBalanced();

      List<String> delivered = new ArrayList<>(tempo.journal().ids());
      delivered.addAll(other.journal().ids());
      delivered.addAll(mimir.journal().ids());
      System.out.println(accepted.size() + " items in " + RELOADS + " reloads");
      assertThat(errors).isEmpty();
      Set<String> once = new HashSet<>(delivered);
      assertThat(delivered).hasSize(once.size());
      assertThat(once).isEqualTo(new HashSet<>(accepted));
      assertThat(gateway.gateway().ledger()).allMatch(line -> line.dropped() == 0);
      assertThat(gateway.gateway().ledger().stream().mapToLong(LedgerLine::delivered).sum())
          .isEqualTo(delivered.size());
      assertThat(mimir.journal().ids())
          .extracting(id -> Integer.parseInt(id.replaceAll("[^0-9]", "")))
          .isSorted();
    } finally {
      running.set(false);
      tempo.close();
      other.close();
      mimir.close();
    }
  }
}
