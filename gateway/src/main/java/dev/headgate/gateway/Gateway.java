package dev.headgate.gateway;

import dev.headgate.config.GatewayConfig;
import dev.headgate.config.load.LoadResult;
import dev.headgate.exporters.delivery.Delivery;
import dev.headgate.gateway.Graph.Admin;
import dev.headgate.gateway.Graph.Inlet;
import dev.headgate.gateway.Graph.Outlet;
import dev.headgate.gateway.admin.AdminServer;
import dev.headgate.gateway.admin.Caller;
import dev.headgate.gateway.admin.Health;
import dev.headgate.gateway.receive.Receiver;
import dev.headgate.pipeline.ledger.LedgerLine;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A gateway: starts, goes from one configuration to the next, stops, and says where it listens.
///
/// **Threading:** any thread; starts, changes and stops happen one at a time.
///
/// **Ownership:** owns everything that runs.
public final class Gateway {
  private static final long GRACE_NANOS = 1_000_000_000L;
  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

  private final Core core;
  private final Operator operator;
  private final Map<Delivery, Outlet> retiring = new ConcurrentHashMap<>();
  private final Set<Receiver> ending = ConcurrentHashMap.newKeySet();
  private volatile Graph graph;
  private boolean started;
  private boolean stopped;

  Gateway(GatewayConfig config, String version) {
    this(config, version, null, null);
  }

  Gateway(LoadResult first, ConfigSupplier source, String version) {
    this(first.config(), version, first, source);
  }

  private Gateway(
      GatewayConfig config,
      String version,
      @Nullable LoadResult first,
      @Nullable ConfigSupplier source) {
    MemoryPlan memory = MemoryPlan.of(config);
    core = new Core(memory);
    graph = new Graph(config, memory, Map.of(), Map.of(), List.of(), Map.of(), Map.of());
    operator = new Operator(core, version, first, source, new Ways(), () -> graph.config());
  }

  /// Listens everywhere and then takes data.
  ///
  /// @throws IOException when something that the configuration asks for cannot be had; what was
  ///   started is stopped again
  public synchronized void start() throws IOException {
    Graph nothing = graph;
    operator.prepare(nothing.config());
    try {
      graph = new Assembly(core, null, nothing.config(), operator).build().graph();
    } catch (IOException | RuntimeException e) {
      stop(Duration.ZERO);
      throw e;
    }
    core.workers.start();
    var _ = core.routing.swap(graph.routes());
    Handover.open(nothing, graph);
    started = true;
    core.health.become(Health.State.READY);
    operator.begin(graph.config());
    LOG.info(
        "ready: heap {} bytes, byte budget {} bytes, largest message {} bytes, {} pipelines",
        graph.memory().heapBytes(),
        graph.memory().budgetBytes(),
        graph.memory().maxMessageBytes(),
        graph.pipelines().size());
  }

  /// Reads the configuration again and goes over to it, if it holds and can be had; else everything
  /// stays as it is. The log says what came of it.
  ///
  /// @param trigger who asked for it
  public void reload(String trigger) {
    Reload reload = operator.reload();
    if (reload == null) {
      LOG.warn("reload ({}): this gateway has one configuration for its life", trigger);
    } else {
      var _ = reload.reload(trigger, Caller.process(trigger));
    }
  }

  /// What a reload does to this gateway.
  private final class Ways implements Reload.Ways {
    @Override
    public void change(GatewayConfig config) throws IOException {
      Gateway.this.change(config);
    }

    @Override
    public void lookAtFiles() {
      graph.receivers().values().forEach(inlet -> inlet.receiver().lookAtFiles());
      core.loops.lookAtFiles();
    }
  }

  /// Goes over to another configuration, or throws and leaves everything as it is.
  private synchronized void change(GatewayConfig config) throws IOException {
    if (!started || stopped) {
      throw new IOException("the gateway does not run");
    }
    Graph before = graph;
    Assembly.Next next = new Assembly(core, before, config, operator).build();
    new Handover(core, before, next, retiring, ending).run();
    graph = next.graph();
    operator.enter(config);
  }

  /// The configuration that runs.
  public GatewayConfig config() {
    return graph.config();
  }

  /// The ports of the OTLP/gRPC receivers, in the order of the configuration.
  public List<Integer> grpcPorts() {
    return ports("grpc");
  }

  /// The ports of the OTLP/HTTP receivers, in the order of the configuration.
  public List<Integer> httpPorts() {
    return ports("http");
  }

  private List<Integer> ports(String transport) {
    return graph.receivers().entrySet().stream()
        .filter(entry -> entry.getKey().transport().equals(transport))
        .map(entry -> entry.getValue().receiver().port())
        .toList();
  }

  /// The ports of `/metrics` and then of the health checks.
  public List<Integer> adminPorts() {
    return graph.admin().values().stream().map(admin -> admin.server().port()).toList();
  }

  /// The gateway's own metrics.
  public PrometheusRegistry registry() {
    return core.registry;
  }

  /// What became of every item so far.
  public List<LedgerLine> ledger() {
    return core.ledger.lines();
  }

  /// Stops in order: no new requests; the requests under way are worked off and answered; what
  /// waits is sent, backoffs cut short; what is left at the deadline is booked. Idempotent.
  public synchronized void stop(Duration timeout) {
    if (stopped) {
      return;
    }
    stopped = true;
    core.health.become(Health.State.STOPPING);
    if (started) {
      operator.stopping();
    }
    long deadlineNanos = core.clock.nanoTime() + timeout.toNanos();
    List<Inlet> inlets = List.copyOf(graph.receivers().values());
    inlets.forEach(inlet -> inlet.receiver().stopAccepting());
    inlets.forEach(inlet -> inlet.socket().close());
    core.admission.stop();
    core.transit.stop();
    boolean workersEnded = core.workers.stop(deadlineNanos);
    if (!workersEnded) {
      LOG.warn("workers did not end in time");
    }
    Duration answers = Duration.ofMillis(Math.min(500, timeout.toMillis()));
    // With those that a reload has replaced and that still have requests to answer.
    Set<Receiver> receivers = new HashSet<>(ending);
    inlets.forEach(inlet -> receivers.add(inlet.receiver()));
    Handover.join(Handover.end(receivers, answers, ending::remove));
    drain(deadlineNanos);
    graph.exporters().values().forEach(outlet -> outlet.transport().close());
    core.scheduler.close();
    core.loops.close();
    graph.admin().values().stream().map(Admin::server).forEach(AdminServer::close);
  }

  private void drain(long deadlineNanos) {
    List<Delivery> deliveries = new ArrayList<>(retiring.keySet());
    graph.exporters().values().stream().map(Outlet::delivery).forEach(deliveries::add);
    List<CompletableFuture<?>> drained = new ArrayList<>();
    for (Delivery delivery : deliveries) {
      drained.add(delivery.drain(deadlineNanos).toCompletableFuture());
    }
    long leftNanos = deadlineNanos - core.clock.nanoTime();
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
