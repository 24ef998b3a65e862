package dev.headgate.gateway;

import dev.headgate.config.BatchConfig;
import dev.headgate.config.ComponentId;
import dev.headgate.config.DeliveryConfig;
import dev.headgate.config.ExporterConfig;
import dev.headgate.config.GatewayConfig;
import dev.headgate.config.MemoryLimiterConfig;
import dev.headgate.config.OtlpReceiverConfig;
import dev.headgate.config.PipelineConfig;
import dev.headgate.config.ProcessorConfig;
import dev.headgate.config.Signal;
import dev.headgate.exporters.client.ExportLoops;
import dev.headgate.exporters.delivery.Delivery;
import dev.headgate.exporters.delivery.DeliveryContext;
import dev.headgate.exporters.delivery.DeliveryScheduler;
import dev.headgate.exporters.delivery.DeliverySettings;
import dev.headgate.exporters.delivery.ExporterMetrics;
import dev.headgate.exporters.delivery.PayloadSplitter;
import dev.headgate.exporters.delivery.Transport;
import dev.headgate.gateway.admin.ProcessMetrics;
import dev.headgate.gateway.admit.Admission;
import dev.headgate.gateway.receive.grpc.GrpcReceiver;
import dev.headgate.gateway.receive.http.HttpReceiver;
import dev.headgate.pipeline.ledger.GatewayMetrics;
import dev.headgate.pipeline.ledger.Ledger;
import dev.headgate.pipeline.ledger.ProcessorMetrics;
import dev.headgate.pipeline.ledger.ReceiverMetrics;
import dev.headgate.pipeline.otlp.OtlpSplitter;
import dev.headgate.pipeline.payload.ByteBudget;
import dev.headgate.pipeline.payload.NanoClock;
import dev.headgate.pipeline.payload.SystemNanoClock;
import dev.headgate.pipeline.process.Processor;
import dev.headgate.pipeline.queue.PayloadQueue;
import dev.headgate.pipeline.worker.LargeWork;
import dev.headgate.pipeline.worker.OtlpRequestDecoder;
import dev.headgate.pipeline.worker.Pipeline;
import dev.headgate.pipeline.worker.Route;
import dev.headgate.pipeline.worker.Routing;
import dev.headgate.pipeline.worker.WorkerSettings;
import dev.headgate.pipeline.worker.Workers;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Builds the gateway from its configuration: the only place that knows all parts. Reads top to
/// bottom in the direction of the data's way back: what receives is made last.
///
/// **Threading:** confined to the thread that assembles.
public final class Assembly {
  /// How long any request may wait for its answer; below the SDKs' default time limit of 10 s.
  private static final Duration MAX_ANSWER_WAIT = Duration.ofSeconds(8);

  private static final int INTAKE_REQUESTS = 1024;
  private static final int MAX_PARKED_REQUESTS = 256;

  private final GatewayConfig config;
  private final String version;
  private final int cores = Math.max(1, Runtime.getRuntime().availableProcessors());
  private final NanoClock clock = new SystemNanoClock();
  private final InstantSource wallClock = InstantSource.system();
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final MemoryPlan memory;
  private final ByteBudget budget;
  private final Ledger ledger = new Ledger(registry);
  private final GatewayMetrics gatewayMetrics = new GatewayMetrics(registry);
  private final ProcessorMetrics processorMetrics = new ProcessorMetrics(registry);
  private final ReceiverMetrics receiverMetrics = new ReceiverMetrics(registry);

  private Assembly(GatewayConfig config, String version) {
    this.config = config;
    this.version = version;
    this.memory = memoryPlan(config);
    this.budget = new ByteBudget(memory.budgetBytes());
  }

  /// Builds a gateway that does not listen yet.
  ///
  /// @throws IOException when a file that the configuration names cannot be used
  public static Gateway assemble(GatewayConfig config, String version) throws IOException {
    return new Assembly(config, version).gateway();
  }

  private static MemoryPlan memoryPlan(GatewayConfig config) {
    List<MemoryLimiterConfig> limiters = new ArrayList<>();
    for (ProcessorConfig processor : config.processors().values()) {
      if (processor instanceof MemoryLimiterConfig limiter) {
        limiters.add(limiter);
      }
    }
    List<Long> queueCaps = new ArrayList<>();
    for (Map.Entry<ComponentId, ExporterConfig> exporter : config.exporters().entrySet()) {
      if (isUsed(config, exporter.getKey())) {
        queueCaps.add(ExporterFactory.delivery(exporter.getValue()).queue().maxBytes());
      }
    }
    return MemoryPlan.of(Runtime.getRuntime().maxMemory(), limiters, queueCaps);
  }

  private static boolean isUsed(GatewayConfig config, ComponentId exporter) {
    return config.service().pipelines().stream()
        .anyMatch(pipeline -> pipeline.exporters().contains(exporter));
  }

  private Gateway gateway() throws IOException {
    gatewayMetrics.budget(budget);
    ProcessMetrics.register(
        registry, clock, version, config.service().telemetry().withTypeSuffix());
    for (PipelineConfig pipeline : config.service().pipelines()) {
      ledger.pipeline(
          pipeline.id(), pipeline.exporters().stream().map(ComponentId::toString).toList());
    }
    Gateway.Egress egress = egress();
    List<AssembledPipeline> pipelines = pipelines(egress.deliveries());
    Workers workers = workers();
    Admission admission = new Admission(budget, workers.intake(), clock, MAX_ANSWER_WAIT);
    Gateway.Ingress ingress = receivers(pipelines, workers, admission);
    return new Gateway(
        config, memory, new Gateway.Observed(registry, ledger, clock), ingress, egress);
  }

  private Gateway.Egress egress() throws IOException {
    ExportLoops loops = new ExportLoops(Math.min(2, cores));
    DeliveryScheduler scheduler = new DeliveryScheduler();
    DeliveryContext context =
        new DeliveryContext(
            scheduler,
            clock,
            new SplittableRandom(),
            ledger,
            new ExporterMetrics(registry),
            Assembly::split);
    ExporterFactory factory = new ExporterFactory(loops, wallClock, System.out);
    Map<ComponentId, Delivery> deliveries = new LinkedHashMap<>();
    List<Transport> transports = new ArrayList<>();
    for (Map.Entry<ComponentId, ExporterConfig> exporter : config.exporters().entrySet()) {
      ComponentId id = exporter.getKey();
      if (isUsed(config, id)) {
        Transport transport = factory.transport(id, exporter.getValue());
        transports.add(transport);
        deliveries.put(
            id, new Delivery(deliverySettings(id, exporter.getValue()), transport, context));
      }
    }
    return new Gateway.Egress(deliveries, transports, scheduler, loops);
  }

  private static List<PayloadSplitter.Part> split(
      Signal signal, byte[] bytes, long maxBytes, int maxItems) {
    return OtlpSplitter.split(signal, bytes, maxBytes, maxItems).stream()
        .map(part -> new PayloadSplitter.Part(part.bytes(), part.items()))
        .toList();
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

  /// A pipeline and the receivers in front of it.
  private record AssembledPipeline(List<ComponentId> receivers, Pipeline pipeline) {}

  private List<AssembledPipeline> pipelines(Map<ComponentId, Delivery> deliveries) {
    ProcessorFactory processors = new ProcessorFactory(registry, clock);
    List<AssembledPipeline> result = new ArrayList<>();
    for (PipelineConfig pipeline : config.service().pipelines()) {
      List<PayloadQueue> queues = new ArrayList<>();
      for (ComponentId exporter : pipeline.exporters()) {
        queues.add(Objects.requireNonNull(deliveries.get(exporter)));
      }
      result.add(
          new AssembledPipeline(
              pipeline.receivers(),
              new Pipeline(
                  pipeline.id(),
                  stages(pipeline, processors),
                  queues,
                  ledger.pipeline(pipeline.id()))));
    }
    return result;
  }

  private List<Pipeline.Stage> stages(PipelineConfig pipeline, ProcessorFactory processors) {
    List<Pipeline.Stage> stages = new ArrayList<>();
    for (ComponentId id : pipeline.processors()) {
      ProcessorConfig processorConfig = Objects.requireNonNull(config.processors().get(id));
      Processor processor = processors.processor(id, processorConfig);
      if (processor != null) {
        stages.add(
            new Pipeline.Stage(
                id.toString(),
                processor,
                processorMetrics.bind(id.toString(), pipeline.id().signal())));
      }
    }
    return stages;
  }

  private Workers workers() {
    WorkerSettings settings =
        new WorkerSettings(cores, INTAKE_REQUESTS, MAX_PARKED_REQUESTS, Admission.RETRY_AFTER);
    LargeWork largeWork = new LargeWork(memory.largeWorkBytes());
    return new Workers(
        settings,
        () -> new OtlpRequestDecoder(budget, wallClock, largeWork),
        budget,
        clock,
        gatewayMetrics);
  }

  private Gateway.Ingress receivers(
      List<AssembledPipeline> pipelines, Workers workers, Admission admission) throws IOException {
    List<GrpcReceiver> grpc = new ArrayList<>();
    List<HttpReceiver> http = new ArrayList<>();
    for (Map.Entry<ComponentId, OtlpReceiverConfig> entry : config.receivers().entrySet()) {
      Map<Signal, List<Pipeline>> routes = routes(entry.getKey(), pipelines);
      OtlpReceiverConfig receiver = entry.getValue();
      if (routes.isEmpty()) {
        continue;
      }
      if (receiver.grpc() != null) {
        Route route = route(entry.getKey(), "grpc", routes);
        long max = memory.maxMessageBytes(receiver.grpc().maxRecvMsgSizeBytes());
        grpc.add(new GrpcReceiver(receiver.grpc(), route, admission, max, cores));
      }
      if (receiver.http() != null) {
        Route route = route(entry.getKey(), "http", routes);
        long max = memory.maxMessageBytes(receiver.http().maxRequestBodySizeBytes());
        http.add(new HttpReceiver(receiver.http(), route, admission, max, cores));
      }
    }
    return new Gateway.Ingress(grpc, http, workers, admission);
  }

  private Route route(ComponentId id, String transport, Map<Signal, List<Pipeline>> routes) {
    String receiver = id.toString();
    return new Route(
        receiverMetrics.bind(receiver, transport), receiver, new Routing(Map.of(receiver, routes)));
  }

  private static Map<Signal, List<Pipeline>> routes(
      ComponentId receiver, List<AssembledPipeline> pipelines) {
    Map<Signal, List<Pipeline>> routes = new EnumMap<>(Signal.class);
    for (AssembledPipeline assembled : pipelines) {
      if (assembled.receivers().contains(receiver)) {
        routes
            .computeIfAbsent(assembled.pipeline().id().signal(), _ -> new ArrayList<>())
            .add(assembled.pipeline());
      }
    }
    return routes;
  }
}
