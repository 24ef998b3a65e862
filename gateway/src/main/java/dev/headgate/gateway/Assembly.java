package dev.headgate.gateway;

import dev.headgate.config.ComponentId;
import dev.headgate.config.GatewayConfig;
import dev.headgate.config.HealthCheckConfig;
import dev.headgate.config.HostPort;
import dev.headgate.config.PipelineConfig;
import dev.headgate.config.ProcessorConfig;
import dev.headgate.config.load.LoadResult;
import dev.headgate.exporters.delivery.Transport;
import dev.headgate.gateway.AssemblyException.Fault;
import dev.headgate.gateway.Graph.Admin;
import dev.headgate.gateway.Graph.AssembledPipeline;
import dev.headgate.gateway.Graph.Inlet;
import dev.headgate.gateway.Graph.Outlet;
import dev.headgate.gateway.Graph.ReceiverKey;
import dev.headgate.gateway.admin.Access;
import dev.headgate.gateway.admin.AdminServer;
import dev.headgate.gateway.admin.AdminServer.Site;
import dev.headgate.gateway.admin.Page;
import dev.headgate.pipeline.process.Processor;
import dev.headgate.pipeline.queue.PayloadQueue;
import dev.headgate.pipeline.worker.Pipeline;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Makes the graph of a configuration out of the one that runs, if one does; with [Inlets] for what
/// receives and [Outlets] for what sends the only place that knows all parts. A part whose recipe
/// (everything that it is made from) did not change is taken over; what can go on by another recipe
/// is prepared for that; the rest is made anew. Until the [Handover] nothing of this has any
/// effect, and when something fails nothing of it is left.
///
/// Reads top to bottom: first what can fail, then the rest against the direction of the data.
///
/// **Threading:** confined to the thread that assembles.
public final class Assembly {
  private final Draft draft;
  private final Core core;
  private final @Nullable Graph running;
  private final GatewayConfig config;
  private final Operator operator;

  /// A graph that is ready to take over.
  ///
  /// @param changes what is to be done then to the parts that go on by another recipe; cannot fail
  record Next(Graph graph, List<Runnable> changes) {}

  /// @param running what runs now, null at the start
  /// @param operator what is served beside the metrics
  Assembly(Core core, @Nullable Graph running, GatewayConfig config, Operator operator) {
    this.draft = new Draft(core, running, config);
    this.core = core;
    this.running = running;
    this.config = config;
    this.operator = operator;
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
      draft.memory.faults(config).forEach(draft::fault);
      checkTelemetry();
      Outlets outlets = new Outlets(draft);
      Map<ReceiverKey, Inlet> receivers = new Inlets(draft).receivers();
      Map<String, Admin> admin = admin();
      Map<ComponentId, Transport> transports = outlets.transports();
      draft.check();
      Map<ComponentId, Processor> processors = processors();
      for (PipelineConfig pipeline : config.service().pipelines()) {
        var _ =
            core.ledger.pipeline(
                pipeline.id(), pipeline.exporters().stream().map(ComponentId::toString).toList());
      }
      Map<ComponentId, Outlet> exporters = outlets.exporters(transports);
      List<AssembledPipeline> pipelines = pipelines(processors, exporters);
      Graph graph =
          new Graph(config, draft.memory, receivers, processors, pipelines, exporters, admin);
      built = true;
      return new Next(graph, draft.changes());
    } finally {
      if (!built) {
        draft.undo();
      }
    }
  }

  private void checkTelemetry() {
    if (running != null
        && running.config().service().telemetry().withTypeSuffix()
            != config.service().telemetry().withTypeSuffix()) {
      draft.fault(
          new Fault(
              List.of("service", "telemetry", "metrics"),
              "without_type_suffix: changed (expected: as at the start; it needs a restart)"));
    }
  }

  private Map<String, Admin> admin() {
    Map<String, Admin> admin = new LinkedHashMap<>();
    HostPort metrics = config.service().telemetry().metricsAddress();
    if (metrics != null) {
      List<String> block = List.of("service", "telemetry", "admin");
      Site site = draft.attempt(block, () -> operator.site(config));
      if (site != null) {
        List<String> keys = List.of("service", "telemetry", "metrics");
        Draft.put(admin, "metrics", draft.attempt(keys, () -> admin("metrics", metrics, site)));
      }
    }
    for (ComponentId id : config.service().extensions()) {
      HealthCheckConfig check = config.extensions().get(id);
      if (check != null) {
        String role = id.toString();
        Map<String, Page> pages = Map.of(check.path(), Page.open(_ -> core.health.healthCheck()));
        Site site = new Site(pages, Access.nobody(core.accessMetrics), (_, _) -> {});
        List<String> keys = List.of("extensions", role, "endpoint");
        Draft.put(admin, role, draft.attempt(keys, () -> admin(role, check.endpoint(), site)));
      }
    }
    return admin;
  }

  private Admin admin(String role, HostPort endpoint, Site site) throws IOException {
    Admin before = running == null ? null : running.admin().get(role);
    if (before != null && before.endpoint().equals(endpoint)) {
      draft.onFailure(site.access()::close);
      draft.onHandover(() -> before.server().use(site));
      return new Admin(endpoint, before.server());
    }
    AdminServer server = new AdminServer(endpoint, site);
    draft.onFailure(server::close);
    if (before != null) {
      draft.onHandover(() -> server.follow(before.server()));
    }
    return new Admin(endpoint, server);
  }

  private Map<ComponentId, Processor> processors() {
    Map<ComponentId, Processor> processors = new LinkedHashMap<>();
    for (Map.Entry<ComponentId, ProcessorConfig> entry : config.processors().entrySet()) {
      ComponentId id = entry.getKey();
      ProcessorConfig now = entry.getValue();
      Processor kept = unchanged(id, now);
      Draft.put(processors, id, kept != null ? kept : core.processors.processor(id, now));
    }
    return processors;
  }

  private @Nullable Processor unchanged(ComponentId id, ProcessorConfig now) {
    return running != null && now.equals(running.config().processors().get(id))
        ? running.processors().get(id)
        : null;
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
                  core.ledger.pipeline(pipeline.id()),
                  core.tap)));
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
