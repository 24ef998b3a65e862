package dev.headgate.pipeline.worker;

import dev.headgate.config.PipelineId;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.codec.ContentCoding;
import dev.headgate.pipeline.ledger.Ledger;
import dev.headgate.pipeline.ledger.LedgerLine;
import dev.headgate.pipeline.ledger.ProcessorMetrics;
import dev.headgate.pipeline.ledger.ReceiverMetrics;
import dev.headgate.pipeline.log.RateLimitedLog;
import dev.headgate.pipeline.memory.ArrayPool;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.otlp.CheckedRequest;
import dev.headgate.pipeline.payload.ByteBudget;
import dev.headgate.pipeline.payload.ManualNanoClock;
import dev.headgate.pipeline.payload.Reservation;
import dev.headgate.pipeline.payload.Tenant;
import dev.headgate.pipeline.process.Processor;
import dev.headgate.pipeline.queue.FakePayloadQueue;
import dev.headgate.pipeline.queue.FakePayloadQueue.Behaviour;
import dev.headgate.pipeline.queue.IdleWorkers;
import dev.headgate.pipeline.queue.IntakeQueue;
import dev.headgate.pipeline.queue.PayloadQueue;
import dev.headgate.pipeline.worker.RequestDecoder.Decoded;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.LoggerFactory;

/// One worker, driven by hand, with everything around it.
final class WorkerFixture {
  static final Duration PATIENCE = Duration.ofSeconds(10);

  final PrometheusRegistry registry = new PrometheusRegistry();
  final Ledger ledger = new Ledger(registry);
  final ProcessorMetrics processorMetrics = new ProcessorMetrics(registry);
  final ManualNanoClock clock = new ManualNanoClock();
  final Tap tap = new Tap();
  final ByteBudget budget;
  final IdleWorkers idle = new IdleWorkers(1);
  final IntakeQueue<IngestRequest> intake = new IntakeQueue<>(64, idle);
  final ParkedRequests parked;
  final UndecodedRequests undecoded;
  final FakeDecoder decoder = new FakeDecoder();
  final Worker.Shared shared;
  final Worker worker;

  /// Lends arrays of any length.
  final ArrayPool arrays = new ArrayPool(() -> 1 << 20, 1);

  private final Map<Signal, List<Pipeline>> pipelines = new EnumMap<>(Signal.class);
  private final Routing routing = new Routing(Map.of());
  private final Route route;

  WorkerFixture() {
    this(10_000);
  }

  WorkerFixture(long budgetBytes) {
    this(budgetBytes, Duration.ZERO);
  }

  /// @param moment how long requests wait for room in queues that do not block
  WorkerFixture(long budgetBytes, Duration moment) {
    budget = new ByteBudget(budgetBytes);
    parked = new ParkedRequests(4, moment, budget, idle);
    undecoded = new UndecodedRequests(moment, budget, idle);
    route = new Route(new ReceiverMetrics(registry).bind("otlp", "grpc"), "otlp", routing);
    shared =
        new Worker.Shared(
            intake, parked, undecoded, idle, budget, arrays, clock, Duration.ofSeconds(1));
    RateLimitedLog log =
        new RateLimitedLog(LoggerFactory.getLogger("fixture"), clock, Duration.ofSeconds(10));
    worker = new Worker(0, shared, decoder, log);
  }

  FakePayloadQueue queue(String exporter, int requests, Behaviour behaviour) {
    return FakePayloadQueue.ofRequests(exporter, requests, behaviour, ledger);
  }

  /// Adds a pipeline for logs whose processors are called `p0`, `p1`, ...
  void pipeline(String name, List<? extends PayloadQueue> queues, Processor... chain) {
    PipelineId id = new PipelineId(Signal.LOGS, name);
    List<Pipeline.Stage> stages = new ArrayList<>();
    for (Processor processor : chain) {
      String processorId = "p" + stages.size();
      stages.add(
          new Pipeline.Stage(
              processorId, processor, processorMetrics.bind(processorId, Signal.LOGS)));
    }
    List<String> exporters = queues.stream().map(PayloadQueue::exporterId).toList();
    pipelines
        .computeIfAbsent(Signal.LOGS, _ -> new ArrayList<>())
        .add(new Pipeline(id, stages, List.copyOf(queues), ledger.pipeline(id, exporters), tap));
    var _ = routing.swap(Map.of("otlp", pipelines));
  }

  /// A request of logs, charged with its body.
  IngestRequest request(byte[] body, Answer answer) {
    return request(Bytes.of(body), answer);
  }

  /// A request of logs whose reservation carries its body.
  IngestRequest request(Bytes body, Answer answer) {
    Reservation reservation = Objects.requireNonNull(budget.tryReserve(body.length()), "no budget");
    reservation.carry(body);
    return new IngestRequest(
        route.lease(Signal.LOGS),
        Signal.LOGS,
        IngestRequest.Encoding.PROTOBUF,
        ContentCoding.IDENTITY,
        Tenant.NONE,
        body,
        1 << 20,
        reservation,
        clock.in(PATIENCE),
        answer);
  }

  /// A request without a body.
  IngestRequest empty(ContentCoding coding, Answer answer) {
    Reservation reservation = Objects.requireNonNull(budget.tryReserve(0));
    Bytes none = Bytes.of(new byte[0]);
    reservation.carry(none);
    return new IngestRequest(
        route.lease(Signal.LOGS),
        Signal.LOGS,
        IngestRequest.Encoding.PROTOBUF,
        coding,
        Tenant.NONE,
        none,
        1 << 20,
        reservation,
        clock.in(PATIENCE),
        answer);
  }

  /// A request of one log record that says it becomes that many bytes when it is inflated.
  IngestRequest compressed(int wireBytes, int foreseenBytes, Duration patience, Answer answer) {
    byte[] body = FakeDecoder.body(1, Math.max(8, wireBytes));
    ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN).putInt(body.length - 4, foreseenBytes);
    Reservation reservation = Objects.requireNonNull(budget.tryReserve(body.length), "no budget");
    Bytes bytes = Bytes.of(body);
    reservation.carry(bytes);
    return new IngestRequest(
        route.lease(Signal.LOGS),
        Signal.LOGS,
        IngestRequest.Encoding.PROTOBUF,
        ContentCoding.GZIP,
        Tenant.NONE,
        bytes,
        16 << 20,
        reservation,
        clock.in(patience),
        answer);
  }

  /// Offers a request of that many items and bytes.
  Answer offer(int items, int bytes) {
    Answer answer = new Answer();
    if (!intake.offer(request(FakeDecoder.body(items, bytes), answer))) {
      throw new IllegalStateException("intake full");
    }
    return answer;
  }

  /// Offers a request and lets the worker work until it is idle.
  Answer send(int items, int bytes) {
    Answer answer = offer(items, bytes);
    work();
    return answer;
  }

  void work() {
    int cycles = 0;
    while (worker.doWork() > 0) {
      if (++cycles > 1000) {
        throw new IllegalStateException("the worker never comes to rest");
      }
    }
  }

  LedgerLine line(String pipeline, String exporter) {
    return ledger.lines().stream()
        .filter(line -> line.pipeline().name().equals(pipeline))
        .filter(line -> line.exporterId().equals(exporter))
        .findFirst()
        .orElseThrow();
  }

  /// A counter's value by its name without `_total` and a label value.
  double counter(String name, String labelValue) {
    return registry.scrape(name::equals).stream()
        .flatMap(metric -> ((CounterSnapshot) metric).getDataPoints().stream())
        .filter(point -> point.getLabels().stream().anyMatch(l -> l.getValue().equals(labelValue)))
        .mapToDouble(CounterSnapshot.CounterDataPointSnapshot::getValue)
        .sum();
  }

  double refused(String reason) {
    return counter("headgate_receiver_refused_requests", reason);
  }

  /// Takes the answer and fails when there is a second.
  static class Answer implements java.util.function.Consumer<IngestResult> {
    private volatile IngestResult result;

    @Override
    public synchronized void accept(IngestResult answer) {
      if (result != null) {
        throw new AssertionError("answered twice: " + result + " and " + answer);
      }
      result = answer;
    }

    IngestResult result() {
      return result;
    }
  }

  /// Reads the number of items from the first byte and that of rejected ones from the second; what
  /// is not a request is told by the third.
  static final class FakeDecoder implements RequestDecoder {
    static final byte MALFORMED = 1;
    static final byte TOO_LARGE = 2;
    static final byte NO_ROOM = 3;
    static final byte BUG = 4;
    static final byte ERROR = 5;
    static final byte INFLATES = 6;

    volatile boolean closed;

    static byte[] body(int items, int bytes) {
      byte[] body = new byte[Math.max(3, bytes)];
      body[0] = (byte) items;
      return body;
    }

    static byte[] body(byte kind) {
      return new byte[] {1, 0, kind};
    }

    @Override
    public Decoded decode(IngestRequest request) {
      byte[] body = request.body().array();
      CheckedRequest checked =
          new CheckedRequest(
              request.body(), body[0], body[1], body[1] > 0 ? "no id" : "", 0, 0, false);
      return switch (body[2]) {
        case 0 -> new Decoded.Checked(checked);
        case MALFORMED -> new Decoded.Malformed("bad tag at byte 2");
        case TOO_LARGE -> new Decoded.TooLarge("over 5000 bytes");
        case NO_ROOM -> new Decoded.NoRoom();
        case BUG -> throw new IllegalStateException("bug");
        case INFLATES -> {
          request.reservation().tryGrow(2_000);
          yield new Decoded.Checked(
              new CheckedRequest(Bytes.of(new byte[1_000]), body[0], 0, "", 2, 3, true));
        }
        default -> throw new StackOverflowError();
      };
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
