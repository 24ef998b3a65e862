package dev.headgate.gateway.hurt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.headgate.gateway.e2e.GatewayHarness;
import dev.headgate.gateway.e2e.OtlpClient;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// A gateway under one attack after the other, with a [Neighbour] beside the attacker.
///
/// **Threading:** confined to the test's thread.
///
/// **Ownership:** owns the gateway and the neighbour.
final class Siege implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(10);
  private static final String RECEIVER = "headgate_receiver_";

  private final GatewayHarness gateway;
  private final Neighbour neighbour;
  private final long liveBytesBefore;
  private Map<String, Integer> before = Map.of();

  /// @param grpcKeys further keys of the gRPC receiver, each followed by a comma
  /// @param httpKeys the same of the HTTP receiver
  Siege(String grpcKeys, String httpKeys) {
    gateway =
        GatewayHarness.start(
            """
            receivers:
              otlp:
                protocols:
                  grpc: {%s endpoint: "127.0.0.1:0"}
                  http: {%s endpoint: "127.0.0.1:0"}
            exporters:
              nop:
            service:
              telemetry: {metrics: {address: "127.0.0.1:0"}}
              pipelines:
                traces: {receivers: [otlp], exporters: [nop]}
                logs: {receivers: [otlp], exporters: [nop]}
            """
                .formatted(grpcKeys, httpKeys));
    neighbour = new Neighbour(gateway);
    liveBytesBefore = liveBytes();
  }

  Siege() {
    this("", "");
  }

  GatewayHarness gateway() {
    return gateway;
  }

  Neighbour neighbour() {
    return neighbour;
  }

  OtlpClient client() {
    return gateway.client();
  }

  int port(boolean grpc) {
    return grpc ? gateway.grpcPort() : gateway.httpPort();
  }

  RawHttp2 http2(boolean grpc) throws IOException {
    return RawHttp2.open(grpc, port(grpc));
  }

  /// An attack begins: counters are compared with now.
  void begin() {
    before = counters();
  }

  private Map<String, Integer> counters() {
    Map<String, Integer> counters = new HashMap<>();
    gateway
        .scrape()
        .lines()
        .filter(line -> line.startsWith(RECEIVER))
        .forEach(line -> {
          int end = line.lastIndexOf(' ');
          counters.put(line.substring(0, end), (int) Double.parseDouble(line.substring(end)));
        });
    return counters;
  }

  /// What a counter of a transport has grown by since the attack began.
  int count(String name, boolean grpc, String reason) {
    Map<String, Integer> now = counters();
    return now.keySet().stream()
        .filter(series -> series.startsWith(RECEIVER + name + "{"))
        .filter(series -> series.contains("reason=\"" + reason + "\""))
        .filter(series -> series.contains("transport=\"" + (grpc ? "grpc" : "http") + "\""))
        .mapToInt(series -> now.get(series) - before.getOrDefault(series, 0))
        .sum();
  }

  void awaitCount(int count, String name, boolean grpc, String reason) {
    await()
        .atMost(GatewayHarness.PATIENCE)
        .pollInterval(POLL)
        .untilAsserted(
            () -> assertThat(count(name, grpc, reason)).as(this::closedMetrics).isEqualTo(count));
  }

  /// How many connections have ended for a reason since the attack began.
  int closed(boolean grpc, String reason) {
    return count("connections_closed_total", grpc, reason);
  }

  void awaitClosed(boolean grpc, String reason, int count) {
    awaitCount(count, "connections_closed_total", grpc, reason);
  }

  private String closedMetrics() {
    return gateway
        .scrape()
        .lines()
        .filter(line -> line.startsWith("headgate_receiver_") && !line.endsWith(" 0.0"))
        .toList()
        .toString();
  }

  /// Nothing of the attack is left: the neighbour is served, and what lives on the heap has grown
  /// by no more than given, but for arrays that wait to be used again.
  void assertUnharmed(long mostBytes) {
    neighbour.awaitMore();
    await()
        .atMost(GatewayHarness.PATIENCE)
        .pollInterval(POLL)
        .untilAsserted(
            () -> assertThat(liveBytes() - liveBytesBefore).as("bytes").isLessThan(mostBytes));
  }

  /// What is reachable on the heap, without arrays that wait to be used again: those the gateway
  /// gives away when it needs the memory.
  private long liveBytes() {
    System.gc();
    long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    Double idle = gateway.metric("headgate_arrays_idle_bytes");
    return used - (idle == null ? 0 : idle.longValue());
  }

  @Override
  public void close() {
    try {
      neighbour.close();
      neighbour.assertServed();
      gateway.assertBalanced();
    } finally {
      gateway.close();
    }
  }
}
