package dev.headgate.exporters.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.BatchingConfig;
import dev.headgate.config.PipelineId;
import dev.headgate.config.QueueConfig;
import dev.headgate.config.RetryConfig;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.ledger.Ledger;
import dev.headgate.pipeline.ledger.LedgerLine;
import dev.headgate.pipeline.memory.ArrayPool;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.payload.ByteBudget;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.payload.Reservation;
import dev.headgate.pipeline.payload.Tenant;
import dev.headgate.pipeline.queue.PayloadQueue;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/// One delivery with everything around it, on virtual time. Change the settings, then use it.
///
/// The defaults: 2 consumers, 1000 requests, retries after exactly 1, 2, 4, 8, 8... s for 60 s at
/// most, no batching, no limits.
final class DeliveryRig {
  static final String ID = "otlp/rig";
  static final PipelineId LOGS = new PipelineId(Signal.LOGS, "");
  static final PipelineId OTHER_LOGS = new PipelineId(Signal.LOGS, "other");
  static final PipelineId METRICS = new PipelineId(Signal.METRICS, "");

  final VirtualScheduler time = new VirtualScheduler();
  final ScriptedTransport transport = new ScriptedTransport().answer();
  final PrometheusRegistry registry = new PrometheusRegistry();
  final Ledger ledger = new Ledger(registry);
  final ByteBudget budget = new ByteBudget(1L << 30);

  /// Lends the arrays of all payloads: what is read too late is not what was committed.
  final ArrayPool arrays = new ArrayPool(() -> 1 << 20, 1);

  int consumers = 2;
  long queueSize = 1000;
  QueueConfig.Sizer sizer = QueueConfig.Sizer.REQUESTS;
  long maxBytes = 1L << 30;
  boolean queueEnabled = true;
  boolean block;
  QueueConfig.Overflow overflow = QueueConfig.Overflow.REFUSE;
  BatchingConfig batching;
  BatchingConfig otherBatching;
  BatchLimits limits = new BatchLimits(Long.MAX_VALUE, 0, BatchLimits.LENGTH, false);
  RetryConfig retry = retry(true, Duration.ofSeconds(60));
  Duration timeout = Duration.ofSeconds(5);
  long seed;

  private final List<Bytes> lentOut = new ArrayList<>();
  private Delivery delivery;

  static RetryConfig retry(boolean enabled, Duration maxElapsed) {
    return new RetryConfig(enabled, Duration.ofSeconds(1), 0, 2, Duration.ofSeconds(8), maxElapsed);
  }

  Delivery delivery() {
    if (delivery == null) {
      for (PipelineId pipeline : List.of(LOGS, OTHER_LOGS, METRICS)) {
        ledger.pipeline(pipeline, List.of(ID));
      }
      delivery =
          new Delivery(
              settings(),
              transport,
              new DeliveryContext(
                  time, time, new Random(seed), ledger, new ExporterMetrics(registry)));
    }
    return delivery;
  }

  /// What the fields say now.
  DeliverySettings settings() {
    return new DeliverySettings(
        ID,
        timeout,
        retry,
        new QueueConfig(queueEnabled, consumers, queueSize, sizer, maxBytes, overflow, block, null),
        maxBytes,
        limits,
        List.of(
            new DeliverySettings.Feed(LOGS, batching),
            new DeliverySettings.Feed(OTHER_LOGS, otherBatching),
            new DeliverySettings.Feed(METRICS, batching)),
        false);
  }

  /// Commits a payload of the pipeline without running anything; false when there is no room.
  boolean tryCommit(PipelineId pipeline, Payload payload) {
    PayloadQueue.Place place =
        delivery().tryReserve(payload.signal(), payload.sizeBytes(), payload.items());
    if (place == null) {
      return false;
    }
    ledger.pipeline(pipeline).received(payload.items());
    Bytes lent = arrays.copy(payload.bytes().array(), payload.sizeBytes());
    Reservation reservation = Objects.requireNonNull(budget.tryReserve(lent.heldBytes()));
    reservation.carry(lent);
    lentOut.add(lent);
    place.commit(pipeline, payload.with(lent, payload.items()), reservation);
    return true;
  }

  /// What the array of a payload takes that is committed while none is idle.
  static int heldBytes(Payload payload) {
    return new ArrayPool(() -> 0, 1).copy(payload.bytes().array(), payload.sizeBytes()).heldBytes();
  }

  void commitLogs(long... ids) {
    assertThat(tryCommit(LOGS, TestPayloads.logs(Tenant.NONE, ids))).isTrue();
  }

  void commitMetrics(String host, long... ids) {
    assertThat(tryCommit(METRICS, TestPayloads.metrics(Tenant.NONE, host, ids))).isTrue();
  }

  /// Commits one request with a point of each host.
  void commitMetrics(List<String> hosts, long... ids) {
    byte[] bytes = {};
    for (int i = 0; i < ids.length; i++) {
      byte[] one = TestPayloads.metrics(Tenant.NONE, hosts.get(i), ids[i]).bytes().toArray();
      byte[] both = Arrays.copyOf(bytes, bytes.length + one.length);
      System.arraycopy(one, 0, both, bytes.length, one.length);
      bytes = both;
    }
    assertThat(tryCommit(METRICS, new Payload(Signal.METRICS, Tenant.NONE, bytes, ids.length)))
        .isTrue();
  }

  /// Commits logs and runs what is due.
  void sendLogs(long... ids) {
    commitLogs(ids);
    time.runDue();
  }

  void advanceSeconds(double seconds) {
    time.advance(Duration.ofNanos((long) (seconds * 1e9)));
  }

  /// The ids of every request so far.
  List<List<Long>> requests() {
    return transport.requests().stream().map(TestPayloads::ids).toList();
  }

  /// The ids of the requests that came after the first `skipped`.
  List<List<Long>> requestsAfter(int skipped) {
    return new ArrayList<>(requests()).subList(skipped, transport.requests().size());
  }

  LedgerLine line(PipelineId pipeline) {
    return ledger.lines().stream()
        .filter(line -> line.pipeline().equals(pipeline))
        .findFirst()
        .orElseThrow();
  }

  /// Items dropped for a reason, over all pipelines.
  long dropped(String reason) {
    return (long) sum("headgate_ledger_dropped_items", Labels.of("reason", reason));
  }

  /// The sum of a metric's samples whose labels include these.
  double sum(String name, Labels labels) {
    for (MetricSnapshot snapshot : registry.scrape(name::equals)) {
      if (snapshot.getMetadata().getName().equals(name)) {
        return snapshot.getDataPoints().stream()
            .filter(point -> labels.stream().allMatch(l -> has(point.getLabels(), l)))
            .mapToDouble(DeliveryRig::value)
            .sum();
      }
    }
    throw new AssertionError("no metric " + name);
  }

  double sum(String name) {
    return sum(name, Labels.EMPTY);
  }

  private static boolean has(Labels labels, io.prometheus.metrics.model.snapshots.Label label) {
    return label.getValue().equals(labels.get(label.getName()));
  }

  private static double value(io.prometheus.metrics.model.snapshots.DataPointSnapshot point) {
    return switch (point) {
      case CounterSnapshot.CounterDataPointSnapshot counter -> counter.getValue();
      case GaugeSnapshot.GaugeDataPointSnapshot gauge -> gauge.getValue();
      default -> throw new AssertionError("not a counter or gauge: " + point.getClass());
    };
  }

  /// Nothing is in the queue, everything is accounted for, all that was held is given back.
  void assertQuietAndBalanced() {
    assertQuietAndBalanced(0);
  }

  /// The same, but that many arrays are still held.
  void assertQuietAndBalanced(int held) {
    for (LedgerLine line : ledger.lines()) {
      assertThat(line.balances()).as("%s", line).isTrue();
      assertThat(line.inFlight()).as("%s", line).isZero();
    }
    assertThat(budget.usedBytes()).isZero();
    assertThat(sum("otelcol_exporter_queue_size")).isZero();
    assertThat(sum("otelcol_exporter_in_flight_requests")).isZero();
    assertThat(sum("headgate_exporter_queue_bytes")).isZero();
    assertThat(sum("headgate_exporter_queue_oldest_age_seconds")).isZero();
    assertThat(transport.openRequests()).isZero();
    assertThat(lentOut.stream().filter(DeliveryRig::isHeld)).as("arrays").hasSize(held);
  }

  private static boolean isHeld(Bytes lent) {
    try {
      lent.retain().release();
      return true;
    } catch (IllegalStateException _) {
      return false;
    }
  }
}
