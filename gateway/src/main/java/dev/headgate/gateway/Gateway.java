package dev.headgate.gateway;

import dev.headgate.config.ComponentId;
import dev.headgate.config.GatewayConfig;
import dev.headgate.config.HealthCheckConfig;
import dev.headgate.config.HostPort;
import dev.headgate.exporters.client.ExportLoops;
import dev.headgate.exporters.delivery.Delivery;
import dev.headgate.exporters.delivery.DeliveryScheduler;
import dev.headgate.exporters.delivery.Transport;
import dev.headgate.gateway.admin.AdminServer;
import dev.headgate.gateway.admin.Health;
import dev.headgate.gateway.admin.MetricsPage;
import dev.headgate.gateway.admit.Admission;
import dev.headgate.gateway.receive.grpc.GrpcReceiver;
import dev.headgate.gateway.receive.http.HttpReceiver;
import dev.headgate.pipeline.ledger.Ledger;
import dev.headgate.pipeline.ledger.LedgerLine;
import dev.headgate.pipeline.payload.NanoClock;
import dev.headgate.pipeline.worker.Workers;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An assembled gateway: starts, stops, and says where it listens.
///
/// **Threading:** started and stopped by one thread at a time.
///
/// **Ownership:** owns everything it was assembled from.
public final class Gateway {
  private static final long GRACE_NANOS = 1_000_000_000L;
  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

  private final GatewayConfig config;
  private final MemoryPlan memory;
  private final Observed observed;
  private final Ingress ingress;
  private final Egress egress;
  private final Health health = new Health();
  private final List<AdminServer> adminServers = new ArrayList<>();
  private boolean stopped;

  /// What is looked at from outside.
  record Observed(PrometheusRegistry registry, Ledger ledger, NanoClock clock) {}

  /// What takes data in.
  record Ingress(
      List<GrpcReceiver> grpc, List<HttpReceiver> http, Workers workers, Admission admission) {}

  /// What sends data on.
  record Egress(
      Map<ComponentId, Delivery> deliveries,
      List<Transport> transports,
      DeliveryScheduler scheduler,
      ExportLoops loops) {}

  Gateway(
      GatewayConfig config, MemoryPlan memory, Observed observed, Ingress ingress, Egress egress) {
    this.config = config;
    this.memory = memory;
    this.observed = observed;
    this.ingress = ingress;
    this.egress = egress;
  }

  /// Listens everywhere, administration first and receivers last.
  ///
  /// @throws IOException when an address cannot be bound; what was started is stopped again
  public synchronized void start() throws IOException {
    try {
      startAdmin();
      ingress.workers().start();
      for (GrpcReceiver receiver : ingress.grpc()) {
        receiver.start();
        LOG.info("OTLP/gRPC receiver listens on port {}", receiver.port());
      }
      for (HttpReceiver receiver : ingress.http()) {
        receiver.start();
        LOG.info("OTLP/HTTP receiver listens on port {}", receiver.port());
      }
    } catch (IOException | RuntimeException e) {
      stop(Duration.ZERO);
      throw e;
    }
    health.become(Health.State.READY);
    LOG.info(
        "ready: heap {} bytes, byte budget {} bytes, largest message {} bytes, {} pipelines",
        memory.heapBytes(),
        memory.budgetBytes(),
        memory.maxMessageBytes(),
        config.service().pipelines().size());
  }

  private void startAdmin() throws IOException {
    HostPort metricsAddress = config.service().telemetry().metricsAddress();
    if (metricsAddress != null) {
      MetricsPage metrics =
          new MetricsPage(observed.registry(), config.service().telemetry().withTypeSuffix());
      adminServers.add(
          new AdminServer(
              metricsAddress,
              Map.of(
                  "/metrics",
                  () -> new AdminServer.Answer(200, MetricsPage.CONTENT_TYPE, metrics.render()),
                  "/livez",
                  health::live,
                  "/readyz",
                  health::ready)));
    }
    for (ComponentId extension : config.service().extensions()) {
      HealthCheckConfig healthCheck = config.extensions().get(extension);
      if (healthCheck != null) {
        adminServers.add(
            new AdminServer(
                healthCheck.endpoint(), Map.of(healthCheck.path(), health::healthCheck)));
      }
    }
  }

  /// The ports of the OTLP/gRPC receivers, in the order of the configuration.
  public List<Integer> grpcPorts() {
    return ingress.grpc().stream().map(GrpcReceiver::port).toList();
  }

  /// The ports of the OTLP/HTTP receivers, in the order of the configuration.
  public List<Integer> httpPorts() {
    return ingress.http().stream().map(HttpReceiver::port).toList();
  }

  /// The ports of `/metrics` and then of the health checks.
  public List<Integer> adminPorts() {
    return adminServers.stream().map(AdminServer::port).toList();
  }

  /// The gateway's own metrics.
  public PrometheusRegistry registry() {
    return observed.registry();
  }

  /// What became of every item so far.
  public List<LedgerLine> ledger() {
    return observed.ledger().lines();
  }

  /// Stops in order: no new requests; the requests under way are worked off and answered; what
  /// waits is sent, backoffs cut short; what is left at the deadline is booked. Idempotent.
  public synchronized void stop(Duration timeout) {
    if (stopped) {
      return;
    }
    stopped = true;
    health.become(Health.State.STOPPING);
    long deadlineNanos = observed.clock().nanoTime() + timeout.toNanos();
    ingress.grpc().forEach(GrpcReceiver::stopAccepting);
    ingress.http().forEach(HttpReceiver::stopAccepting);
    ingress.admission().stop();
    boolean workersEnded = ingress.workers().stop(deadlineNanos);
    if (!workersEnded) {
      LOG.warn("workers did not end in time");
    }
    Duration answers = Duration.ofMillis(Math.min(500, timeout.toMillis()));
    ingress.grpc().forEach(receiver -> receiver.stop(answers));
    ingress.http().forEach(receiver -> receiver.stop(answers));
    drain(deadlineNanos);
    egress.transports().forEach(Transport::close);
    egress.scheduler().close();
    egress.loops().close();
    adminServers.forEach(AdminServer::close);
  }

  private void drain(long deadlineNanos) {
    List<CompletableFuture<?>> drained = new ArrayList<>();
    for (Delivery delivery : egress.deliveries().values()) {
      drained.add(delivery.drain(deadlineNanos).toCompletableFuture());
    }
    long leftNanos = deadlineNanos - observed.clock().nanoTime();
    try {
      CompletableFuture.allOf(drained.toArray(CompletableFuture[]::new))
          .get(Math.max(0, leftNanos) + GRACE_NANOS, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.error("deliveries did not end in time");
    }
  }
}
