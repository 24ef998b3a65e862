package dev.headgate.gateway.real;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headgate.config.Signal;
import dev.headgate.gateway.readback.HttpCalls;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/// A gateway with the policy of `deploy/config/production.yaml`, in a container or in this JVM.
///
/// **Threading:** confined to the test's thread.
///
/// **Ownership:** owns what runs it.
///
/// @param grpc where it takes OTLP/gRPC
/// @param http where it takes OTLP/HTTP
/// @param admin where its `/metrics` is
/// @param stop ends it
record RealGateway(URI grpc, URI http, URI admin, Runnable stop) implements AutoCloseable {
  /// What its ledger says of a signal, all reasons together.
  record Books(double received, double delivered, double dropped, double unaccounted) {}

  /// The ledger's lines on `/metrics`.
  Books books(Signal signal) throws IOException {
    return new Books(
        metric("headgate_ledger_received_items_total", signal),
        metric("headgate_ledger_delivered_items_total", signal),
        metric("headgate_ledger_dropped_items_total", signal),
        metric("headgate_ledger_unaccounted_items", signal));
  }

  private double metric(String name, Signal signal) throws IOException {
    return sum(name, "signal=\"" + signal.key() + "\"");
  }

  /// How often an exporter has been told, or has concluded, to come again.
  double retryable(String exporter) throws IOException {
    return sum(
        "headgate_exporter_requests_total", "exporter=\"" + exporter + "\"", "=\"retryable\"");
  }

  /// The sum of a metric's series that have all these labels.
  private double sum(String name, String... labels) throws IOException {
    URI uri = HttpCalls.below(admin, "/metrics", Map.of());
    HttpCalls.Reply page = HttpCalls.ofTenant(Duration.ofSeconds(5), "").get(uri, "text/plain");
    double sum = 0;
    lines:
    for (String line : new String(page.body(), UTF_8).split("\n", -1)) {
      if (!line.startsWith(name + "{")) {
        continue;
      }
      for (String label : labels) {
        if (!line.contains(label)) {
          continue lines;
        }
      }
      sum += Double.parseDouble(line.substring(line.lastIndexOf(' ')));
    }
    return sum;
  }

  @Override
  public void close() {
    stop.run();
  }
}
