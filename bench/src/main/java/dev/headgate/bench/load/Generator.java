package dev.headgate.bench.load;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// Sends requests by a schedule over several connections and measures a window of it.
///
/// **Threading:** confined to the thread that calls [#run]; with a rate a second thread only wakes
/// it.
final class Generator implements Answers {
  private static final long MILLI = 1_000_000;
  private static final long SHORTEST_TICK_NANOS = 100_000;
  private static final long CONNECT_NANOS = 10_000 * MILLI;
  private static final long RECONNECT_NANOS = 100 * MILLI;
  private static final long DRAIN_NANOS = 15_000 * MILLI;
  private static final int READ_BYTES = 1 << 16;

  private enum Phase {
    CONNECTING,
    WARMUP,
    MEASURING,
    DRAINING
  }

  private final GeneratePlan plan;
  private final PrintWriter err;
  private final EpochClock clock = new EpochClock();
  private final Templates templates;
  private final ClientConnection[] connections;
  private final long[] openedNanos;
  private final ByteBuffer in = ByteBuffer.allocateDirect(READ_BYTES);
  private final Tally total = new Tally();
  private final Tally window = new Tally();
  private final Histogram latency = new Histogram(3);
  private final Histogram lag = new Histogram(3);
  private Schedule schedule = new Schedule(0, 0);
  private Phase phase = Phase.CONNECTING;
  private @Nullable EventLoop loop;
  private long phaseEndNanos;
  private long nextNumber;
  private long sentInWindow;
  private long reconnects;
  private int nextConnection;
  private CpuClock cpuAtStart = new CpuClock(0, 0);
  private CpuClock cpuAtEnd = new CpuClock(0, 0);
  private long startNanos;
  private long endNanos;
  private volatile boolean finished;

  /// Encodes the requests.
  Generator(GeneratePlan plan, PrintWriter err) {
    this.plan = plan;
    this.err = err;
    templates = Templates.create(plan);
    connections = new ClientConnection[plan.connections()];
    openedNanos = new long[plan.connections()];
    nextNumber = ItemIds.number(plan.run(), 0);
  }

  /// Runs the plan.
  ///
  /// @return the report
  /// @throws IOException when the target cannot be reached
  String run() throws IOException {
    try (EventLoop events = new EventLoop()) {
      loop = events;
      for (int i = 0; i < connections.length; i++) {
        connections[i] = open(events, i);
      }
      phaseEndNanos = clock.nanos() + CONNECT_NANOS;
      events.run(() -> round(events));
    } finally {
      finished = true;
    }
    return report();
  }

  private ClientConnection open(EventLoop events, int index) throws IOException {
    openedNanos[index] = clock.nanos();
    return plan.grpc()
        ? new GrpcClientConnection(events, plan, this, in)
        : new HttpClientConnection(events, plan, this, in);
  }

  private long round(EventLoop events) {
    long now = clock.nanos();
    switch (phase) {
      case CONNECTING -> {
        if (allReady()) {
          begin(events, now);
        } else if (now >= phaseEndNanos) {
          throw new IllegalStateException("no connection to " + plan.authority());
        }
      }
      case WARMUP -> {
        if (now >= phaseEndNanos) {
          phase = Phase.MEASURING;
          startNanos = now;
          phaseEndNanos = now + plan.durationNanos();
          say("measuring");
          cpuAtStart = CpuClock.read();
        }
      }
      case MEASURING -> {
        if (now >= phaseEndNanos) {
          endNanos = now;
          say("done");
          cpuAtEnd = CpuClock.read();
          phase = Phase.DRAINING;
          phaseEndNanos = now + DRAIN_NANOS;
        }
      }
      case DRAINING -> {
        if (now >= phaseEndNanos || inFlight() == 0) {
          return -1;
        }
      }
    }
    replaceLost(events, now);
    if (phase == Phase.WARMUP || phase == Phase.MEASURING) {
      dispatch(now);
    }
    long wait = phase == Phase.DRAINING || phase == Phase.CONNECTING ? 10 * MILLI : RECONNECT_NANOS;
    return Math.clamp((phaseEndNanos - now) / MILLI + 1, 1, wait / MILLI);
  }

  private void say(String word) {
    err.println(word);
    err.flush();
  }

  private boolean allReady() {
    for (ClientConnection connection : connections) {
      if (!connection.canSend()) {
        return false;
      }
    }
    return true;
  }

  private void begin(EventLoop events, long now) {
    phase = Phase.WARMUP;
    schedule = new Schedule(plan.requestsPerSecond(), now);
    phaseEndNanos = now + plan.warmupNanos();
    if (schedule.isFixed()) {
      Thread ticker = new Thread(() -> tick(events), "headgate-load-ticks");
      ticker.setDaemon(true);
      ticker.start();
    }
  }

  /* A selector waits in whole milliseconds; this wakes it at the times of the schedule. */
  private void tick(EventLoop events) {
    long period = Math.max(schedule.periodNanos(), SHORTEST_TICK_NANOS);
    long next = clock.nanos();
    while (!finished) {
      next = Math.max(next + period, clock.nanos());
      long wait;
      while ((wait = next - clock.nanos()) > 0) {
        LockSupport.parkNanos(wait);
      }
      events.wake();
    }
  }

  private int inFlight() {
    int sum = 0;
    for (ClientConnection connection : connections) {
      sum += connection.inFlight();
    }
    return sum;
  }

  private void replaceLost(EventLoop events, long now) {
    for (int i = 0; i < connections.length; i++) {
      if (!connections[i].isOpen() && now - openedNanos[i] >= RECONNECT_NANOS) {
        connections[i].close("replaced");
        try {
          connections[i] = open(events, i);
          reconnects++;
        } catch (IOException _) {
          // Refused at once: again after the same wait.
          openedNanos[i] = now;
        }
      }
    }
  }

  /* Sends what is due on connections that can, in turns. */
  private void dispatch(long now) {
    int idle = 0;
    while (idle < connections.length) {
      ClientConnection connection = connections[nextConnection];
      nextConnection = nextConnection + 1 < connections.length ? nextConnection + 1 : 0;
      boolean any = false;
      while (connection.canSend() && schedule.isDue(now)) {
        Template template = templates.take();
        if (template == null) {
          break;
        }
        send(connection, template, now);
        any = true;
        if (schedule.isFixed()) {
          break;
        }
      }
      if (any) {
        connection.flush();
        idle = 0;
      } else {
        idle++;
      }
    }
  }

  private void send(ClientConnection connection, Template template, long now) {
    long intended = schedule.take(now);
    connection.send(template, intended, nextNumber, intended);
    nextNumber += plan.items();
    total.offered(1, plan.items());
    if (phase == Phase.MEASURING) {
      sentInWindow++;
      if (schedule.isFixed()) {
        lag.recordValue(Math.max(0, now - intended));
      }
    }
  }

  @Override
  public void onAccepted(long intendedNanos, Request request, long rejectedItems) {
    total.accepted(request, rejectedItems);
    if (phase == Phase.MEASURING) {
      window.accepted(request, rejectedItems);
    }
    if (startNanos != 0 && intendedNanos >= startNanos) {
      latency.recordValue(Math.max(0, clock.nanos() - intendedNanos));
    }
  }

  @Override
  public void onRefused(long intendedNanos, Request request, boolean retryable, String status) {
    total.refused(request, retryable, status);
    if (phase == Phase.MEASURING) {
      window.refused(request, retryable, status);
    }
  }

  @Override
  public void onWritten(Template template) {
    templates.give(template);
  }

  private String report() {
    double seconds = (endNanos - startNanos) / 1e9;
    CpuClock cpu = cpuAtEnd.since(cpuAtStart);
    long due = schedule.dueBefore(endNanos) - schedule.dueBefore(startNanos);
    long offered = schedule.isFixed() ? due : sentInWindow;
    window.offered(offered, offered * plan.items());
    JsonLine json = new JsonLine();
    plan.write(json);
    json.field("pool_requests", templates.count())
        .field("request_bytes_uncompressed", templates.meanUncompressedBytes())
        .field("request_bytes_wire", templates.meanWireBytes())
        .field("start_epoch_nanos", startNanos)
        .field("end_epoch_nanos", endNanos)
        .field("wall_seconds", seconds)
        .field("cpu_seconds", cpu.seconds())
        .field("cpu_user_seconds", cpu.userSeconds())
        .field("cpu_system_seconds", cpu.systemSeconds())
        .field("requests_per_second", window.acceptedRequests() / seconds)
        .field("items_per_second", window.acceptedItems() / seconds);
    window.write(json);
    json.field("sent_requests", sentInWindow)
        .field("unsent_requests", unsent())
        .field("unanswered_requests", inFlight())
        .field("reconnects", reconnects)
        .millis("lag_ms", lag)
        .millis("latency_ms", latency)
        .begin("total");
    total.write(json);
    return json.end().toString();
  }

  /* What was due at the end and still waited for a free connection. */
  private long unsent() {
    return schedule.isFixed() ? Math.max(0, schedule.dueBefore(endNanos) - schedule.taken()) : 0;
  }
}
