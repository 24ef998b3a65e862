package dev.headgate.gateway.receive.grpc;

import dev.headgate.config.ConnectionConfig;
import dev.headgate.gateway.admit.Transit;
import dev.headgate.gateway.receive.connection.ConnectionMetrics;
import dev.headgate.gateway.receive.connection.Connections;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Objects;

/// Connections without a receiver.
final class TestConnections {
  private TestConnections() {}

  /// @param transit what its messages may take while they arrive
  static GrpcConnection open(Transit transit) {
    Connections connections =
        new Connections(
            new ConnectionMetrics(new PrometheusRegistry()).bind("otlp", "grpc"),
            ConnectionConfig.DEFAULT,
            () -> 0);
    return new GrpcConnection(Objects.requireNonNull(connections.tryOpen(null)), true, transit);
  }
}
