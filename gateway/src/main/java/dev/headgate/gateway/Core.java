package dev.headgate.gateway;

import dev.headgate.exporters.client.ExportLoops;
import dev.headgate.exporters.delivery.DeliveryContext;
import dev.headgate.exporters.delivery.DeliveryScheduler;
import dev.headgate.exporters.delivery.ExporterMetrics;
import dev.headgate.gateway.admin.AccessMetrics;
import dev.headgate.gateway.admin.AuditLog;
import dev.headgate.gateway.admin.Health;
import dev.headgate.gateway.admit.Admission;
import dev.headgate.gateway.admit.Transit;
import dev.headgate.gateway.receive.connection.ConnectionMetrics;
import dev.headgate.pipeline.ledger.GatewayMetrics;
import dev.headgate.pipeline.ledger.Ledger;
import dev.headgate.pipeline.ledger.ProcessorMetrics;
import dev.headgate.pipeline.ledger.ReceiverMetrics;
import dev.headgate.pipeline.memory.ArrayPool;
import dev.headgate.pipeline.payload.ByteBudget;
import dev.headgate.pipeline.payload.NanoClock;
import dev.headgate.pipeline.payload.SystemNanoClock;
import dev.headgate.pipeline.worker.LargeWork;
import dev.headgate.pipeline.worker.OtlpRequestDecoder;
import dev.headgate.pipeline.worker.Routing;
import dev.headgate.pipeline.worker.Tap;
import dev.headgate.pipeline.worker.WorkerSettings;
import dev.headgate.pipeline.worker.Workers;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.SplittableRandom;

/// What lives as long as the process, whatever configuration runs: the counters, the byte budget,
/// the workers, the routing in front of them and the threads behind them.
///
/// **Threading:** made by one thread; its parts say for themselves.
///
/// **Ownership:** owns the threads of delivery and export; the workers are started and stopped by
/// the [Gateway].
final class Core {
  /// How long any request may wait for its answer; below the SDKs' default time limit of 10 s.
  static final Duration MAX_ANSWER_WAIT = Duration.ofSeconds(8);

  /// What arriving gRPC messages may take of the direct memory (its cap: `jvm.options`).
  private static final long TRANSIT_BYTES = 20L << 20;

  /// Two reads of a frame each, which is how much is read at once where connections are many. Where
  /// they are few it may be four times as much, which is not charged.
  private static final long BESIDE_BYTES = 32L << 10;

  private static final int INTAKE_REQUESTS = 1024;
  private static final int MAX_PARKED_REQUESTS = 256;

  final int cores = Math.max(1, Runtime.getRuntime().availableProcessors());
  final NanoClock clock = new SystemNanoClock();
  final InstantSource wallClock = InstantSource.system();
  final Health health = new Health();
  final AuditLog audit = new AuditLog(System.err, wallClock);

  final PrometheusRegistry registry = new PrometheusRegistry();
  final Ledger ledger = new Ledger(registry);
  final ProcessorMetrics processorMetrics = new ProcessorMetrics(registry);
  final ReceiverMetrics receiverMetrics = new ReceiverMetrics(registry);
  final ConnectionMetrics connectionMetrics = new ConnectionMetrics(registry);
  final AccessMetrics accessMetrics = new AccessMetrics(registry);

  final ByteBudget budget;
  final ByteBudget transitBudget = new ByteBudget(TRANSIT_BYTES);
  final Transit transit = new Transit(transitBudget, BESIDE_BYTES, clock);
  final ArrayPool arrays;
  final LargeWork largeWork;
  final Workers workers;
  final Admission admission;
  final Routing routing = new Routing(Map.of());
  final Tap tap = new Tap();

  final DeliveryScheduler scheduler = new DeliveryScheduler();
  final ExportLoops loops = new ExportLoops(Math.min(2, cores));
  final DeliveryContext delivery =
      new DeliveryContext(
          scheduler, clock, new SplittableRandom(), ledger, new ExporterMetrics(registry));

  final ExporterFactory exporters = new ExporterFactory(loops, wallClock, System.out);
  final ProcessorFactory processors = new ProcessorFactory(registry, clock);

  /// @param memory how large the shared parts are at first
  Core(MemoryPlan memory) {
    budget = new ByteBudget(memory.budgetBytes());
    arrays = new ArrayPool(() -> MemoryPlan.idleArrayBytes(budget));
    largeWork = new LargeWork(memory.largeWorkBytes());
    GatewayMetrics metrics = new GatewayMetrics(registry);
    metrics.budget(budget);
    metrics.arrays(arrays::idleBytes);
    workers =
        new Workers(
            new WorkerSettings(
                cores,
                INTAKE_REQUESTS,
                MAX_PARKED_REQUESTS,
                Admission.MOMENT,
                Admission.RETRY_AFTER),
            mayWait ->
                new OtlpRequestDecoder(
                    budget, arrays, wallClock, mayWait ? largeWork : LargeWork.none()),
            budget,
            arrays,
            clock,
            metrics);
    admission =
        new Admission(
            budget, arrays, workers.intake(), clock, workers::firstNeedsBytes, MAX_ANSWER_WAIT);
    metrics.waiting(() ->
        admission.waitingRequests() + transit.waitingConnections() + workers.undecodedRequests());
  }

  /// Resizes what is shared to another plan.
  void resizeTo(MemoryPlan memory) {
    budget.resizeTo(memory.budgetBytes());
    largeWork.largeFrom(memory.largeWorkBytes());
  }
}
