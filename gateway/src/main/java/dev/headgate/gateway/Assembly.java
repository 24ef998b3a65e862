package dev.headgate.gateway;

import dev.headgate.config.BatchConfig;
import dev.headgate.config.ComponentId;
import dev.headgate.config.ConnectionConfig;
import dev.headgate.config.DeliveryConfig;
import dev.headgate.config.ExporterConfig;
import dev.headgate.config.GatewayConfig;
import dev.headgate.config.GrpcServerConfig;
import dev.headgate.config.HealthCheckConfig;
import dev.headgate.config.HostPort;
import dev.headgate.config.HttpServerConfig;
import dev.headgate.config.OtlpReceiverConfig;
import dev.headgate.config.PipelineConfig;
import dev.headgate.config.ProcessorConfig;
import dev.headgate.config.load.LoadResult;
import dev.headgate.exporters.delivery.Delivery;
import dev.headgate.exporters.delivery.DeliverySettings;
import dev.headgate.exporters.delivery.Transport;
import dev.headgate.gateway.AssemblyException.Fault;
import dev.headgate.gateway.Graph.Admin;
import dev.headgate.gateway.Graph.AssembledPipeline;
import dev.headgate.gateway.Graph.Inlet;
import dev.headgate.gateway.Graph.Outlet;
import dev.headgate.gateway.Graph.ReceiverKey;
import dev.headgate.gateway.admin.AdminServer;
import dev.headgate.gateway.admin.AdminServer.Page;
import dev.headgate.gateway.admin.AdminServer.View;
import dev.headgate.gateway.receive.Entrance;
import dev.headgate.gateway.receive.ListenSocket;
import dev.headgate.gateway.receive.Receiver;
import dev.headgate.gateway.receive.connection.Connections;
import dev.headgate.gateway.receive.grpc.GrpcReceiver;
import dev.headgate.gateway.receive.http.HttpReceiver;
import dev.headgate.pipeline.process.Processor;
import dev.headgate.pipeline.queue.PayloadQueue;
import dev.headgate.pipeline.worker.Pipeline;
import dev.headgate.pipeline.worker.Route;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Makes the graph of a configuration out of the one that runs, if one does: the only place that
/// knows all parts. A part whose recipe (everything that it is made from) did not change is taken
/// over; what can go on by another recipe is prepared for that; the rest is made anew. Until the
/// [Handover] nothing of this has any effect, and when something fails nothing of it is left.
///
/// Reads top to bottom: first what can fail, then the rest against the direction of the data.
///
/// **Threading:** confined to the thread that assembles.
public final class Assembly {
  private final Core core;
  private final @Nullable Graph running;
  private final GatewayConfig config;
  private final MemoryPlan memory;
  private final Map<String, Page> operatorPages;

  private final List<Fault> faults = new ArrayList<>();
  private final Deque<Runnable> undo = new ArrayDeque<>();
  private final List<Runnable> changes = new ArrayList<>();

  /// A graph that is ready to take over.
  ///
  /// @param changes what is to be done then to the parts that go on by another recipe; cannot fail
  record Next(Graph graph, List<Runnable> changes) {}

  /// @param running what runs now, null at the start
  /// @param operatorPages what is served beside the metrics
  Assembly(
      Core core, @Nullable Graph running, GatewayConfig config, Map<String, Page> operatorPages) {
    this.core = core;
    this.running = running;
    this.config = config;
    this.memory = MemoryPlan.of(config);
    this.operatorPages = operatorPages;
  }

  /// A gateway that does not listen yet and has one configuration for its life.
  public static Gateway assemble(GatewayConfig config, String version) {
    return new Gateway(config, version);
  }

  /// A gateway that does not listen yet and reads its configuration again when it is told to.
  ///
  /// @param first what was read
  /// @param source reads again
  public static Gateway assemble(LoadResult first, ConfigSupplier source, String version) {
    return new Gateway(first, source, version);
  }

  /// Builds the graph.
  ///
  /// @throws AssemblyException with everything that cannot be
  Next build() throws AssemblyException {
    boolean built = false;
    try {
      faults.addAll(memory.faults(config));
      checkTelemetry();
      Map<ReceiverKey, Inlet> receivers = receivers();
      Map<String, Admin> admin = admin();
      Map<ComponentId, Transport> transports = transports();
      if (!faults.isEmpty()) {
        throw new AssemblyException(faults);
      }
      Map<ComponentId, Processor> processors = processors();
      for (PipelineConfig pipeline : config.service().pipelines()) {
        var _ =
            core.ledger.pipeline(
                pipeline.id(), pipeline.exporters().stream().map(ComponentId::toString).toList());
      }
      Map<ComponentId, Outlet> exporters = exporters(transports);
      List<AssembledPipeline> pipelines = pipelines(processors, exporters);
      Graph graph = new Graph(config, memory, receivers, processors, pipelines, exporters, admin);
      built = true;
      return new Next(graph, changes);
    } finally {
      if (!built) {
        undo.forEach(Runnable::run);
      }
    }
  }

  /// Something that may fail on this machine.
  @FunctionalInterface
  private interface Making<T> {
    T make() throws IOException;
  }

  private <T> @Nullable T attempt(List<String> keys, Making<T> making) {
    try {
      return making.make();
    } catch (IOException e) {
      faults.add(new Fault(keys, reason(e)));
      return null;
    }
  }

  private static String reason(IOException e) {
    String message = Objects.requireNonNullElse(e.getMessage(), "cannot be used");
    // Of a file system's exceptions the message is the path alone.
    return e instanceof FileSystemException
        ? message + ": " + e.getClass().getSimpleName()
        : message;
  }

  private void checkTelemetry() {
    if (running != null
        && running.config().service().telemetry().withTypeSuffix()
            != config.service().telemetry().withTypeSuffix()) {
      faults.add(
          new Fault(
              List.of("service", "telemetry", "metrics"),
              "without_type_suffix: changed (expected: as at the start; it needs a restart)"));
    }
  }

  private Map<ReceiverKey, Inlet> receivers() {
    Map<ReceiverKey, Inlet> inlets = new LinkedHashMap<>();
    for (Map.Entry<ComponentId, OtlpReceiverConfig> entry : config.receivers().entrySet()) {
      ComponentId id = entry.getKey();
      if (config.service().pipelines().stream().anyMatch(p -> p.receivers().contains(id))) {
        GrpcServerConfig grpc = entry.getValue().grpc();
        HttpServerConfig http = entry.getValue().http();
        if (grpc != null) {
          ReceiverKey key = new ReceiverKey(id, "grpc");
          put(inlets, key, attempt(keys(key), () -> grpcInlet(key, grpc)));
        }
        if (http != null) {
          ReceiverKey key = new ReceiverKey(id, "http");
          put(inlets, key, attempt(keys(key), () -> httpInlet(key, http)));
        }
      }
    }
    return inlets;
  }

  private static List<String> keys(ReceiverKey key) {
    return List.of("receivers", key.id().toString(), "protocols", key.transport());
  }

  private static <K, V> void put(Map<K, V> map, K key, @Nullable V value) {
    if (value != null) {
      map.put(key, value);
    }
  }

  /// What a receiver is made from.
  private record ReceiverRecipe(Object server, long maxMessageBytes) {}

  private Inlet grpcInlet(ReceiverKey key, GrpcServerConfig grpc) throws IOException {
    long max = memory.maxMessageBytes(grpc.maxRecvMsgSizeBytes());
    ReceiverRecipe recipe = new ReceiverRecipe(grpc, max);
    Inlet before = runningInlet(key);
    if (before != null && before.recipe().equals(recipe)) {
      return before;
    }
    ListenSocket socket = socket(key, grpc.endpoint());
    GrpcReceiver receiver =
        new GrpcReceiver(socket, grpc, entrance(key, grpc.connections()), max, core.cores);
    return new Inlet(recipe, grpc.endpoint(), socket, started(receiver));
  }

  private Inlet httpInlet(ReceiverKey key, HttpServerConfig http) throws IOException {
    long max = memory.maxMessageBytes(http.maxRequestBodySizeBytes());
    ReceiverRecipe recipe = new ReceiverRecipe(http, max);
    Inlet before = runningInlet(key);
    if (before != null
        && before.endpoint().equals(http.endpoint())
        && before.receiver() instanceof HttpReceiver receiver) {
      if (!before.recipe().equals(recipe)) {
        HttpReceiver.Serving serving = receiver.prepare(http, max);
        undo.push(() -> receiver.discard(serving));
        changes.add(() -> receiver.use(serving));
      }
      return new Inlet(recipe, http.endpoint(), before.socket(), receiver);
    }
    ListenSocket socket = socket(key, http.endpoint());
    HttpReceiver receiver =
        new HttpReceiver(socket, http, entrance(key, http.connections()), max, core.cores);
    return new Inlet(recipe, http.endpoint(), socket, started(receiver));
  }

  private Receiver started(Receiver receiver) throws IOException {
    undo.push(() -> {
      receiver.stopAccepting();
      receiver.stop(Duration.ZERO);
    });
    receiver.start();
    return receiver;
  }

  private @Nullable Inlet runningInlet(ReceiverKey key) {
    return running == null ? null : running.receivers().get(key);
  }

  /// The socket of an address: the one that is open already, whichever receiver it serves now.
  private ListenSocket socket(ReceiverKey key, HostPort endpoint) throws IOException {
    Inlet own = runningInlet(key);
    if (own != null && own.endpoint().equals(endpoint)) {
      return own.socket();
    }
    if (running != null && endpoint.port() != 0) {
      for (Inlet inlet : running.receivers().values()) {
        if (inlet.endpoint().equals(endpoint)) {
          return inlet.socket();
        }
      }
    }
    ListenSocket socket = ListenSocket.open(endpoint);
    undo.push(socket::close);
    return socket;
  }

  private Entrance entrance(ReceiverKey key, ConnectionConfig limits) {
    String id = key.id().toString();
    return new Entrance(
        new Connections(core.connectionMetrics.bind(id, key.transport()), limits, core.clock),
        core.admission,
        new Route(core.receiverMetrics.bind(id, key.transport()), id, core.routing));
  }

  private Map<String, Admin> admin() {
    Map<String, Admin> admin = new LinkedHashMap<>();
    HostPort metrics = config.service().telemetry().metricsAddress();
    if (metrics != null) {
      List<String> keys = List.of("service", "telemetry", "metrics");
      put(admin, "metrics", attempt(keys, () -> admin("metrics", metrics, operatorPages)));
    }
    for (ComponentId id : config.service().extensions()) {
      HealthCheckConfig check = config.extensions().get(id);
      if (check != null) {
        View view = core.health::healthCheck;
        String role = id.toString();
        Map<String, Page> pages = Map.of(check.path(), view);
        List<String> keys = List.of("extensions", role, "endpoint");
        put(admin, role, attempt(keys, () -> admin(role, check.endpoint(), pages)));
      }
    }
    return admin;
  }

  private Admin admin(String role, HostPort endpoint, Map<String, Page> pages) throws IOException {
    Admin before = running == null ? null : running.admin().get(role);
    if (before != null && before.endpoint().equals(endpoint)) {
      changes.add(() -> before.server().use(pages));
      return new Admin(endpoint, before.server());
    }
    AdminServer server = new AdminServer(endpoint, pages);
    undo.push(server::close);
    return new Admin(endpoint, server);
  }

  private Map<ComponentId, Transport> transports() {
    Map<ComponentId, Transport> transports = new LinkedHashMap<>();
    for (Map.Entry<ComponentId, ExporterConfig> entry : config.exporters().entrySet()) {
      ComponentId id = entry.getKey();
      if (isUsed(config, id)) {
        List<String> keys = List.of("exporters", id.toString());
        put(transports, id, attempt(keys, () -> transport(id, entry.getValue())));
      }
    }
    return transports;
  }

  /// Whether a pipeline ends in an exporter.
  static boolean isUsed(GatewayConfig config, ComponentId exporter) {
    return config.service().pipelines().stream()
        .anyMatch(pipeline -> pipeline.exporters().contains(exporter));
  }

  private Transport transport(ComponentId id, ExporterConfig exporter) throws IOException {
    Outlet before = runningOutlet(id);
    if (before != null && before.config().equals(exporter)) {
      return before.transport();
    }
    Transport transport = core.exporters.transport(id, exporter, running == null);
    undo.push(transport::close);
    return transport;
  }

  private @Nullable Outlet runningOutlet(ComponentId id) {
    return running == null ? null : running.exporters().get(id);
  }

  private Map<ComponentId, Processor> processors() {
    Map<ComponentId, Processor> processors = new LinkedHashMap<>();
    for (Map.Entry<ComponentId, ProcessorConfig> entry : config.processors().entrySet()) {
      ComponentId id = entry.getKey();
      ProcessorConfig now = entry.getValue();
      Processor kept = unchanged(id, now);
      put(processors, id, kept != null ? kept : core.processors.processor(id, now));
    }
    return processors;
  }

  private @Nullable Processor unchanged(ComponentId id, ProcessorConfig now) {
    return running != null && now.equals(running.config().processors().get(id))
        ? running.processors().get(id)
        : null;
  }

  private Map<ComponentId, Outlet> exporters(Map<ComponentId, Transport> transports) {
    Map<ComponentId, Outlet> outlets = new LinkedHashMap<>();
    transports.forEach((id, transport) -> {
      ExporterConfig exporter = Objects.requireNonNull(config.exporters().get(id));
      DeliverySettings settings = deliverySettings(id, exporter);
      Delivery delivery = delivery(id, exporter, settings, transport);
      outlets.put(id, new Outlet(exporter, settings, transport, delivery));
    });
    return outlets;
  }

  /// The queue of an exporter: the one it has, as long as it leads to the same destination.
  private Delivery delivery(
      ComponentId id, ExporterConfig exporter, DeliverySettings settings, Transport transport) {
    Outlet before = runningOutlet(id);
    if (before == null) {
      return new Delivery(settings, transport, core.delivery);
    }
    boolean sameDestination =
        ExporterFactory.destination(exporter).equals(ExporterFactory.destination(before.config()));
    if (!sameDestination || !before.delivery().couldUse(settings)) {
      Delivery delivery = new Delivery(settings, transport, core.delivery);
      delivery.holdOrdered();
      return delivery;
    }
    boolean same =
        before.config().equals(exporter)
            && before.settings().feeds().equals(settings.feeds())
            && before.settings().maxBytes() == settings.maxBytes();
    if (!same) {
      changes.add(() -> change(before, settings, transport));
    }
    return before.delivery();
  }

  private void change(Outlet before, DeliverySettings settings, Transport transport) {
    var released = before.delivery().use(settings, transport);
    if (!transport.equals(before.transport())) {
      var _ = released.thenRunAsync(before.transport()::close, core.loops.blocking());
    }
  }

  private DeliverySettings deliverySettings(ComponentId id, ExporterConfig exporter) {
    DeliveryConfig delivery = ExporterFactory.delivery(exporter);
    List<DeliverySettings.Feed> feeds = new ArrayList<>();
    for (PipelineConfig pipeline : config.service().pipelines()) {
      if (pipeline.exporters().contains(id)) {
        feeds.add(
            DeliverySettings.Feed.of(pipeline.id(), delivery.queue(), batchProcessor(pipeline)));
      }
    }
    long maxBytes =
        delivery.queue().maxBytes() > 0 ? delivery.queue().maxBytes() : memory.queueBytes();
    return new DeliverySettings(
        id.toString(),
        delivery.timeout(),
        delivery.retry(),
        delivery.queue(),
        maxBytes,
        ExporterFactory.limits(exporter),
        feeds,
        delivery.required());
  }

  private @Nullable BatchConfig batchProcessor(PipelineConfig pipeline) {
    BatchConfig last = null;
    for (ComponentId id : pipeline.processors()) {
      if (config.processors().get(id) instanceof BatchConfig batch) {
        last = batch;
      }
    }
    return last;
  }

  private List<AssembledPipeline> pipelines(
      Map<ComponentId, Processor> processors, Map<ComponentId, Outlet> exporters) {
    List<AssembledPipeline> result = new ArrayList<>();
    for (PipelineConfig pipeline : config.service().pipelines()) {
      List<PayloadQueue> queues = new ArrayList<>();
      for (ComponentId exporter : pipeline.exporters()) {
        queues.add(Objects.requireNonNull(exporters.get(exporter)).delivery());
      }
      result.add(
          new AssembledPipeline(
              pipeline.receivers(),
              new Pipeline(
                  pipeline.id(),
                  stages(pipeline, processors),
                  queues,
                  core.ledger.pipeline(pipeline.id()))));
    }
    return result;
  }

  private List<Pipeline.Stage> stages(
      PipelineConfig pipeline, Map<ComponentId, Processor> processors) {
    List<Pipeline.Stage> stages = new ArrayList<>();
    for (ComponentId id : pipeline.processors()) {
      Processor processor = processors.get(id);
      if (processor != null) {
        stages.add(
            new Pipeline.Stage(
                id.toString(),
                processor,
                core.processorMetrics.bind(id.toString(), pipeline.id().signal())));
      }
    }
    return stages;
  }
}
