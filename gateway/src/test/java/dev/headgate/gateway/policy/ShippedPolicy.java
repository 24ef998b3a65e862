package dev.headgate.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.headgate.config.Signal;
import dev.headgate.gateway.backends.GrpcBackend;
import dev.headgate.gateway.backends.HttpBackend;
import dev.headgate.gateway.backends.Journal;
import dev.headgate.gateway.backends.OtlpItems;
import dev.headgate.gateway.backends.Received;
import dev.headgate.gateway.e2e.GatewayHarness;
import dev.headgate.gateway.e2e.OtlpClient;
import dev.headgate.gateway.e2e.OtlpClient.Transport;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A gateway that runs the shipped file as it is, between a client and a Tempo, a Loki and a Mimir
/// in this JVM; their endpoints and the ports come from the environment.
///
/// **Threading:** confined to the test's thread.
///
/// **Ownership:** owns the gateway, the client and the backends.
final class ShippedPolicy implements AutoCloseable {
  private static final Path FILE =
      Path.of("").toAbsolutePath().getParent().resolve("deploy/config/production.yaml");

  private final GrpcBackend tempo = new GrpcBackend();
  private final HttpBackend loki = new HttpBackend(HttpBackend.Kind.LOKI);
  private final HttpBackend mimir = new HttpBackend(HttpBackend.Kind.MIMIR);
  private final GatewayHarness gateway;
  private final OtlpClient client;

  ShippedPolicy() {
    gateway =
        GatewayHarness.start(
            text(),
            Map.of(
                "TEMPO_ENDPOINT", tempo.endpoint(),
                "LOKI_ENDPOINT", loki.endpoint(),
                "MIMIR_ENDPOINT", mimir.endpoint(),
                "HEADGATE_LISTEN", "127.0.0.1",
                "HEADGATE_ADMIN_LISTEN", "127.0.0.1",
                "HEADGATE_GRPC_PORT", "0",
                "HEADGATE_HTTP_PORT", "0",
                "HEADGATE_HEALTH_PORT", "0",
                "HEADGATE_ADMIN_PORT", "0"));
    client = gateway.client();
  }

  private static String text() {
    try {
      return Files.readString(FILE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Sends a request and gives back what its backend got of it.
  List<Received> send(Transport transport, Message request, Map<String, String> headers) {
    Signal signal = signal(request);
    int before = journal(signal).requests().size();
    post(transport, request, headers);
    gateway.assertBalanced();
    List<Received> requests = journal(signal).requests();
    return requests.subList(before, requests.size());
  }

  /// Sends a request of each signal and gives back what became of them, in the same order.
  List<Message> sendAll(List<Message> requests) {
    List<Integer> before =
        requests.stream().map(request -> journal(signal(request)).requests().size()).toList();
    requests.forEach(request -> post(Transport.GRPC, request, Map.of()));
    gateway.assertBalanced();
    List<Message> arrived = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      arrived.add(journal(signal(requests.get(i))).requests().get(before.get(i)).message());
    }
    return arrived;
  }

  private void post(Transport transport, Message request, Map<String, String> headers) {
    var answer = client.export(transport, signal(request), request.toByteArray(), headers);
    assertThat(answer.ok(transport)).as("%s", answer.status()).isTrue();
  }

  private static Signal signal(Message request) {
    return switch (request) {
      case ExportTraceServiceRequest _ -> Signal.TRACES;
      case ExportLogsServiceRequest _ -> Signal.LOGS;
      case ExportMetricsServiceRequest _ -> Signal.METRICS;
      default -> throw new IllegalArgumentException("no request");
    };
  }

  private Journal journal(Signal signal) {
    return switch (signal) {
      case TRACES -> tempo.journal();
      case LOGS -> loki.journal();
      case METRICS -> mimir.journal();
    };
  }

  /// Sends spans and gives back those that arrived.
  List<Span> send(Span.Builder... spans) {
    List<Span> arrived = new ArrayList<>();
    for (Received received : send(Transport.GRPC, PolicyOtlp.request(spans), Map.of())) {
      arrived.addAll(OtlpItems.spans(received.message()).toList());
    }
    return arrived;
  }

  /// Sends log records and gives back those that arrived.
  List<LogRecord> send(LogRecord.Builder... records) {
    List<LogRecord> arrived = new ArrayList<>();
    for (Received received : send(Transport.HTTP_1, PolicyOtlp.request(records), Map.of())) {
      arrived.addAll(OtlpItems.records(received.message()).toList());
    }
    return arrived;
  }

  /// Sends a metric and gives back the points that arrived.
  List<NumberDataPoint> send(Metric.Builder metric) {
    List<NumberDataPoint> arrived = new ArrayList<>();
    for (Received received : send(Transport.HTTP_2, PolicyOtlp.request(metric), Map.of())) {
      arrived.addAll(OtlpItems.points(received.message()).toList());
    }
    return arrived;
  }

  /// The gateway's own metric, see [GatewayHarness#metric].
  double metric(String name, String... labels) {
    Double value = gateway.metric(name, labels);
    return value == null ? 0 : value;
  }

  @Override
  public void close() {
    client.close();
    gateway.close();
    tempo.close();
    loki.close();
    mimir.close();
  }
}
